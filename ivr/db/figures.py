"""Sums over calls, recordings and jobs. A mean without data is None, never 0."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import case, func, select

from ivr.db.backlog import Backlog, backlog
from ivr.db.leases import KEEP
from ivr.db.tables import Call, Job, Recording, Topic, TurnRow
from ivr.metadata import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

CONVERSATIONS = (
    Outcome.COMPLETED,
    Outcome.CALLER_HUNG_UP,
    Outcome.TRANSFERRED,
    Outcome.NO_INPUT,
    Outcome.CALLER_NEVER_STOPPED,
)
RESOLVED = (Outcome.COMPLETED, Outcome.CALLER_HUNG_UP)
"""What counts as an end without a person; a caller who hangs up is taken to have what he wanted."""
_TOPICS = 5


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over all closed recordings (seconds), and jobs by state."""

    recordings: int
    processed: int
    duration: float
    jobs: Mapping[str, int]
    backlog: Backlog = field(default_factory=Backlog)
    """What waits to be brought to where recordings rest."""


@dataclass(frozen=True, slots=True)
class Overview:
    """Aggregates since a moment; shares from 0 to 1, seconds unless a unit is named."""

    calls: int
    active_calls: int
    average_duration: float | None
    resolution_rate: float | None
    escalation_rate: float | None
    top_topics: Sequence[str]
    average_latency_ms: float | None
    average_live_wer: float | None
    """How far the live transcripts are from the offline ones; 0 = the same."""
    average_sentiment: float | None
    """How callers felt in the end, -1 to 1, of the calls that are processed."""


def totals(session: Session) -> Totals:
    """Add everything up."""
    count, processed, duration = session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(case((Recording.processed.is_(True), 1), else_=0)), 0),
            func.coalesce(func.sum(Recording.duration), 0.0),
        ).where(Recording.closed.is_(True))
    ).one()
    jobs = session.execute(select(Job.state, func.count()).where(Job.kind != KEEP).group_by(Job.state)).all()
    return Totals(
        int(count), int(processed), float(duration), {state: int(number) for state, number in jobs}, backlog(session)
    )


def overview(session: Session, since: datetime) -> Overview:
    """Aggregate the calls that started since a moment (with a zone)."""
    lately = Call.started_at >= since
    outcomes = session.execute(select(Call.outcome, func.count()).where(lately).group_by(Call.outcome)).all()
    counts = {outcome: int(number) for outcome, number in outcomes}
    held = sum(counts.get(outcome.value, 0) for outcome in CONVERSATIONS)
    resolved = sum(counts.get(outcome.value, 0) for outcome in RESOLVED)
    felt = Recording.document["analysis"]["sentiment_score"].as_float()
    ended = select(func.avg(Recording.duration), func.avg(Recording.live_wer), func.avg(felt)).join(
        Call, Call.recording_id == Recording.recording_id
    )
    duration, live_wer, sentiment = session.execute(ended.where(lately, Recording.closed.is_(True))).one()
    latency = session.scalar(
        select(func.avg(TurnRow.answer_ms)).join(Call, Call.call_id == TurnRow.call_id).where(lately)
    )
    topics = session.execute(
        select(Topic.name, func.count().label("calls"))
        .join(Call, Call.call_id == Topic.call_id)
        .where(lately)
        .group_by(Topic.name)
        .order_by(func.count().desc(), Topic.name)
        .limit(_TOPICS)
    ).all()
    active = session.scalar(select(func.count()).select_from(Call).where(Call.state == "active"))
    return Overview(
        calls=sum(counts.values()),
        active_calls=active or 0,
        average_duration=duration,
        resolution_rate=resolved / held if held else None,
        escalation_rate=counts.get(Outcome.TRANSFERRED.value, 0) / held if held else None,
        top_topics=[name for name, _ in topics],
        average_latency_ms=latency,
        average_live_wer=live_wer,
        average_sentiment=sentiment,
    )
