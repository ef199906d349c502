"""The demo customer database as scenarios look at it after a call, and as each finds it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ivr.db.crm_seed import seed
from ivr.db.crm_tables import Callback, Cancellation, ContactChange, Customer
from ivr.db.memory_tables import CustomerMemory
from ivr.db.session import writing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Engine

    from ivr.trials.evaluation.suite import EarlierCall

TABLES = (Callback, Cancellation, ContactChange, Customer)
"""In the order in which their rows can be taken out."""


def rows_of(engine: Engine) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Read all rows of all tables, by table."""
    with Session(engine) as session:
        return {
            table.__tablename__: [
                {column.name: getattr(row, column.name) for column in table.__table__.columns}
                for row in session.scalars(select(table))
            ]
            for table in TABLES
        }


def bring_back(engine: Engine, tenant: str, earlier: EarlierCall) -> None:
    """Write down a call that a customer made some days ago."""
    note = {"wishes": [earlier.about], "open": [earlier.about] if earlier.left_open else [], "promised": []}
    at = dt.datetime.now(dt.UTC) - dt.timedelta(days=earlier.days_ago)
    row = CustomerMemory(tenant=tenant, account_id=earlier.account_id, caller="", call_id=f"earlier-{at}", at=at)
    row.note = note | {"upset": False, "language": "es", "text": ""}
    with writing(engine) as session:
        session.add(row)


def begin_anew(engine: Engine, today: dt.date) -> None:
    """Put the demo customers back as they were before any call."""
    with Session(engine) as session, session.begin():
        for table in TABLES:
            session.execute(delete(table))
        session.execute(delete(CustomerMemory))
    seed(engine, today)
