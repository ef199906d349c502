"""Calls and recordings in the database. Every function takes an open Session and leaves the commit to its owner.

The database is the index, the metadata file is the truth: ``write_call`` may be repeated with newer metadata, and
a database that was away is filled up again from the files.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, literal, select

from ivr.db.experiment_tables import CallVariant
from ivr.db.memory_tables import CustomerMemory
from ivr.db.search import index_recording, unindex_recording
from ivr.db.search_tables import RecordingMark
from ivr.db.tables import Call, Interruption, Job, Recording, ToolRun, Topic, TurnRow
from ivr.errors import RecordingNotFound
from ivr.metadata import Outcome, RecordingMetadata

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Select
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Worker:
    """The process that holds a call."""

    pid: int
    host: str


def write_call(session: Session, metadata: RecordingMetadata, worker: Worker, *, ended: bool) -> None:
    """Write down a call, or write it anew: its state, its recording, all that was said."""
    call_id = metadata.conversation_id
    call = session.get(Call, call_id)
    if call is None:
        call = Call(call_id=call_id, recording_id=metadata.recording_id, conversation_id=call_id)
        session.add(call)
    known = metadata.call
    call.direction, call.caller, call.called = known.direction, known.caller, known.called
    call.channel_id = known.channel_id
    call.state = "ended" if ended else "active"
    call.started_at = known.started_at or call.started_at or datetime.now(UTC)
    call.answered_at, call.ended_at = known.answered_at, known.ended_at
    call.outcome = known.outcome.value if known.outcome else None
    call.hangup_cause, call.sip_code = known.hangup_cause, known.sip_code
    call.worker_pid, call.worker_host = worker.pid, worker.host
    session.flush()
    _write_recording(session, metadata, closed=ended)
    _write_conversation(session, metadata)
    _write_variants(session, metadata)


def _write_recording(session: Session, metadata: RecordingMetadata, *, closed: bool) -> None:
    recording = session.get(Recording, metadata.recording_id)
    if recording is None:
        recording = Recording(recording_id=metadata.recording_id)
        session.add(recording)
    recording.path = f"audio/{metadata.recording_id}.wav"
    recording.duration, recording.sha256 = metadata.audio.duration, metadata.audio.sha256
    recording.closed = closed
    recording.processed, recording.processing_mode = metadata.processed, metadata.processing_mode
    analysis = metadata.analysis
    recording.sentiment, recording.intent = analysis.sentiment, analysis.intent
    recording.quality_score = analysis.quality_score
    recording.live_wer = (analysis.model_extra or {}).get("live_wer")
    recording.document = metadata.model_dump(mode="json")
    session.flush()
    if closed:
        index_recording(session, metadata)


def _write_conversation(session: Session, metadata: RecordingMetadata) -> None:
    call_id = metadata.conversation_id
    for table in (TurnRow, ToolRun, Interruption, Topic):
        session.execute(delete(table).where(table.call_id == call_id))
    for n, turn in enumerate(metadata.turns):
        fields = turn.model_dump(include={"who", "start", "end", "text", "heard", "interrupted", "latencies_ms"})
        session.add(TurnRow(call_id=call_id, n=n, answer_ms=turn.latencies_ms.get("total"), **fields))
    for n, tool in enumerate(metadata.tools):
        session.add(ToolRun(call_id=call_id, n=n, **tool.model_dump(mode="json")))
    for n, interruption in enumerate(metadata.interruptions):
        session.add(Interruption(call_id=call_id, n=n, **interruption.model_dump()))
    for n, topic in enumerate(metadata.analysis.topics):
        session.add(Topic(call_id=call_id, n=n, name=topic))
    session.flush()


def _write_variants(session: Session, metadata: RecordingMetadata) -> None:
    call_id = metadata.conversation_id
    session.execute(delete(CallVariant).where(CallVariant.call_id == call_id))
    costs = [model.cost for turn in metadata.turns for model in turn.models if model.cost is not None]
    cost = sum(costs) if costs else None
    for experiment, variant in metadata.call.variants.items():
        session.add(CallVariant(call_id=call_id, experiment=experiment, variant=variant, cost=cost))
    session.flush()


def list_calls(
    session: Session, *, active: bool | None = None, limit: int = 50, offset: int = 0
) -> tuple[list[RecordingMetadata], int]:
    """List calls, newest first, and say how many there are in all."""
    chosen = select(Recording.document).join(Call, Call.recording_id == Recording.recording_id)
    if active is not None:
        chosen = chosen.where(Call.state == ("active" if active else "ended"))
    return _page(session, chosen, limit, offset)


def _page(
    session: Session, chosen: Select[tuple[dict[str, object]]], limit: int, offset: int
) -> tuple[list[RecordingMetadata], int]:
    total = session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    ordered = chosen.order_by(Call.started_at.desc(), Call.call_id).limit(limit).offset(offset)
    return [RecordingMetadata.model_validate(document) for document in session.scalars(ordered)], total


def find_recording(session: Session, recording_id: str) -> RecordingMetadata | None:
    """Give one recording's metadata, closed or not; None for one that is not known."""
    document = session.scalar(select(Recording.document).where(Recording.recording_id == recording_id))
    return None if document is None else RecordingMetadata.model_validate(document)


def get_recording(session: Session, recording_id: str) -> RecordingMetadata:
    """Give one recording's metadata, closed or not; RecordingNotFound."""
    metadata = find_recording(session, recording_id)
    if metadata is None:
        raise RecordingNotFound(f"there is no recording {recording_id}: ivr recordings list names them")
    return metadata


def get_conversation(session: Session, conversation_id: str) -> RecordingMetadata:
    """Give one conversation's metadata; RecordingNotFound."""
    recording_id = session.scalar(select(Call.recording_id).where(Call.conversation_id == conversation_id))
    if recording_id is None:
        raise RecordingNotFound(f"there is no conversation {conversation_id}: ivr recordings list names them")
    return get_recording(session, recording_id)


def closed_ids(session: Session, limit: int | None = None) -> list[str]:
    """Name all closed recordings, newest first."""
    chosen = select(Recording.recording_id).join(Call, Call.recording_id == Recording.recording_id)
    chosen = chosen.where(Recording.closed.is_(True)).order_by(Call.started_at.desc(), Call.call_id).limit(limit)
    return list(session.scalars(chosen))


def unprocessed_ids(session: Session, limit: int | None = None) -> list[str]:
    """Name the recordings that wait for the post-call job, oldest first."""
    chosen = (
        select(Recording.recording_id)
        .join(Call, Call.recording_id == Recording.recording_id)
        .where(Recording.closed.is_(True), Recording.processed.is_(False))
        .order_by(Call.started_at, Call.call_id)
        .limit(limit)
    )
    return list(session.scalars(chosen))


def not_closed(session: Session, recording_ids: Iterable[str]) -> list[str]:
    """Tell which of these recordings the database does not know, or believes to be running still."""
    closed = set(session.scalars(select(Recording.recording_id).where(Recording.closed.is_(True))))
    return [name for name in recording_ids if name not in closed]


def without_sound(session: Session) -> list[RecordingMetadata]:
    """Give the ended calls of which the database knows no sound: nothing was recorded, or its end was late."""
    chosen = select(Recording.document).where(Recording.closed.is_(True), Recording.sha256 == "")
    return [RecordingMetadata.model_validate(document) for document in session.scalars(chosen)]


def active_calls(session: Session) -> Sequence[Call]:
    """Give the rows of the calls that are believed to be up."""
    return session.scalars(select(Call).where(Call.state == "active")).all()


def end_forgotten(session: Session, call_id: str, at: datetime) -> None:
    """End a call whose worker died before it could record anything."""
    call = session.get_one(Call, call_id)
    metadata = get_recording(session, call.recording_id)
    metadata.recovered = True
    metadata.call.outcome, metadata.call.ended_at = Outcome.AGENT_FAILED, at
    write_call(session, metadata, Worker(call.worker_pid, call.worker_host), ended=True)


def erase_call(session: Session, recording_id: str) -> int:
    """Remove a recording, its call, all that was said in it, and its jobs; answers how many rows of the call."""
    unindex_recording(session, recording_id)
    session.execute(delete(RecordingMark).where(RecordingMark.recording_id == recording_id))
    session.execute(delete(Job).where(Job.subject == recording_id))
    call_id = session.scalar(select(Call.call_id).where(Call.recording_id == recording_id))
    gone = [
        delete(table).where(table.call_id == call_id) for table in (TurnRow, ToolRun, Interruption, Topic, CallVariant)
    ]
    gone += [
        delete(CustomerMemory).where(CustomerMemory.call_id == call_id),
        delete(Recording).where(Recording.recording_id == recording_id),
        delete(Call).where(Call.recording_id == recording_id),
    ]
    return sum(len(session.execute(statement.returning(literal(1))).all()) for statement in gone)
