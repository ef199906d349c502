"""What recordings are found by: one narrow row for each that is closed, its entities, and its marks.

The words that were said are in a table that each database has in its own way (``ivr.db.spoken_words``).
"""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - SQLAlchemy reads annotations
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ivr.db.base import Base
from ivr.db.types import Document, Moment

ID = String(80).with_variant(String(80, collation="C"), "postgresql")
"""Ids in byte order, as SQLite has them: the order of recordings that began at the same time is the same."""


class RecordingEntry(Base):
    """A closed recording in the index. ``shown`` is what its line in a list has besides."""

    __tablename__ = "recording_entries"
    __table_args__ = (
        Index("ix_recording_entries_order", "started_at", "recording_id"),
        Index("ix_recording_entries_caller", "caller_key", "started_at"),
        Index("ix_recording_entries_called", "called_key", "started_at"),
        Index("ix_recording_entries_intent", "intent", "started_at"),
        Index("ix_recording_entries_sentiment", "sentiment", "started_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[str] = mapped_column(
        ID, ForeignKey("recordings.recording_id", ondelete="CASCADE"), unique=True
    )
    conversation_id: Mapped[str] = mapped_column(String(80), index=True)
    started_at: Mapped[datetime] = mapped_column(Moment)
    duration: Mapped[float]
    caller_key: Mapped[str] = mapped_column(String(40))
    called_key: Mapped[str] = mapped_column(String(40))
    outcome: Mapped[str | None] = mapped_column(String(24))
    processed: Mapped[bool]
    sentiment: Mapped[str | None] = mapped_column(String(16))
    intent: Mapped[str | None] = mapped_column(String(40))
    binned: Mapped[bool] = mapped_column(default=False)
    shown: Mapped[dict[str, Any]] = mapped_column(Document)


class RecordingEntity(Base):
    """A number, e-mail, amount ... that was named in a recording, in its normal form."""

    __tablename__ = "recording_entities"
    __table_args__ = (Index("ix_recording_entities_value", "value", "type"),)
    entry_id: Mapped[int] = mapped_column(ForeignKey("recording_entries.id", ondelete="CASCADE"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    type: Mapped[str] = mapped_column(String(24), index=True)
    value: Mapped[str] = mapped_column(String(200))


class RecordingMark(Base):
    """What people decided about a recording: in the bin, or held for a legal case. Outlives a rebuilt index."""

    __tablename__ = "recording_marks"
    recording_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    binned_at: Mapped[datetime | None] = mapped_column(Moment, index=True)
    binned_because: Mapped[str] = mapped_column(Text, default="")
    held_at: Mapped[datetime | None] = mapped_column(Moment)
    held_because: Mapped[str] = mapped_column(Text, default="")
