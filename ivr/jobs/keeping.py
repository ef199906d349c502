"""Brings recordings to where they rest, one after the other, in a thread of the job worker.

A server that does not answer, or does not let us in, is asked again ever less often; nothing is given up. A job whose
worker was killed is taken up when its lease runs out.
"""

from __future__ import annotations

import logging
import os
import socket
import time
from typing import TYPE_CHECKING

from ivr.db.leases import KEEPING, DatabaseQueue
from ivr.errors import IvrError, StorageError
from ivr.jobs.lease_keeper import LeaseKeeper

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Mapping
    from typing import Any

    from sqlalchemy import Engine

    from ivr.db.leases import Leased

    Work = Callable[[str, Mapping[str, Any]], None]

log = logging.getLogger(__name__)

POLL = 1.0
FIRST_PAUSE = 2.0
LONGEST_PAUSE = 60.0
LEASE = 30.0
HOUR = 3600.0


def _nothing() -> None:
    pass


class Keeping:
    """Works off the jobs of kind ``keep``; ``first`` and ``poll`` in seconds."""

    def __init__(
        self,
        database: Engine,
        work: Work,
        poll: float = POLL,
        first: float = FIRST_PAUSE,
        hourly: Callable[[], None] = _nothing,
    ) -> None:
        self._queue = DatabaseQueue(database, KEEPING)
        self._work = work
        self._poll, self._first = poll, first
        self._name = f"{socket.gethostname()}:{os.getpid()}:keep"
        self._failures = 0
        self._hourly = hourly
        self._next_hour = 0.0

    def run(self, stop: threading.Event) -> None:
        """Work until ``stop``."""
        while not stop.is_set():
            stop.wait(self.step())

    def step(self) -> float:
        """Do one job, if there is one; answers for how many seconds to rest."""
        try:
            job = self._queue.lease(self._name, LEASE)
            if job is None:
                self._look_after()
                return self._poll
            with LeaseKeeper(self._queue, job, self._name, LEASE):
                problem = self._do(job)
            if problem is None:
                self._queue.finish(job, self._name)
                self._failures = 0
                return 0.0
            return self._put_off(job, problem)
        except StorageError as error:  # of the database: the job is taken up when its lease has run out
            log.warning("keeping recordings rests: %s", error)
            return LONGEST_PAUSE

    def _look_after(self) -> None:
        if time.monotonic() >= self._next_hour:
            self._next_hour = time.monotonic() + HOUR
            self._hourly()

    def _do(self, job: Leased) -> IvrError | None:
        try:
            self._work(job.kind, job.payload)
        except IvrError as error:
            return error
        return None

    def _put_off(self, job: Leased, problem: IvrError) -> float:
        if not problem.retryable:
            log.error("%s cannot be kept: %s", job.subject, problem)
            self._queue.fail(job, self._name, str(problem), retry_after=None)
            return 0.0
        pause = min(self._first * float(2**self._failures), LONGEST_PAUSE)
        if not self._failures:
            log.error("recordings wait to be kept: %s", problem)
        self._failures += 1
        self._queue.fail(job, self._name, str(problem), retry_after=pause)
        return pause
