"""The journal of a running call: one JSON document a line, so that what is known survives ``kill -9``.

First line ``{"kind": "start", "rate": Hz, "data": metadata}``; then ``turn``, ``tool``, ``interruption``, ``digits``,
``sentiment_alert`` as they happen; last ``end`` with the whole metadata. The writer holds an exclusive lock on the
file as long as it lives: whoever gets the lock knows that nobody writes. Others may read along (``tail -f``).
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from ivr.metadata import AlertRecord, InterruptionRecord, RecordingMetadata, Segment, ToolRecord, TurnRecord

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SUFFIX = ".journal.jsonl"


class Journal:
    """Appends to one journal; every line goes to the operating system at once, and so survives our end."""

    def __init__(self, path: Path, first_line: bytes) -> None:
        """Create, lock, then show it under its name: nobody ever sees it unlocked. FileExistsError if it is there."""
        self.path = path
        self.size = 0
        """Bytes written."""
        self._torn = False
        hidden = path.with_name(f".{path.name}.{os.getpid()}.new")
        self._descriptor = os.open(hidden, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_CLOEXEC, 0o640)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self.append(first_line)
            os.link(hidden, path)
        except OSError:
            os.close(self._descriptor)
            raise
        finally:
            hidden.unlink(missing_ok=True)

    def append(self, line: bytes) -> None:
        """Write one line; OSError when the disk refuses, and the torn line is passed over by readers."""
        line = b"\n" + line if self._torn else line
        self._torn = True
        written = os.write(self._descriptor, line)
        self.size += written
        if written < len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._torn = False

    def sync(self) -> None:
        """Make what was written survive a power failure."""
        os.fdatasync(self._descriptor)

    def close(self, *, remove: bool) -> None:
        """Let go of it; ``remove`` when everything in it is kept elsewhere."""
        if remove:
            self.path.unlink(missing_ok=True)
        os.close(self._descriptor)


def journal_line(kind: str, data: Any, **more: Any) -> bytes:
    """Build a line; ``data`` is a JSON document."""
    return json.dumps({"kind": kind, **more, "data": data}, ensure_ascii=False).encode() + b"\n"


def lock_if_dead(path: Path) -> int | None:
    """Take the lock of a journal whose writer is gone; answers the descriptor that holds it, None while it lives."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


@dataclass(frozen=True, slots=True)
class Told:
    """What a journal tells of its call; ``start`` is None, and ``rate`` 0, where the first line cannot be read."""

    start: RecordingMetadata | None
    rate: int
    entries: Sequence[tuple[str, Any]]

    def onto(self, metadata: RecordingMetadata) -> RecordingMetadata:
        """Put on top of what was known at the start all that was written after; what has no known shape is left out."""
        for kind, data in self.entries:
            with suppress(ValidationError, KeyError, TypeError):
                metadata = _with(metadata, kind, data)
        return metadata


def read_journal(path: Path) -> Told:
    """Read a journal; lines that are torn or no journal's are left out."""
    start, rate, entries = None, 0, []
    for line in path.read_bytes().splitlines():
        with suppress(ValueError, KeyError, TypeError):
            entry = json.loads(line)
            kind, data = str(entry["kind"]), entry["data"]
            if kind == "start":
                start, rate = RecordingMetadata.model_validate(data), int(entry["rate"])
            else:
                entries.append((kind, data))
    return Told(start, rate, entries)


def _with(metadata: RecordingMetadata, kind: str, data: Any) -> RecordingMetadata:
    match kind:
        case "turn":
            turn = TurnRecord.model_validate(data)
            metadata.turns.append(turn)
            metadata.transcription.segments.append(
                Segment(who=turn.who, start=turn.start, end=turn.end, raw=turn.heard, text=turn.heard)
            )
        case "tool":
            metadata.tools.append(ToolRecord.model_validate(data))
        case "interruption":
            metadata.interruptions.append(InterruptionRecord.model_validate(data))
        case "sentiment_alert":
            metadata.alerts.append(AlertRecord.model_validate(data))
        case "digits":
            metadata.digits += str(data["digits"])
        case "end":
            return RecordingMetadata.model_validate(data)
        case _:
            pass
    return metadata
