"""Keeps one part running: starts it, waits until it is ready, starts it again when it dies or hangs."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import subprocess
from typing import TYPE_CHECKING

from ivr.supervision.parts import BeatProbe
from ivr.supervision.processes import MARK_VARIABLE, identify, sweep
from ivr.supervision.state import PartStatus, SupervisionError, utc_now

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ivr.supervision.parts import Part
    from ivr.supervision.state import PartState

log = logging.getLogger(__name__)

SLOW_START = 10.0
"""Seconds of starting after which the status tells what a part still lacks."""
PROBE_EVERY = 0.1
WATCH_EVERY = 5.0
TERM_PAUSE = 0.3
"""Two SIGTERMs closer than a process wakes up are delivered as one."""
LONGEST_DELAY = 30.0
HEALTHY_AFTER = 60.0
ERR_BYTES = 1_000_000


class PartFailed(SupervisionError):
    """A part ended or never became ready while it was being started."""


class Keeper:
    """One part and its process. ``changed`` is called after every change of ``status``."""

    def __init__(self, home: Path, part: Part, changed: Callable[[], None]) -> None:
        self.part = part
        self.status = PartStatus()
        self._home = home
        self._changed = changed
        self._process: asyncio.subprocess.Process | None = None
        self._err_start = 0

    async def start(self) -> None:
        """Run the part until it is ready; PartFailed says why it is not."""
        try:
            self._process = await self._spawn()
        except OSError as error:
            raise self._failed(
                f"{self.part.argv[0]} cannot be run: {error.strerror}; install it or mend PATH"
            ) from error
        identity = identify(self._process.pid)
        self.status.pid, self.status.ticks = self._process.pid, identity.ticks if identity else 0
        self._show("starting", self.status.reason)
        ended = asyncio.create_task(self._process.wait())
        ready = asyncio.create_task(self._until_ready())
        try:
            await asyncio.wait({ended, ready}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            gone = ended.done()
            ended.cancel()
            ready.cancel()
        if gone:
            await self.kill()
            raise self._failed(f"ended with {self._exit_words()}")
        if complaint := ready.result():
            await self.kill()
            raise self._failed(f"not ready within {self.part.start_within:g} s: {complaint}")
        self._show("ready", "")

    async def keep(self) -> None:
        """Watch a ready part for ever and start it again, later and later, whenever it is gone."""
        loop = asyncio.get_running_loop()
        delay = self.part.first_delay
        while True:
            ready_since = loop.time()
            if self.status.state == "ready":
                reason = await self._until_gone()
                log.warning("part %s is gone: %s", self.part.name, reason)
                self.status.restarts += 1
                self._show("restarting", reason)
                await self.kill()
            if loop.time() - ready_since > HEALTHY_AFTER:
                delay = self.part.first_delay
            await asyncio.sleep(delay)
            delay = min(delay * 2, LONGEST_DELAY)
            try:
                await self.start()
            except PartFailed as error:
                log.warning("part %s did not come back: %s", self.part.name, error)

    async def stop(self, hurry: asyncio.Event) -> None:
        """End the part: SIGTERM, after ``drain`` or ``hurry`` a second one, after ``grace`` SIGKILL for all of it."""
        if self._process is not None and self._process.returncode is None:
            self._show("stopping", "")
            self._terminate()
            calmly = await self._ends_within(TERM_PAUSE, asyncio.Event())
            if not calmly and not await self._ends_within(self.part.drain, hurry):
                self._terminate()
                await self._ends_within(self.part.grace, asyncio.Event())
        await self.kill()
        if self.status.state not in {"waiting", "failed"}:
            self._show("stopped", "")

    async def kill(self) -> None:
        """Leave nothing of the part: kill every process that carries its mark, then reap it."""
        await asyncio.to_thread(sweep, self._home, self.part.name)
        if self._process is not None:
            await self._process.wait()
        self.status.pid = self.status.ticks = 0

    def _terminate(self) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.terminate()

    async def _ends_within(self, patience: float, hurry: asyncio.Event) -> bool:
        """Wait for the process's end, but no longer than ``patience`` seconds or until ``hurry``."""
        if self._process is None:
            return True
        ended = asyncio.create_task(self._process.wait())
        hurried = asyncio.create_task(hurry.wait())
        await asyncio.wait({ended, hurried}, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
        hurried.cancel()
        ended.cancel()
        return self._process.returncode is not None

    async def _spawn(self) -> asyncio.subprocess.Process:
        env = {**os.environ, **self.part.env, "IVR_PART": self.part.name, MARK_VARIABLE: str(self._home)}
        env["IVR_HOME"] = str(self._home)
        if isinstance(self.part.probe, BeatProbe):
            self.part.probe.path.unlink(missing_ok=True)
        with self._err_path().open("ab") as err:
            return await asyncio.create_subprocess_exec(
                *self.part.argv, env=env, stdin=subprocess.DEVNULL, stdout=err, stderr=err, start_new_session=True
            )

    def _err_path(self) -> Path:
        path = self._home / "log" / f"{self.part.name}.err"
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > ERR_BYTES:
            path.replace(path.with_suffix(".err.1"))
        self._err_start = path.stat().st_size if path.exists() else 0
        return path

    async def _until_ready(self) -> str:
        """Probe until the part is ready ("") or its time is over (the last complaint)."""
        if self.part.probe is None:
            return ""
        loop = asyncio.get_running_loop()
        start = loop.time()
        while complaint := await asyncio.to_thread(self.part.probe.complaint):
            if loop.time() > start + self.part.start_within:
                return complaint
            if loop.time() > start + SLOW_START and complaint != self.status.reason:
                self._show("starting", complaint)  # whoever waits learns for what
            await asyncio.sleep(PROBE_EVERY)
        return ""

    async def _until_gone(self) -> str:
        """Wait until the process ends or hangs; answers what happened."""
        process = self._process
        if process is None:
            return "it was never started"
        ended = asyncio.create_task(process.wait())
        hung = asyncio.create_task(self._until_hung())
        try:
            await asyncio.wait({ended, hung}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ended.cancel()
            hung.cancel()
        return f"ended with {self._exit_words()}" if process.returncode is not None else f"hung: {hung.result()}"

    async def _until_hung(self) -> str:
        probe = self.part.probe
        if probe is None or not self.part.hang_after:
            await asyncio.Event().wait()
            return ""
        loop = asyncio.get_running_loop()
        well = loop.time()
        while True:
            await asyncio.sleep(min(WATCH_EVERY, self.part.hang_after / 3))
            complaint = await asyncio.to_thread(probe.silence)
            if complaint is None:
                well = loop.time()
            elif loop.time() - well > self.part.hang_after:
                return complaint

    def _exit_words(self) -> str:
        code = self._process.returncode if self._process is not None else None
        words = f"signal {signal.Signals(-code).name}" if code is not None and code < 0 else f"exit status {code}"
        last = self._last_words()
        return f"{words}: {last}" if last else words

    def _last_words(self) -> str:
        """Give the last line that this run of the part wrote to standard error."""
        path = self._home / "log" / f"{self.part.name}.err"
        with path.open("rb") as file:
            file.seek(max(self._err_start, path.stat().st_size - 4096))
            lines = file.read().decode(errors="replace").strip().splitlines()
        return lines[-1].strip() if lines else ""

    def _failed(self, reason: str) -> PartFailed:
        self.status.pid = self.status.ticks = 0
        self._show("failed", reason)
        return PartFailed(f"{self.part.name} {reason} (more: ivr logs {self.part.name})")

    def _show(self, state: PartState, reason: str) -> None:
        self.status.state, self.status.reason, self.status.since = state, reason, utc_now()
        self._changed()
