"""Keeps a job's lease alive while the job works, from a thread of its own."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Self

from ivr.db.leases import LEASE
from ivr.errors import StorageError

if TYPE_CHECKING:
    from types import TracebackType

    from ivr.db.leases import DatabaseQueue, Leased

log = logging.getLogger(__name__)

RENEWALS = 4
"""How often a lease is renewed while it lasts."""


class LeaseKeeper:
    """A context in which a leased job stays leased."""

    def __init__(self, queue: DatabaseQueue, job: Leased, worker: str, seconds: float = LEASE) -> None:
        self._queue, self._job, self._worker, self._seconds = queue, job, worker, seconds
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._renew, name="lease", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _renew(self) -> None:
        while not self._over.wait(self._seconds / RENEWALS):
            try:
                if not self._queue.renew(self._job, self._worker, self._seconds):
                    log.warning("job %s was given to another worker; both will write the same", self._job.job_id)
                    return
            except StorageError as error:
                log.warning("the lease of job %s could not be renewed: %s", self._job.job_id, error)
