"""A worker's sign of life: a small JSON file that it replaces about once a second.

Ages are taken on the monotonic clock, which Linux shares between processes, so a corrected wall clock never
makes a living worker look dead.
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

STALE_AFTER = 5.0
"""Seconds after which a silent worker counts as dead."""


@dataclass(frozen=True, slots=True)
class Beat:
    """What a worker last said about itself; ``age`` in seconds."""

    pid: int
    age: float
    state: str = "healthy"
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def fresh(self) -> bool:
        """Whether the worker spoke lately enough to be alive (a file from before a reboot never is)."""
        return 0 <= self.age <= STALE_AFTER


def beat_path(home: Path, part: str) -> Path:
    """Say where a part keeps its heartbeat."""
    return home / "run" / f"{part}.beat.json"


def write_beat(path: Path, state: str = "healthy", **facts: Any) -> None:
    """Replace the heartbeat atomically; ``state`` is ``healthy`` or a sentence saying what is wrong."""
    path.parent.mkdir(parents=True, exist_ok=True)
    document = {"pid": os.getpid(), "at": time.monotonic(), "state": state, "facts": facts}
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.write_text(json.dumps(document))
    fresh.replace(path)


def read_beat(path: Path) -> Beat | None:
    """Read a heartbeat; None when there is none or it cannot be read as one."""
    try:
        document = json.loads(path.read_text())
        age = time.monotonic() - float(document["at"])
        return Beat(int(document["pid"]), age, str(document["state"]), dict(document["facts"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
