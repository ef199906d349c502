"""Runs one leased job to its end, whoever handed it out: the pool of this machine or Celery."""

from __future__ import annotations

import logging
import random
import time
from typing import TYPE_CHECKING, Any

from ivr.errors import IvrError
from ivr.jobs.lease_keeper import LeaseKeeper

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ivr.db.leases import DatabaseQueue, Leased

log = logging.getLogger(__name__)

RETRY_AFTER = 30.0
LONGEST_RETRY = 900.0
JITTER = 0.2


def retry_pause(attempt: int) -> float:
    """Seconds before the next try: 30, 60, 120 and so on up to 900, a fifth more at most so that not all come at once.

    Exponential backoff with jitter: Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
    """
    pause = min(RETRY_AFTER * 2.0 ** (attempt - 1), LONGEST_RETRY)
    return pause * random.uniform(1.0, 1.0 + JITTER)


def run_leased(
    queue: DatabaseQueue, job: Leased, worker: str, work: Callable[[str, Mapping[str, Any]], None], lease: float
) -> float | None:
    """Run a job and write down how it ended; answers in how many seconds it is to be tried again, None = never."""
    started = time.monotonic()
    log.info("job %s on %s begins, attempt %d", job.kind, job.subject, job.attempt)
    try:
        with LeaseKeeper(queue, job, worker, lease):
            work(job.kind, job.payload)
    except IvrError as error:
        log.error("job %s on %s failed: %s", job.kind, job.subject, error)  # noqa: TRY400 - it says the mend
        pause = retry_pause(job.attempt) if error.retryable else None
        again = queue.fail(job, worker, str(error), retry_after=pause) and not queue.gives_up(job)
        return pause if again else None
    queue.finish(job, worker)
    log.info("job %s on %s is done after %.1f s", job.kind, job.subject, time.monotonic() - started)
    return None
