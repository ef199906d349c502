"""What the supervised set leaves in ``<home>/run``: the lock, and the state that ``ivr status`` reads."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, Field, ValidationError

from ivr.errors import IvrError
from ivr.supervision.processes import Identity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PartState = Literal["waiting", "starting", "ready", "restarting", "stopping", "stopped", "failed"]
SetState = Literal["starting", "running", "stopping", "stopped", "failed", "abandoned"]


class SupervisionError(IvrError):
    """The supervised set could not be started, stopped or looked at."""


def utc_now() -> datetime:
    """Say the time as every state file and answer writes it."""
    return datetime.now(UTC).replace(microsecond=0)


class PartStatus(BaseModel):
    """One part as the supervisor last saw it; ``reason`` says why it is not ready or why it last ended."""

    state: PartState = "waiting"
    pid: int = 0
    ticks: int = 0
    since: datetime = Field(default_factory=utc_now)
    restarts: int = 0
    reason: str = ""


class SetStatus(BaseModel):
    """The whole set. ``abandoned``: the supervisor died and left parts behind, which ``ivr down`` ends."""

    state: SetState = "stopped"
    pid: int = 0
    ticks: int = 0
    since: datetime = Field(default_factory=utc_now)
    error: str = ""
    parts: dict[str, PartStatus] = Field(default_factory=dict)

    @property
    def supervisor(self) -> Identity:
        """The supervisor's identity."""
        return Identity(self.pid, self.ticks)


def run_directory(home: Path) -> Path:
    """Make and name the directory of the lock and the state, private to its owner."""
    directory = home / "run"
    directory.mkdir(parents=True, exist_ok=True)
    directory.chmod(0o700)
    return directory


def write_status(home: Path, status: SetStatus) -> None:
    """Replace the state file atomically."""
    path = run_directory(home) / "status.json"
    fresh = path.with_name(".status.json.new")
    fresh.write_text(status.model_dump_json(indent=1))
    fresh.replace(path)


def read_status(home: Path) -> SetStatus:
    """Read the state as it is now; a dead supervisor's state is corrected to ``abandoned`` or ``stopped``."""
    try:
        status = SetStatus.model_validate_json((home / "run" / "status.json").read_text())
    except (FileNotFoundError, ValidationError):
        return SetStatus()
    if status.state in {"stopped", "failed"} or status.supervisor.alive:
        return status
    for part in status.parts.values():
        if not Identity(part.pid, part.ticks).alive:
            part.state, part.pid = "stopped", 0
    survivors = any(part.pid for part in status.parts.values())
    status.state = "abandoned" if survivors else "stopped"
    status.error = "the supervisor died; end what it left with: ivr down" if survivors else ""
    status.pid = 0
    return status


def write_registration(home: Path, registration: dict[str, Any]) -> None:
    """Keep how phones register at the running set: its ports may come from an environment that is gone later."""
    path = run_directory(home) / "registration.json"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(registration, file)


def read_registration(home: Path) -> dict[str, Any] | None:
    """Read it; None unless a set runs."""
    if read_status(home).state not in {"starting", "running"}:
        return None
    try:
        document = json.loads((home / "run" / "registration.json").read_text())
    except (OSError, ValueError):
        return None
    return dict(document) or None


def take_lock(home: Path, patience: float, name: str = "supervisor") -> int | None:
    """Take a lock of a home, which dies with the process; None when another holds it for ``patience`` seconds."""
    descriptor = os.open(run_directory(home) / f"{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                os.close(descriptor)
                return None
            time.sleep(0.05)
        else:
            return descriptor


@contextlib.contextmanager
def alone(home: Path) -> Iterator[None]:
    """Keep two ``ivr up`` or ``ivr down`` of one home from stepping on each other."""
    descriptor = take_lock(home, patience=120.0, name="control")
    if descriptor is None:
        raise SupervisionError("another ivr up or ivr down has been at work for two minutes; end it and try again")
    try:
        yield
    finally:
        os.close(descriptor)
