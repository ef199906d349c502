"""Tables of the correction bank: each correction once a tenant, and all that happened to it."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - SQLAlchemy reads annotations

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ivr.db.base import Base
from ivr.db.types import Moment

_OF_A_CALL = text("call_id <> ''")


class CorrectionRow(Base):
    """A correction; ``state``, ``why`` and the contexts are what its events make of it."""

    __tablename__ = "corrections"
    __table_args__ = (UniqueConstraint("tenant", "heard", "meant", "kind"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    tenant: Mapped[str] = mapped_column(String(40))
    heard: Mapped[str] = mapped_column(String(80))
    """Folded."""
    meant: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(20))
    before: Mapped[str] = mapped_column(Text, default="")
    after: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(10), default="candidate", index=True)
    why: Mapped[str] = mapped_column(Text, default="")
    fired: Mapped[int] = mapped_column(default=0)
    confirmed: Mapped[int] = mapped_column(default=0)
    reverted: Mapped[int] = mapped_column(default=0)
    source: Mapped[str] = mapped_column(String(80))
    """Who brought it in first."""
    created_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)


class CorrectionEvent(Base):
    """Something that happened to a correction; a call counts once for each thing."""

    __tablename__ = "correction_events"
    __table_args__ = (
        Index("ix_correction_events_what", "correction_id", "what"),
        Index(
            "uq_correction_events_of_a_call",
            "correction_id",
            "what",
            "call_id",
            unique=True,
            sqlite_where=_OF_A_CALL,
            postgresql_where=_OF_A_CALL,
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    correction_id: Mapped[int] = mapped_column(ForeignKey("corrections.id", ondelete="CASCADE"))
    what: Mapped[str] = mapped_column(String(10))
    source: Mapped[str] = mapped_column(String(80))
    """The person who taught or revoked it, or the caller."""
    call_id: Mapped[str] = mapped_column(String(80), default="")
    before: Mapped[str] = mapped_column(Text, default="")
    after: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(Moment)
