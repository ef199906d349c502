"""The table of what calls of customers came to."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - SQLAlchemy reads annotations
from typing import Any

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ivr.db.base import Base
from ivr.db.types import Document, Moment


class CustomerMemory(Base):
    """One call in short; known by the account that was opened in it, else only by the number it came from."""

    __tablename__ = "customer_memories"
    __table_args__ = (
        UniqueConstraint("tenant", "call_id"),
        Index("ix_customer_memories_account", "tenant", "account_id", "at"),
        Index("ix_customer_memories_caller", "tenant", "caller", "at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    tenant: Mapped[str] = mapped_column(String(40))
    account_id: Mapped[str] = mapped_column(String(40))
    """Empty where none was opened."""
    caller: Mapped[str] = mapped_column(String(80))
    call_id: Mapped[str] = mapped_column(String(80), index=True)
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    note: Mapped[dict[str, Any]] = mapped_column(Document)
