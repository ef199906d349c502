"""Tables of calls, what was said in them, their recordings, and the jobs that wait."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - SQLAlchemy reads annotations
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from ivr.db.base import Base
from ivr.db.types import Document, Moment

ID = String(80)
_RUNNING = text("state = 'running'")


class Call(Base):
    """A call while it runs and after; the recording's ``document`` has all the rest."""

    __tablename__ = "calls"
    call_id: Mapped[str] = mapped_column(ID, primary_key=True)
    recording_id: Mapped[str] = mapped_column(ID, unique=True)
    conversation_id: Mapped[str] = mapped_column(ID, index=True)
    direction: Mapped[str] = mapped_column(String(10))
    caller: Mapped[str] = mapped_column(String(80), index=True)
    called: Mapped[str] = mapped_column(String(80))
    channel_id: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(8), index=True)
    """active or ended."""
    started_at: Mapped[datetime] = mapped_column(Moment, index=True)
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    outcome: Mapped[str | None] = mapped_column(String(24), index=True)
    hangup_cause: Mapped[int | None]
    sip_code: Mapped[int | None]
    worker_pid: Mapped[int]
    worker_host: Mapped[str] = mapped_column(String(255))


class Recording(Base):
    """A call's recording: columns to find it by, and ``document``, the metadata file's content."""

    __tablename__ = "recordings"
    recording_id: Mapped[str] = mapped_column(ForeignKey("calls.recording_id", ondelete="CASCADE"), primary_key=True)
    path: Mapped[str] = mapped_column(String(255))
    """Name in the recording store."""
    duration: Mapped[float] = mapped_column(default=0.0)
    sha256: Mapped[str] = mapped_column(String(64), default="")
    closed: Mapped[bool] = mapped_column(default=False, index=True)
    """False while it is being written."""
    processed: Mapped[bool] = mapped_column(default=False, index=True)
    processing_mode: Mapped[str] = mapped_column(String(8), default="online")
    sentiment: Mapped[str | None] = mapped_column(String(16), index=True)
    intent: Mapped[str | None] = mapped_column(String(40), index=True)
    quality_score: Mapped[float | None]
    live_wer: Mapped[float | None]
    """How far the live transcript is from the offline one, 0 = the same."""
    document: Mapped[dict[str, Any]] = mapped_column(Document)


class _Said:
    """A row of a conversation, numbered from 0."""

    call_id: Mapped[str] = mapped_column(ForeignKey("calls.call_id", ondelete="CASCADE"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)


class TurnRow(_Said, Base):
    """One turn; seconds since the call's first tick."""

    __tablename__ = "turns"
    who: Mapped[str] = mapped_column(String(8))
    start: Mapped[float]
    end: Mapped[float]
    text: Mapped[str] = mapped_column(Text)
    heard: Mapped[str] = mapped_column(Text)
    interrupted: Mapped[bool]
    answer_ms: Mapped[float | None]
    """Silence that the caller heard before this turn."""
    latencies_ms: Mapped[dict[str, Any]] = mapped_column(Document)


class ToolRun(_Said, Base):
    """A business function that ran."""

    __tablename__ = "tool_runs"
    name: Mapped[str] = mapped_column(String(80), index=True)
    arguments: Mapped[dict[str, Any]] = mapped_column(Document)
    ok: Mapped[bool]
    data: Mapped[dict[str, Any]] = mapped_column(Document)
    error: Mapped[str] = mapped_column(Text)
    at: Mapped[float]
    duration_ms: Mapped[float]


class Interruption(_Said, Base):
    """The caller spoke while the agent was talking."""

    __tablename__ = "interruptions"
    kind: Mapped[str] = mapped_column(String(16))
    at: Mapped[float]
    text: Mapped[str] = mapped_column(Text)
    stopped_after_ms: Mapped[float | None]


class Topic(_Said, Base):
    """What a call was about: an intent that was told in it."""

    __tablename__ = "topics"
    name: Mapped[str] = mapped_column(String(40), index=True)


class Job(Base):
    """Work that survives ``kill -9``: a running job whose lease has run out may be taken by another worker."""

    __tablename__ = "jobs"
    __table_args__ = (
        Index("ix_jobs_waiting", "state", "not_before"),
        # One worker a recording, whoever races: the database itself refuses the second.
        Index("uq_jobs_running_subject", "subject", unique=True, sqlite_where=_RUNNING, postgresql_where=_RUNNING),
    )
    job_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(ID)
    """What it works on: a recording id. Never two running jobs at once on one subject."""
    payload: Mapped[dict[str, Any]] = mapped_column(Document)
    state: Mapped[str] = mapped_column(String(8))
    """queued, running, done or failed."""
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(Moment)
    not_before: Mapped[datetime] = mapped_column(Moment)
    lease_until: Mapped[datetime | None] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
    worker: Mapped[str | None] = mapped_column(String(255))
    error: Mapped[str] = mapped_column(Text, default="")
