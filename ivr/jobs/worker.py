"""Works off the jobs of the database in niced processes that exist only while there is work.

The parent starts a child when jobs wait and fewer than ``concurrency`` work, and gives a dead child's job back. A
child leases one job after the other and ends when it has been idle, which frees the models' memory. A child whose
parent is gone ends itself; a job whose child and parent are both gone is taken over when its lease runs out.
"""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import signal
import socket
import threading
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

import psutil

from ivr.db.leases import LEASE, PROCESSING, DatabaseQueue, Lane
from ivr.db.session import open_database
from ivr.errors import StorageError
from ivr.jobs.running import run_leased

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from ctypes import c_double
    from multiprocessing.context import SpawnProcess

    OnProgress = Callable[[float], None]
    Work = Callable[[str, Mapping[str, Any], OnProgress], None]
    """Runs a job of a kind with its payload; tells which share of it, 0 to 1, is done."""
    NewWork = Callable[[], Work]
    """Called once in each child; must be importable there."""

log = logging.getLogger(__name__)

NICENESS = 15
LONGEST_PAUSE = 60.0
LAST_WORDS = 5.0
"""Seconds that a child has to end when told so."""


@dataclass(frozen=True, slots=True)
class WorkerPolicy:
    """How jobs are worked off; seconds."""

    concurrency: int = 1
    lease: float = LEASE
    poll: float = 0.5
    idle: float = 30.0
    restart: float = 1.0
    """Pause before the next process after one that died; doubles up to ``LONGEST_PAUSE`` while they keep dying."""
    lane: Lane = PROCESSING


class JobWorker:
    """The parent. ``step`` once every ``policy.poll``; ``close`` at the end."""

    def __init__(self, url: str, new_work: NewWork, policy: WorkerPolicy) -> None:
        self._url, self._new_work, self._policy = url, new_work, policy
        self._queue = DatabaseQueue(open_database(url), policy.lane)
        self._spawn = multiprocessing.get_context("spawn")
        self._children: dict[str, SpawnProcess] = {}
        self._shares: dict[str, c_double] = {}
        self._started = 0
        self._deaths = 0
        self._rest_until = 0.0

    @property
    def size(self) -> int:
        """How many processes work."""
        return len(self._children)

    @property
    def shares(self) -> dict[str, float]:
        """Which share of its job each worker has done, by the worker's name."""
        return {name: share.value for name, share in self._shares.items()}

    @property
    def memory(self) -> int:
        """Bytes that the processes hold together."""
        held = 0
        for child in self._children.values():
            with contextlib.suppress(psutil.NoSuchProcess):
                held += psutil.Process(child.pid).memory_info().rss
        return held

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
        self._shares.clear()

    def _start(self) -> None:
        self._started += 1
        name = f"{socket.gethostname()}:{os.getpid()}:{self._started}"
        share = self._spawn.RawValue("d", 0.0)  # no lock: a process that is killed must not leave one behind
        arguments = (self._url, self._new_work, self._policy, name, share)
        child = self._spawn.Process(target=_work_off, args=arguments, name=f"job {self._started}")
        child.start()
        self._children[name], self._shares[name] = child, share

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
            del self._children[name], self._shares[name]


class Crew(Protocol):
    """Who works off jobs while ``step`` is called about twice a second; ``close`` gives back what is in hand."""

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
        """How many work."""
        ...

    def step(self) -> str:
        """Keep the work going; answers ``healthy``, or what is wrong."""
        ...

    def close(self) -> None:
        """End."""
        ...


def run_crew(crew: Crew, poll: float, stop: threading.Event, on_beat: Callable[[str, int], None]) -> None:
    """Work until ``stop``; ``on_beat`` gets the state and the number of processes about once a second."""
    try:
        while not stop.is_set():
            on_beat(crew.step(), crew.size)
            stop.wait(poll)
    finally:
        crew.close()


def _work_off(url: str, new_work: NewWork, policy: WorkerPolicy, name: str, share: c_double) -> None:
    """Run a child."""
    os.nice(NICENESS)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all processes of a terminal; the parent ends us
    threading.Thread(target=_die_with, args=(os.getppid(),), name="parent", daemon=True).start()
    queue = DatabaseQueue(open_database(url), policy.lane)
    work = new_work()
    idle_since = time.monotonic()
    while time.monotonic() - idle_since < policy.idle:
        job = queue.lease(name, policy.lease)
        if job is None:
            time.sleep(policy.poll)
            continue
        share.value = 0.0
        run_leased(queue, job, name, partial(_tell_share, work, share), policy.lease)
        idle_since = time.monotonic()


def _tell_share(work: Work, share: c_double, kind: str, payload: Mapping[str, Any]) -> None:
    work(kind, payload, partial(setattr, share, "value"))


def _die_with(parent: int) -> None:
    """End this process when its parent is gone, however it went."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)
