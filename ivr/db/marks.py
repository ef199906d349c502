"""What people decide about recordings: into the bin and out again, held for a legal case and released."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sqlalchemy import select, update

from ivr.db.queries import get_recording
from ivr.db.search_tables import RecordingEntry, RecordingMark
from ivr.errors import MisuseError, RecordingHeld

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Marked:
    """A recording that somebody marked."""

    recording_id: str
    binned_at: datetime | None
    binned_because: str
    held_at: datetime | None
    held_because: str


Change = Literal["bin", "restore", "hold", "release"]


def mark_recording(session: Session, recording_id: str, change: Change, because: str, now: datetime) -> None:
    """Change a recording's marks; RecordingNotFound, or RecordingHeld."""
    match change:
        case "bin":
            bin_recording(session, recording_id, because, now)
        case "restore":
            restore_recording(session, recording_id)
        case "hold":
            hold_recording(session, recording_id, because, now)
        case "release":
            release_recording(session, recording_id)


def bin_recording(session: Session, recording_id: str, because: str, now: datetime) -> None:
    """Put a recording into the bin; RecordingNotFound, or RecordingHeld."""
    refuse_held(session, recording_id)
    mark = _mark(session, recording_id)
    mark.binned_at, mark.binned_because = mark.binned_at or now, because
    _set_binned(session, recording_id, binned=True)


def restore_recording(session: Session, recording_id: str) -> None:
    """Take a recording out of the bin; one that is not in it is left as it is."""
    mark = _mark(session, recording_id)
    mark.binned_at, mark.binned_because = None, ""
    _set_binned(session, recording_id, binned=False)


def hold_recording(session: Session, recording_id: str, because: str, now: datetime) -> None:
    """Keep a recording from going, whatever the rules, until it is released; takes it out of the bin."""
    if not because.strip():
        raise MisuseError("a hold needs its reason")
    restore_recording(session, recording_id)
    mark = _mark(session, recording_id)
    mark.held_at, mark.held_because = mark.held_at or now, because


def release_recording(session: Session, recording_id: str) -> None:
    """End a hold."""
    mark = _mark(session, recording_id)
    mark.held_at, mark.held_because = None, ""


def refuse_held(session: Session, recording_id: str) -> None:
    """Raise RecordingHeld for a recording that is held."""
    mark = session.get(RecordingMark, recording_id)
    if mark is not None and mark.held_at is not None:
        raise RecordingHeld(
            f"{recording_id} is held since {mark.held_at:%Y-%m-%d} ({mark.held_because}): "
            f"ivr recordings release {recording_id} ends that"
        )


def marked(session: Session, *, held: bool) -> Sequence[Marked]:
    """List what is held, or what is in the bin, the oldest first."""
    column = RecordingMark.held_at if held else RecordingMark.binned_at
    rows = session.scalars(
        select(RecordingMark).where(column.is_not(None)).order_by(column, RecordingMark.recording_id)
    )
    return [Marked(row.recording_id, row.binned_at, row.binned_because, row.held_at, row.held_because) for row in rows]


def _mark(session: Session, recording_id: str) -> RecordingMark:
    mark = session.get(RecordingMark, recording_id)
    if mark is None:
        get_recording(session, recording_id)
        mark = RecordingMark(recording_id=recording_id)
        session.add(mark)
        session.flush()
    return mark


def _set_binned(session: Session, recording_id: str, *, binned: bool) -> None:
    session.execute(update(RecordingEntry).where(RecordingEntry.recording_id == recording_id).values(binned=binned))
