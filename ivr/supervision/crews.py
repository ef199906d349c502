"""Who works off a set of jobs: processes of this machine, or the workers that Celery spreads over machines."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.db.leases import PROCESSING
from ivr.jobs.worker import JobWorker, WorkerPolicy
from ivr.supervision.celery_broker import build_celery_crew, build_messenger
from ivr.supervision.job_worker import new_quiet_work

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from ivr.jobs.worker import Crew
    from ivr.settings import Settings


def build_crew(engine: str, settings: Settings, database: Engine, jobs: frozenset[str]) -> Crew:
    """Engage who works off these jobs: ``engine`` is local or celery; BrokerUnavailable when nobody would."""
    lane = replace(PROCESSING, only=jobs)
    if engine == "celery":
        build_messenger(settings).look_for_workers()
        return build_celery_crew(settings, database, lane)
    concurrency = min(settings.batch_max_concurrent, len(jobs))
    policy = WorkerPolicy(concurrency=concurrency, lease=settings.batch_lease, lane=lane)
    return JobWorker(settings.database, new_quiet_work, policy)
