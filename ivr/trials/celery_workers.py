"""Celery workers of our own, as an operator starts them, whose processes can be killed at random."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Self

import psutil

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping
    from pathlib import Path
    from types import TracebackType


class CeleryWorkers:
    """A context in which ``celery worker`` runs with so many processes; ``environment`` holds its settings."""

    def __init__(self, folder: Path, environment: Mapping[str, str], processes: int) -> None:
        self._folder, self._environment, self._processes = folder, os.environ | environment, processes

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start them."""
        app = ("-A", "ivr.supervision.celery_app", "worker")
        options = ("-Q", "cpu", "-c", str(self._processes), "--without-gossip", "--without-mingle", "-l", "INFO")
        with (self._folder / "celery.log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own words
                (sys.executable, "-m", "celery", *app, *options),
                cwd=self._folder,
                env=self._environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill_one(self, chance: random.Random) -> bool:
        """Kill one of the processes that do the work with SIGKILL; False where there is none."""
        children = psutil.Process(self._process.pid).children()
        if not children:
            return False
        chance.choice(children).kill()
        return True

    def kill_all(self) -> None:
        """Kill the whole worker, parent and children, with SIGKILL, as a machine that loses power."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        """End them, at once."""
        if self._process.poll() is None:
            self.kill_all()
