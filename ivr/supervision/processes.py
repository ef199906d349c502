"""Who a process is beyond its number: identity by start time, safe signals, and the mark our parts carry."""

from __future__ import annotations

import os
import select
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MARK_VARIABLE = "IVR_SUPERVISED"
"""Environment variable that every supervised process and its descendants carry: the state directory."""

_PROC = Path("/proc")
_STATE, _START_TIME = 0, 19
"""Fields of ``/proc/<pid>/stat`` counted after the command's closing bracket (proc(5): fields 3 and 22)."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A process that cannot be confused with a later one of the same number.

    ``ticks`` is the kernel's start time of the process, in clock ticks since boot.
    """

    pid: int
    ticks: int

    @property
    def alive(self) -> bool:
        """Whether this very process runs (a zombie does not)."""
        return identify(self.pid) == self

    def send(self, number: signal.Signals) -> bool:
        """Send a signal to this very process; False when it is already gone."""
        descriptor = self.open()
        if descriptor is None:
            return False
        try:
            signal.pidfd_send_signal(descriptor, number)
        except ProcessLookupError:
            return False
        finally:
            os.close(descriptor)
        return True

    def open(self) -> int | None:
        """Open a pidfd, which becomes readable when the process ends; None when it is already gone."""
        try:
            descriptor = os.pidfd_open(self.pid)
        except ProcessLookupError:
            return None
        if self.alive:
            return descriptor
        os.close(descriptor)
        return None


def identify(pid: int) -> Identity | None:
    """Say who runs under a number; None for nobody or a zombie."""
    try:
        fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[_STATE] in "ZX" else Identity(pid, int(fields[_START_TIME]))


def marked(home: Path, part: str = "") -> list[Identity]:
    """Find the living processes that carry our mark, of one part or of all."""
    wanted = {f"{MARK_VARIABLE}={home}".encode()}
    if part:
        wanted.add(f"IVR_PART={part}".encode())
    own = os.getpid()
    found = [identify(pid) for pid in _numbers() if pid != own and wanted <= _environment(pid)]
    return [identity for identity in found if identity is not None]


def end(identities: Iterable[Identity], number: signal.Signals, patience: float) -> list[Identity]:
    """Signal processes and wait up to ``patience`` seconds; answers those that are still there."""
    waiting = {}
    for identity in identities:
        descriptor = identity.open()
        if descriptor is not None:
            waiting[descriptor] = identity
    try:
        for identity in waiting.values():
            identity.send(number)
        return _outlive(dict(waiting), time.monotonic() + patience)
    finally:
        for descriptor in waiting:
            os.close(descriptor)


def sweep(home: Path, part: str = "") -> int:
    """Kill every marked process, those that appear meanwhile included; answers how many there were."""
    swept = 0
    while found := marked(home, part):
        swept += len(found)
        end(found, signal.SIGKILL, 5.0)
    return swept


def _outlive(waiting: dict[int, Identity], deadline: float) -> list[Identity]:
    poll = select.poll()
    for descriptor in waiting:
        poll.register(descriptor, select.POLLIN)
    while waiting and (left := deadline - time.monotonic()) > 0:
        for descriptor, _ in poll.poll(left * 1000):
            poll.unregister(descriptor)
            del waiting[descriptor]
    return list(waiting.values())


def _numbers() -> Iterator[int]:
    return (int(entry.name) for entry in _PROC.iterdir() if entry.name.isdigit())


def _environment(pid: int) -> set[bytes]:
    try:
        return set((_PROC / str(pid) / "environ").read_bytes().split(b"\0"))
    except (PermissionError, FileNotFoundError, ProcessLookupError):
        return set()
