"""The demo customer database as scenarios look at it after a call, and as each finds it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ivr.db.crm_seed import seed
from ivr.db.crm_tables import Callback, Cancellation, ContactChange, Customer

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Engine

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


def begin_anew(engine: Engine, today: dt.date) -> None:
    """Put the demo customers back as they were before any call."""
    with Session(engine) as session, session.begin():
        for table in TABLES:
            session.execute(delete(table))
    seed(engine, today)
