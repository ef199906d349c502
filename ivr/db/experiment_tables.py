"""Tables of experiments, and of the variants that calls got."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - SQLAlchemy reads annotations
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ivr.db.base import Base
from ivr.db.types import Document, Moment


class ExperimentRow(Base):
    """An experiment as it was created; only its state changes, so that its results stay comparable."""

    __tablename__ = "experiments"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    tenant: Mapped[str] = mapped_column(String(40), index=True)
    state: Mapped[str] = mapped_column(String(8), index=True)
    """draft, running or stopped."""
    definition: Mapped[dict[str, Any]] = mapped_column(Document)
    created_at: Mapped[datetime] = mapped_column(Moment)
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    """When it was started last."""
    stopped_at: Mapped[datetime | None] = mapped_column(Moment)


class CallVariant(Base):
    """The variant that a call got in an experiment; the experiment's row may be gone, or in another database."""

    __tablename__ = "call_variants"
    __table_args__ = (Index("ix_call_variants_experiment", "experiment", "variant"),)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.call_id", ondelete="CASCADE"), primary_key=True)
    experiment: Mapped[str] = mapped_column(String(40), primary_key=True)
    variant: Mapped[str] = mapped_column(String(40))
    cost: Mapped[float | None]
    """Dollars of hosted models, where prices are known."""
