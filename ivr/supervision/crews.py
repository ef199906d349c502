"""Who works off a set of jobs: processes of this machine, or the workers that Celery spreads over machines."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from ivr.jobs.worker import JobWorker, WorkerPolicy
from ivr.supervision.job_worker import new_quiet_work

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.db.leases import Lane
    from ivr.settings import Settings


class Crew(Protocol):
    """Works while ``step`` is called about twice a second; ``close`` gives back what is in hand."""

    @property
    def shares(self) -> Mapping[str, float]:
        """Which share of its job each worker has done, by the worker's name, where that is known."""
        ...

    @property
    def memory(self) -> int:
        """Bytes that the workers hold together; 0 = not known."""
        ...

    @property
    def size(self) -> int:
        """How many work; 0 = not known."""
        ...

    def step(self) -> str:
        """Keep the work going; answers ``healthy``, or what is wrong."""
        ...

    def close(self) -> None:
        """End."""
        ...


def worker_policy(settings: Settings, lane: Lane) -> WorkerPolicy:
    """Say how this machine works jobs off."""
    return WorkerPolicy(concurrency=settings.batch_max_concurrent, lease=settings.batch_lease, lane=lane)


def build_crew(engine: str, settings: Settings, jobs: frozenset[str], lane: Lane) -> Crew:
    """Engage who works off these jobs of a lane: ``engine`` is local or celery."""
    del engine
    policy = worker_policy(settings, replace(lane, only=jobs))
    few = replace(policy, concurrency=min(policy.concurrency, len(jobs)))
    return JobWorker(settings.database, new_quiet_work, few)
