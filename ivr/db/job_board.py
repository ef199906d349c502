"""What became of jobs: those in hand, those that failed for good, and those that nobody queued yet."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from ivr.db.book import PROCESS
from ivr.db.leases import in_lane, may_run
from ivr.db.queries import unprocessed_ids
from ivr.db.tables import Job
from ivr.errors import JobNotFound

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Exists
    from sqlalchemy.orm import Session

    from ivr.db.leases import Lane


@dataclass(frozen=True, slots=True)
class Standing:
    """How a job stands: ``state`` is queued, running, done or failed; times are UTC."""

    job_id: str
    kind: str
    recording_id: str
    state: str
    attempts: int
    worker: str
    error: str
    ended_at: datetime | None

    @classmethod
    def of(cls, job: Job) -> Standing:
        """Read a row."""
        worker = job.worker or ""
        return cls(job.job_id, job.kind, job.subject, job.state, job.attempts, worker, job.error, job.finished_at)


def standings(session: Session, job_ids: Iterable[str]) -> list[Standing]:
    """Tell how these jobs stand."""
    return [Standing.of(job) for job in session.scalars(select(Job).where(Job.job_id.in_(list(job_ids))))]


def join_jobs(session: Session, recording_ids: Sequence[str], *, reprocess: bool) -> dict[str, str]:
    """Queue the post-call jobs of recordings, or join those that wait or run already; answers job -> recording."""
    known: dict[str, str] = {}
    open_jobs = select(Job).where(
        Job.kind == PROCESS, Job.subject.in_(recording_ids), Job.state.in_(("queued", "running"))
    )
    joined = {
        job.subject: job.job_id for job in session.scalars(open_jobs) if bool(job.payload.get("reprocess")) >= reprocess
    }
    now = datetime.now(UTC)
    for recording_id in recording_ids:
        job_id = joined.get(recording_id)
        if job_id is None:
            job_id = str(uuid.uuid4())
            payload = {"recording_id": recording_id} | ({"reprocess": True} if reprocess else {})
            row = Job(job_id=job_id, kind=PROCESS, subject=recording_id, payload=payload, state="queued")
            row.created_at = row.not_before = now
            session.add(row)
        known[job_id] = recording_id
    return known


def sweep(session: Session, limit: int | None = None) -> list[str]:
    """Queue what is ``processed=false`` and has no job; answers the ids of the jobs of all that is unprocessed.

    What failed for good is left alone until somebody replays it.
    """
    waiting = unprocessed_ids(session, limit)
    failed = select(Job.subject).where(Job.kind == PROCESS, Job.state == "failed", ~_overtaken())
    dead = set(session.scalars(failed))
    return list(join_jobs(session, [item for item in waiting if item not in dead], reprocess=False))


def dead_jobs(session: Session, limit: int | None = None) -> list[Standing]:
    """List the jobs that failed for good, the latest first; not those that another of the kind has made good since."""
    chosen = select(Job).where(Job.state == "failed", ~_overtaken())
    ordered = chosen.order_by(Job.finished_at.desc(), Job.created_at.desc()).limit(limit)
    return [Standing.of(job) for job in session.scalars(ordered)]


def due_jobs(session: Session, lane: Lane, now: datetime) -> tuple[dict[str, None], int]:
    """Give the ids of a lane's jobs that may run now, oldest first, and how many of them run."""
    due = select(Job.job_id).where(may_run(now, lane)).order_by(Job.created_at, Job.job_id)
    running = select(func.count()).select_from(Job).where(in_lane(lane), Job.state == "running", Job.lease_until >= now)
    return dict.fromkeys(session.scalars(due)), session.scalar(running) or 0


def rest_of(session: Session, job_id: str) -> float | None:
    """Seconds until a job that could not be leased may be looked at again; None when it is over."""
    job = session.get(Job, job_id)
    if job is None or job.state in {"done", "failed"}:
        return None
    until = job.lease_until if job.state == "running" else job.not_before
    return max((until - datetime.now(UTC)).total_seconds(), 0.0) if until else 0.0


def replay(session: Session, job_id: str) -> Standing:
    """Queue a job that failed for good again, with all its tries; JobNotFound unless there is such a one."""
    job = session.get(Job, job_id)
    if job is None or job.state != "failed":
        raise JobNotFound(f"no failed job {job_id}: ivr jobs dead names them")
    job.state, job.attempts, job.error = "queued", 0, ""
    job.not_before, job.lease_until, job.finished_at = datetime.now(UTC), None, None
    return Standing.of(job)


def _overtaken() -> Exists:
    later = aliased(Job)
    same = (later.kind == Job.kind, later.subject == Job.subject, later.created_at > Job.created_at)
    return exists().where(*same)
