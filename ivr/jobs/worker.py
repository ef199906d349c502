"""Works off the jobs of the database in niced processes that exist only while there is work.

The parent starts a child when jobs wait and fewer than ``concurrency`` work, and gives a dead child's job back. A
child leases one job after the other and ends when it has been idle, which frees the models' memory. A child whose
parent is gone ends itself; a job whose child and parent are both gone is taken over when its lease runs out.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import socket
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ivr.db.leases import DatabaseQueue
from ivr.db.session import open_database
from ivr.errors import IvrError, StorageError
from ivr.jobs.lease_keeper import LeaseKeeper

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from multiprocessing.context import SpawnProcess

    from ivr.db.leases import Leased

    Work = Callable[[str, Mapping[str, Any]], None]
    """Runs a job of a kind with its payload."""
    NewWork = Callable[[], Work]
    """Called once in each child; must be importable there."""

log = logging.getLogger(__name__)

NICENESS = 15
RETRY_AFTER = 30.0
LONGEST_PAUSE = 60.0
LAST_WORDS = 5.0
"""Seconds that a child has to end when told so."""


@dataclass(frozen=True, slots=True)
class WorkerPolicy:
    """How jobs are worked off; seconds."""

    concurrency: int = 1
    lease: float = 30.0
    poll: float = 0.5
    idle: float = 30.0
    restart: float = 1.0
    """Pause before the next process after one that died; doubles up to ``LONGEST_PAUSE`` while they keep dying."""


class JobWorker:
    """The parent. ``step`` once every ``policy.poll``; ``close`` at the end."""

    def __init__(self, url: str, new_work: NewWork, policy: WorkerPolicy) -> None:
        self._url, self._new_work, self._policy = url, new_work, policy
        self._queue = DatabaseQueue(open_database(url))
        self._spawn = multiprocessing.get_context("spawn")
        self._children: dict[str, SpawnProcess] = {}
        self._started = 0
        self._deaths = 0
        self._rest_until = 0.0

    @property
    def children(self) -> int:
        """How many processes work."""
        return len(self._children)

    def step(self) -> str:
        """Bury the dead, start who is needed; answers ``healthy``, or what is wrong."""
        try:
            self._bury()
            missing = self._policy.concurrency - len(self._children)
            if missing > 0 and time.monotonic() >= self._rest_until and self._queue.waiting():
                self._start()
        except StorageError as error:
            return str(error)
        return "healthy"

    def close(self) -> None:
        """End the children and give their jobs back, to be begun again."""
        for child in self._children.values():
            child.terminate()
        for name, child in self._children.items():
            child.join(LAST_WORDS)
            if child.is_alive():
                child.kill()
                child.join()
            try:
                self._queue.release(name, blame=False)
            except StorageError as error:
                log.warning("the job of %s will be taken over when its lease runs out: %s", name, error)
        self._children.clear()

    def _start(self) -> None:
        self._started += 1
        name = f"{socket.gethostname()}:{os.getpid()}:{self._started}"
        arguments = (self._url, self._new_work, self._policy, name, os.getpid())
        child = self._spawn.Process(target=_work_off, args=arguments, name=f"job {self._started}")
        child.start()
        self._children[name] = child

    def _bury(self) -> None:
        for name, child in list(self._children.items()):
            if child.is_alive():
                continue
            self._deaths = self._deaths + 1 if child.exitcode else 0
            if child.exitcode:
                log.error("a job process ended with %s; its job is given back", child.exitcode)
                pause = min(self._policy.restart * 2 ** (self._deaths - 1), LONGEST_PAUSE)
                self._rest_until = time.monotonic() + pause
            self._queue.release(name)
            del self._children[name]


def run_worker(
    url: str,
    new_work: NewWork,
    policy: WorkerPolicy,
    stop: threading.Event,
    on_beat: Callable[[str, int], None],
) -> None:
    """Work until ``stop``; ``on_beat`` gets the state and the number of processes about once a second."""
    worker = JobWorker(url, new_work, policy)
    try:
        while not stop.is_set():
            on_beat(worker.step(), worker.children)
            stop.wait(policy.poll)
    finally:
        worker.close()


def _work_off(url: str, new_work: NewWork, policy: WorkerPolicy, name: str, parent: int) -> None:
    """Run a child."""
    os.nice(NICENESS)
    threading.Thread(target=_die_with, args=(parent,), name="parent", daemon=True).start()
    queue = DatabaseQueue(open_database(url))
    work = new_work()
    idle_since = time.monotonic()
    while time.monotonic() - idle_since < policy.idle:
        job = queue.lease(name, policy.lease)
        if job is None:
            time.sleep(policy.poll)
            continue
        _run(queue, job, name, work, policy)
        idle_since = time.monotonic()


def _run(queue: DatabaseQueue, job: Leased, name: str, work: Work, policy: WorkerPolicy) -> None:
    started = time.monotonic()
    log.info("job %s on %s begins, attempt %d", job.kind, job.subject, job.attempt)
    try:
        with LeaseKeeper(queue, job, name, policy.lease):
            work(job.kind, job.payload)
    except IvrError as error:
        log.error("job %s on %s failed: %s", job.kind, job.subject, error)  # noqa: TRY400 - it says the mend
        queue.fail(job, name, str(error), retry_after=RETRY_AFTER if error.retryable else None)
        return
    queue.finish(job, name)
    log.info("job %s on %s is done after %.1f s", job.kind, job.subject, time.monotonic() - started)


def _die_with(parent: int) -> None:
    """End this process when its parent is gone, however it went."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)
