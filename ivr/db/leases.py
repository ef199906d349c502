"""Jobs that survive ``kill -9``: a worker leases one, renews the lease while it works, and finishes it.

A lease that ran out belongs to whoever takes it next. Two jobs on the same subject never run at once: a partial
unique index refuses the second even when two workers race.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, exists, func, or_, select, true, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from ivr.db.session import reading, writing
from ivr.db.tables import Job
from ivr.errors import MisuseError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement, Engine
    from sqlalchemy.orm import Session

LEASE = 30.0
"""Seconds without a sign of life after which a job is taken from its worker."""
MAX_ATTEMPTS = 3
_LONGEST_ERROR = 2000
LONGEST_WAIT = timedelta(minutes=30)
"""No job is put off and none is leased for longer."""


@dataclass(frozen=True, slots=True)
class Leased:
    """A job in the hands of a worker; ``attempt`` counts from 1."""

    job_id: str
    kind: str
    subject: str
    attempt: int
    payload: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lane:
    """Jobs that workers of one kind take: those of ``kinds``, or all others; ``tries`` None = for ever."""

    kinds: frozenset[str]
    others: bool = False
    tries: int | None = MAX_ATTEMPTS
    only: frozenset[str] = frozenset()
    """The ids of the jobs that are meant; empty = whichever there are."""

    def gives_up(self, attempts: int) -> bool:
        """Whether a job that was begun so often is not begun again."""
        return self.tries is not None and attempts >= self.tries


KEEP = "keep"
"""The kind of the job that brings a recording's files to where they rest."""
PROCESSING = Lane(frozenset({KEEP}), others=True)
KEEPING = Lane(frozenset({KEEP}), tries=None)


def enqueue(session: Session, kind: str, payload: Mapping[str, Any], delay: float = 0.0) -> str:
    """Queue a job with the transaction; answers the id of one that waits already, if it is the same."""
    subject = str(payload.get("recording_id", ""))
    if not subject:
        raise MisuseError(f"a job {kind!r} needs payload['recording_id']")
    now = datetime.now(UTC)
    due = now + timedelta(seconds=delay)
    for job in session.scalars(select(Job).where(Job.kind == kind, Job.subject == subject, Job.state == "queued")):
        if job.payload == dict(payload):
            job.not_before = min(job.not_before, due)
            return job.job_id
    job_id = str(uuid.uuid4())
    session.add(
        Job(
            job_id=job_id,
            kind=kind,
            subject=subject,
            payload=dict(payload),
            state="queued",
            created_at=now,
            not_before=due,
        )
    )
    return job_id


class DatabaseQueue:
    """A JobQueue in the database; StorageUnavailable when it cannot be reached. Workers take the jobs of ``lane``."""

    def __init__(self, engine: Engine, lane: Lane = PROCESSING) -> None:
        self._engine = engine
        self._lane = lane

    def submit(self, kind: str, payload: Mapping[str, Any]) -> str:
        """Queue a job on ``payload["recording_id"]``; answers the id of one that waits already, if it is the same."""
        with writing(self._engine) as session:
            return enqueue(session, kind, payload)

    def put_off(self, kind: str, recording_id: str, seconds: float) -> str:
        """Queue a job that is due in so many seconds; answers its id."""
        with writing(self._engine) as session:
            return enqueue(session, kind, {"recording_id": recording_id}, seconds)

    def lease(self, worker: str, seconds: float = LEASE) -> Leased | None:
        """Take the oldest job that may run, or one whose worker fell silent; None when there is none."""
        while True:
            now = datetime.now(UTC)
            try:
                with writing(self._engine) as session:
                    chosen = (
                        select(Job.job_id)
                        .where(may_run(now, self._lane))
                        .order_by(Job.created_at, Job.job_id)
                        .limit(1)
                        .with_for_update(skip_locked=True)
                    )
                    job_id = session.scalar(chosen)
                    if job_id is None:
                        return None
                    job = session.get_one(Job, job_id)
                    if self._lane.gives_up(job.attempts):
                        job.state, job.error, job.finished_at = "failed", _killer(job.attempts), now
                        continue
                    _abandon(session, job.subject, now, job_id)
                    job.state, job.worker, job.attempts = "running", worker, job.attempts + 1
                    job.lease_until = now + timedelta(seconds=seconds)
                    session.flush()
                    return Leased(job.job_id, job.kind, job.subject, job.attempts, dict(job.payload))
            except IntegrityError:
                continue  # another worker took a job on the same subject in the same moment

    def claim(self, kind: str, subject: str, worker: str, seconds: float = LEASE) -> Leased | None:
        """Begin a job that nobody queued; None when another worker has that subject in hand."""
        now = datetime.now(UTC)
        job = Leased(str(uuid.uuid4()), kind, subject, 1, {"recording_id": subject})
        try:
            with writing(self._engine) as session:
                _abandon(session, subject, now)
                session.add(
                    Job(
                        job_id=job.job_id,
                        kind=kind,
                        subject=subject,
                        payload=dict(job.payload),
                        state="running",
                        attempts=job.attempt,
                        created_at=now,
                        not_before=now,
                        lease_until=now + timedelta(seconds=seconds),
                        worker=worker,
                    )
                )
        except IntegrityError:
            return None
        return job

    def renew(self, job: Leased, worker: str, seconds: float = LEASE) -> bool:
        """Keep a job; False when it was given to another worker."""
        until = datetime.now(UTC) + timedelta(seconds=seconds)
        return self._change(job, worker, lease_until=until)

    def finish(self, job: Leased, worker: str) -> bool:
        """Note that a job is done; False when it was given to another worker meanwhile."""
        return self._change(job, worker, state="done", finished_at=datetime.now(UTC), lease_until=None, error="")

    def fail(self, job: Leased, worker: str, error: str, *, retry_after: float | None) -> bool:
        """Note why a job failed; it runs again after ``retry_after`` seconds unless None or it had its tries."""
        now, error = datetime.now(UTC), error[:_LONGEST_ERROR]
        if retry_after is None or self._lane.gives_up(job.attempt):
            return self._change(job, worker, state="failed", finished_at=now, lease_until=None, error=error)
        later = now + timedelta(seconds=retry_after)
        return self._change(job, worker, state="queued", not_before=later, lease_until=None, error=error)

    def release(self, worker: str, *, blame: bool = True) -> int:
        """Give back the jobs of a worker that is known to be dead; answers how many.

        A job that has had all its tries fails: something in it kills workers. Without ``blame`` (we ended the
        worker ourselves) the try does not count.
        """
        with writing(self._engine) as session:
            mine = session.scalars(select(Job).where(Job.worker == worker, Job.state == "running")).all()
            for job in mine:
                job.lease_until = None
                if not blame:
                    job.state, job.attempts = "queued", job.attempts - 1
                    continue
                job.state = "queued"
                if self._lane.gives_up(job.attempts):
                    job.state, job.finished_at = "failed", datetime.now(UTC)
                job.error = _killer(job.attempts)
        return len(mine)

    def gives_up(self, job: Leased) -> bool:
        """Whether a job that fails now is not tried again."""
        return self._lane.gives_up(job.attempt)

    def waiting(self) -> int:
        """Count the jobs that a worker could take now."""
        due = select(func.count()).select_from(Job).where(may_run(datetime.now(UTC), self._lane))
        with reading(self._engine) as session:
            return session.scalar(due) or 0

    def _change(self, job: Leased, worker: str, **values: Any) -> bool:
        mine = and_(Job.job_id == job.job_id, Job.worker == worker, Job.state == "running")
        with writing(self._engine) as session:
            changed = session.execute(update(Job).where(mine).values(**values).returning(Job.job_id)).all()
        return bool(changed)


def _abandon(session: Session, subject: str, now: datetime, but: str = "") -> None:
    """Queue the jobs on a subject again whose worker fell silent, so that another job on it may run."""
    silent = (Job.subject == subject, Job.state == "running", Job.lease_until < now, Job.job_id != but)
    for job in session.scalars(select(Job).where(*silent)):
        job.state, job.lease_until = "queued", None
    session.flush()


def _killer(times: int) -> str:
    return f"its worker died {times} times: look into ivr logs jobs, then ivr jobs replay"


def in_lane(lane: Lane) -> ColumnElement[bool]:
    """Tell which jobs are a lane's."""
    ours = Job.kind.not_in(lane.kinds) if lane.others else Job.kind.in_(lane.kinds)
    return and_(ours, Job.job_id.in_(lane.only) if lane.only else true())


def may_run(now: datetime, lane: Lane) -> ColumnElement[bool]:
    """Tell which jobs are due. What waits longer than any job is told to was noted before the clock was set back."""
    other = aliased(Job)
    ahead = now + LONGEST_WAIT
    alive = and_(other.state == "running", other.lease_until >= now)
    busy = exists().where(other.subject == Job.subject, alive, other.job_id != Job.job_id)
    waits = and_(Job.state == "queued", or_(Job.not_before <= now, Job.not_before > ahead))
    abandoned = and_(Job.state == "running", or_(Job.lease_until < now, Job.lease_until > ahead))
    return and_(in_lane(lane), or_(waits, abandoned), ~busy)
