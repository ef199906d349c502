"""What waits to be brought to where recordings rest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from ivr.db.leases import KEEP
from ivr.db.tables import Job

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Backlog:
    """Recordings that wait, for how many seconds the oldest, those given up, and the last problem with its mend."""

    waiting: int = 0
    oldest: float = 0.0
    failed: int = 0
    problem: str = ""


def backlog(session: Session) -> Backlog:
    """Count what waits."""
    waits = (Job.kind == KEEP, Job.state.in_(("queued", "running")))
    count, since = session.execute(select(func.count(), func.min(Job.created_at)).where(*waits)).one()
    failed = session.scalar(select(func.count()).where(Job.kind == KEEP, Job.state == "failed")) or 0
    told = select(Job.error).where(Job.kind == KEEP, Job.state != "done", Job.error != "")
    problem = session.scalar(told.order_by(Job.created_at.desc()).limit(1))
    age = max((datetime.now(UTC) - since).total_seconds(), 0.0) if since is not None else 0.0
    return Backlog(int(count), round(age, 1), int(failed), problem or "")
