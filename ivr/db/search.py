"""Recordings found by what is known of them. Every function takes an open Session and leaves the commit to its owner.

Lists go from the newest to the oldest, page by page: a page begins where the last one ended (keyset), so the
hundredth costs what the first does.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import fmean
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, and_, delete, func, literal, or_, select, tuple_

from ivr.db.search_tables import RecordingEntity, RecordingEntry, RecordingMark
from ivr.db.spoken_words import drop_words, said, write_words
from ivr.db.tables import Recording
from ivr.db.types import Moment
from ivr.errors import SearchRefused
from ivr.language.stems import stems_of, wanted_stems
from ivr.metadata import Outcome, RecordingMetadata

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

_CHUNK = 500
_SPANISH_DIGITS = 9
_LONGEST_KEY = 40


@dataclass(frozen=True, slots=True)
class RecordingsWanted:
    """Which recordings are wanted; all conditions must hold, None asks nothing. Times have a zone, lengths seconds."""

    conversation: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    processed: bool | None = None
    outcome: Outcome | None = None
    sentiment: str | None = None
    intent: str | None = None
    entity: str | None = None
    """TYPE, VALUE or TYPE:VALUE in its normal form, as in ``dni:12345678Z``."""
    number: str | None = None
    """Who called or was called, written in any way."""
    longer_than: float | None = None
    shorter_than: float | None = None
    text: str | None = None
    """Words that must all have been said; case, accents and Spanish endings do not matter."""
    binned: bool = False
    """Whether those in the bin are wanted, instead of the others."""
    limit: int = 50
    cursor: str | None = None
    """``next_cursor`` of the page before."""


@dataclass(frozen=True, slots=True)
class FoundRecording:
    """A recording's line in a list."""

    recording_id: str
    conversation_id: str
    started_at: datetime
    duration: float
    outcome: Outcome | None
    processed: bool
    sentiment: str | None
    intent: str | None
    direction: str
    caller: str
    called: str
    turns: int
    interruptions: int
    avg_latency_ms: float | None
    topics: Sequence[str]
    summary: str | None
    recovered: bool


@dataclass(frozen=True, slots=True)
class RecordingsPage:
    """A page, newest first; ``total`` is counted for the first page only."""

    items: Sequence[FoundRecording]
    total: int | None
    next_cursor: str | None


def number_key(number: str) -> str:
    """Give a telephone number as it is compared: its digits, without the prefix of Spain or an international 00."""
    digits = "".join(char for char in number if char.isdecimal()).removeprefix("00")
    if not digits:
        return number.strip().lower()[:_LONGEST_KEY]
    return digits[2:] if digits.startswith("34") and len(digits) == _SPANISH_DIGITS + 2 else digits


def index_recording(session: Session, metadata: RecordingMetadata) -> None:
    """Write down what a closed recording is found by, in place of what was there."""
    entry = session.scalar(select(RecordingEntry).where(RecordingEntry.recording_id == metadata.recording_id))
    if entry is None:
        entry = RecordingEntry(recording_id=metadata.recording_id)
        mark = session.get(RecordingMark, metadata.recording_id)
        entry.binned = mark is not None and mark.binned_at is not None
        session.add(entry)
    call, analysis = metadata.call, metadata.analysis
    entry.conversation_id, entry.duration = metadata.conversation_id, metadata.audio.duration
    entry.started_at = call.started_at or entry.started_at or datetime.now(UTC)
    entry.caller_key, entry.called_key = number_key(call.caller), number_key(call.called)
    entry.outcome, entry.processed = call.outcome.value if call.outcome else None, metadata.processed
    entry.sentiment, entry.intent = analysis.sentiment, analysis.intent
    entry.shown = _shown(metadata)
    session.flush()
    _write_entities(session, entry.id, analysis.entities)
    write_words(session, entry.id, stems_of(_said(metadata)))


def unindex_recording(session: Session, recording_id: str) -> None:
    """Take a recording out of the index."""
    entry_id = session.scalar(select(RecordingEntry.id).where(RecordingEntry.recording_id == recording_id))
    if entry_id is not None:
        drop_words(session, entry_id)
        session.execute(delete(RecordingEntity).where(RecordingEntity.entry_id == entry_id))
        session.execute(delete(RecordingEntry).where(RecordingEntry.id == entry_id))


def index_missing(session: Session) -> int:
    """Index the closed recordings that the index does not have, as after an upgrade; answers how many."""
    known = select(RecordingEntry.recording_id)
    missing = session.scalars(
        select(Recording.recording_id).where(Recording.closed.is_(True), Recording.recording_id.not_in(known))
    ).all()
    for at in range(0, len(missing), _CHUNK):
        chosen = select(Recording.document).where(Recording.recording_id.in_(missing[at : at + _CHUNK]))
        for document in session.scalars(chosen):
            index_recording(session, RecordingMetadata.model_validate(document))
    return len(missing)


def _write_entities(session: Session, entry_id: int, entities: Sequence[dict[str, Any]]) -> None:
    session.execute(delete(RecordingEntity).where(RecordingEntity.entry_id == entry_id))
    pairs = dict.fromkeys((str(item.get("type", "")), str(item.get("value", ""))[:200]) for item in entities)
    session.add_all(
        RecordingEntity(entry_id=entry_id, n=n, type=kind, value=value) for n, (kind, value) in enumerate(pairs)
    )
    session.flush()


def _said(metadata: RecordingMetadata) -> list[str]:
    segments = [part.text for part in metadata.transcription.segments] or [metadata.transcription.text]
    return [*segments, *(turn.heard for turn in metadata.turns)]


def _shown(metadata: RecordingMetadata) -> dict[str, Any]:
    waits = [turn.latencies_ms["total"] for turn in metadata.turns if "total" in turn.latencies_ms]
    return {
        "direction": metadata.call.direction,
        "caller": metadata.call.caller,
        "called": metadata.call.called,
        "turns": len(metadata.turns),
        "interruptions": sum(item.kind == "interruption" for item in metadata.interruptions),
        "avg_latency_ms": fmean(waits) if waits else None,
        "topics": metadata.analysis.topics,
        "summary": metadata.analysis.summary,
        "recovered": metadata.recovered,
    }


def line_of(metadata: RecordingMetadata) -> FoundRecording:
    """Give a recording's line as a list would show it."""
    call, analysis = metadata.call, metadata.analysis
    return FoundRecording(
        recording_id=metadata.recording_id,
        conversation_id=metadata.conversation_id,
        started_at=call.started_at or datetime.now(UTC),
        duration=metadata.audio.duration,
        outcome=call.outcome,
        processed=metadata.processed,
        sentiment=analysis.sentiment,
        intent=analysis.intent,
        **_shown(metadata),
    )


def search_recordings(session: Session, wanted: RecordingsWanted) -> RecordingsPage:
    """Give a page of the closed recordings that fit; SearchRefused for a cursor that is none of ours."""
    conditions = _conditions(wanted, session.get_bind().dialect.name)
    total = None
    if wanted.cursor is None:
        total = session.scalar(select(func.count()).select_from(RecordingEntry).where(*conditions)) or 0
    found = session.scalars(_after(conditions, wanted.cursor).limit(wanted.limit + 1)).all()
    more = len(found) > wanted.limit
    page = found[: wanted.limit]
    return RecordingsPage([_line(entry) for entry in page], total, _cursor(page[-1]) if more else None)


def each_recording(session: Session, wanted: RecordingsWanted) -> Iterator[FoundRecording]:
    """Give all that fit, from the cursor on, newest first, with never more than a chunk of them in memory."""
    conditions = _conditions(wanted, session.get_bind().dialect.name)
    cursor = wanted.cursor
    while True:
        chunk = session.scalars(_after(conditions, cursor).limit(_CHUNK)).all()
        yield from map(_line, chunk)
        if len(chunk) < _CHUNK:
            return
        cursor = _cursor(chunk[-1])
        session.expunge_all()


def _after(conditions: Sequence[ColumnElement[bool]], cursor: str | None) -> Select[RecordingEntry]:
    chosen = select(RecordingEntry).where(*conditions)
    if cursor is not None:
        place = tuple_(RecordingEntry.started_at, RecordingEntry.recording_id)
        chosen = chosen.where(place < tuple_(*_read_cursor(cursor)))
    return chosen.order_by(RecordingEntry.started_at.desc(), RecordingEntry.recording_id.desc())


def _conditions(wanted: RecordingsWanted, dialect: str) -> list[ColumnElement[bool]]:
    entry = RecordingEntry
    equal = (
        (entry.conversation_id, wanted.conversation),
        (entry.processed, wanted.processed),
        (entry.outcome, wanted.outcome),
        (entry.sentiment, wanted.sentiment),
        (entry.intent, wanted.intent),
    )
    found: list[ColumnElement[bool]] = [entry.binned.is_(wanted.binned)]
    found += [column == value for column, value in equal if value is not None]
    if wanted.since is not None:
        found.append(entry.started_at >= wanted.since)
    if wanted.until is not None:
        found.append(entry.started_at < wanted.until)
    if wanted.longer_than is not None:
        found.append(entry.duration >= wanted.longer_than)
    if wanted.shorter_than is not None:
        found.append(entry.duration <= wanted.shorter_than)
    if wanted.number is not None:
        key = number_key(wanted.number)
        found.append(or_(entry.caller_key == key, entry.called_key == key))
    if wanted.entity is not None:
        found.append(_names(wanted.entity))
    if wanted.text is not None:
        found.append(_tells(wanted.text, dialect))
    return found


def _tells(text: str, dialect: str) -> ColumnElement[bool]:
    stems = wanted_stems(text)
    if not stems:
        raise SearchRefused(f"there is no word in {text!r}: give words that were said, letters or digits")
    return said(dialect, stems)  # type: ignore[return-value]  # a text clause is as good as a condition


def _names(entity: str) -> ColumnElement[bool]:
    kind, colon, value = entity.partition(":")
    named = RecordingEntity
    chosen = and_(named.type == kind, named.value == value) if colon else or_(named.type == kind, named.value == kind)
    return RecordingEntry.id.in_(select(named.entry_id).where(chosen))


def _cursor(entry: RecordingEntry) -> str:
    place = json.dumps([entry.started_at.isoformat(), entry.recording_id])
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> tuple[ColumnElement[datetime], ColumnElement[str]]:
    try:
        started, recording_id = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return literal(datetime.fromisoformat(started).astimezone(UTC), Moment), literal(str(recording_id))
    except (ValueError, TypeError) as error:
        raise SearchRefused("the cursor is none of ours: leave it out to begin at the first page") from error


def _line(entry: RecordingEntry) -> FoundRecording:
    return FoundRecording(
        recording_id=entry.recording_id,
        conversation_id=entry.conversation_id,
        started_at=entry.started_at,
        duration=entry.duration,
        outcome=Outcome(entry.outcome) if entry.outcome else None,
        processed=entry.processed,
        sentiment=entry.sentiment,
        intent=entry.intent,
        **entry.shown,
    )
