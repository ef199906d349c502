"""Tables of the demo customer database: customers and what calls changed about them."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - SQLAlchemy reads annotations at run time
from decimal import Decimal  # noqa: TC003 - as above
from typing import Any

from sqlalchemy import JSON, Date, DateTime, ForeignKey, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ivr.db.base import Base


class Customer(Base):
    """A customer with one contract."""

    __tablename__ = "customers"
    account_id: Mapped[str] = mapped_column(String(6), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    phone: Mapped[str] = mapped_column(String(20), index=True)
    email: Mapped[str] = mapped_column(String(120))
    plan: Mapped[str] = mapped_column(String(80))
    price: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    balance: Mapped[Decimal] = mapped_column(Numeric(10, 2))
    due_date: Mapped[dt.date | None] = mapped_column(Date)
    status: Mapped[str] = mapped_column(String(12))
    """active, outage, suspended or cancelled."""
    outage_until: Mapped[dt.datetime | None] = mapped_column(DateTime)


class _Written:
    """What every change keeps: who asked for it, in which call, and the key that makes it happen once."""

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[str | None] = mapped_column(ForeignKey("customers.account_id"), index=True)
    call_id: Mapped[str] = mapped_column(String(80))
    idempotency_key: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[dt.datetime] = mapped_column(DateTime(timezone=True))
    result: Mapped[dict[str, Any]] = mapped_column(JSON)


class Callback(_Written, Base):
    """A promise to call back."""

    __tablename__ = "callbacks"
    __table_args__ = (UniqueConstraint("call_id", "idempotency_key"),)
    phone: Mapped[str] = mapped_column(String(20))
    due_at: Mapped[dt.datetime] = mapped_column(DateTime)
    """Local time of the call center."""
    reason: Mapped[str] = mapped_column(String(200))


class ContactChange(_Written, Base):
    """A changed phone number or e-mail."""

    __tablename__ = "contact_changes"
    __table_args__ = (UniqueConstraint("call_id", "idempotency_key"),)
    field: Mapped[str] = mapped_column(String(10))
    old_value: Mapped[str] = mapped_column(String(120))
    new_value: Mapped[str] = mapped_column(String(120))


class Cancellation(_Written, Base):
    """A cancelled service."""

    __tablename__ = "cancellations"
    __table_args__ = (UniqueConstraint("call_id", "idempotency_key"),)
    reason: Mapped[str] = mapped_column(String(200))
    ends_on: Mapped[dt.date] = mapped_column(Date)
