"""A Redis of our own, as a real broker that can be killed: on a free port of this machine, with nothing on disk."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from typing import TYPE_CHECKING, Self

from ivr.errors import ConfigError, StorageUnavailable

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

READY_WITHIN = 10.0


class RedisServer:
    """A context in which ``redis-server`` runs; ``url`` is its address as a broker."""

    def __init__(self, folder: Path) -> None:
        program = shutil.which("redis-server")
        if program is None:
            raise ConfigError("redis-server is not installed; run: apt-get install redis-server")
        self._program, self._folder = program, folder
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start it and wait until it listens; StorageUnavailable when it does not."""
        command = (self._program, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no")
        log = (self._folder / "redis.log").open("ab")
        with log:
            self._process = subprocess.Popen(command, cwd=self._folder, stdout=log, stderr=log)  # noqa: S603
        deadline = time.monotonic() + READY_WITHIN
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), 0.2).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise StorageUnavailable(f"redis-server does not start; see {self._folder}/redis.log")

    def stop(self) -> None:
        """Kill it; what it held is gone."""
        self._process.kill()
        self._process.wait()
