"""Celery carries the ids of jobs to workers on any machine; what is done and what is not, the database alone says.

A message that comes twice finds its job leased or done. One that is lost is sent again by whoever looks after the
queue: ``CeleryCrew``, or the sweep of Celery beat. Worker processes load the models once, at their first job.
"""

from __future__ import annotations

import os
import socket
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import tzlocal
from celery import Celery
from celery.schedules import crontab
from kombu import Queue  # type: ignore[attr-defined]
from kombu.exceptions import OperationalError

from ivr.db.job_board import due_jobs, rest_of, sweep
from ivr.db.leases import PROCESSING, DatabaseQueue
from ivr.db.session import open_database, reading, writing
from ivr.errors import BrokerUnavailable, StorageError
from ivr.jobs.running import run_leased

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Engine

    from ivr.db.leases import Lane
    from ivr.jobs.worker import NewWork

RUN, SWEEP = "ivr.run_job", "ivr.sweep"
QUEUES = ("cpu", "gpu")
VISIBILITY = 3600
"""Seconds after which Redis gives a message to another worker; the lease keeps the job with the one that has it."""
RESEND = 300.0
"""Seconds after which a job that nobody began is sent again: its message may have been lost with the broker."""
PAUSE_WHEN_BUSY = 5.0
ANSWER_WITHIN = 2.0
_MOST_AT_ONCE = 500
_TWICE = {"max_retries": 1, "interval_start": 0.2}
"""A connection that a restarted broker has forgotten is opened anew."""


def make_app(broker: str, cron: str | None) -> Celery:
    """Set Celery up; ``cron`` says when beat sweeps, None = never. Nothing is asked of the broker yet."""
    app = Celery("ivr", broker=broker, set_as_current=False)
    app.conf.update(
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        task_ignore_result=True,
        task_queues=[Queue(name) for name in QUEUES],  # type: ignore[no-untyped-call]
        task_default_queue=QUEUES[0],
        broker_connection_retry_on_startup=True,
        broker_transport_options={"visibility_timeout": VISIBILITY, "socket_connect_timeout": ANSWER_WITHIN},
        broker_connection_timeout=ANSWER_WITHIN,
        worker_hijack_root_logger=False,
        timezone=tzlocal.get_localzone_name() or "UTC",
    )
    if cron is not None:
        app.conf.beat_schedule = {"sweep": {"task": SWEEP, "schedule": crontab.from_string(cron)}}
    return app


def register(app: Celery, hands: Hands, queue: str) -> None:
    """Give the app its two tasks: run a job, and sweep up what was missed."""

    @app.task(name=RUN, bind=True, max_retries=None)  # type: ignore[untyped-decorator]
    def run_job(self: Any, job_id: str) -> None:
        pause = hands.run(job_id)
        if pause is not None:
            raise self.retry(countdown=pause)

    @app.task(name=SWEEP)  # type: ignore[untyped-decorator]
    def sweep_up() -> None:
        Messenger(app, queue).send(hands.sweep())


class Hands:
    """Runs jobs in a worker process of Celery; everything is opened at the first one, after the process has forked."""

    def __init__(self, url: str, new_work: NewWork, lease: float) -> None:
        self._url, self._new_work, self._lease = url, new_work, lease
        self._pid = 0

    def run(self, job_id: str) -> float | None:
        """Run a job, unless another has it in hand; answers after how many seconds to look again, None = never.

        What nobody foresaw is Celery's to tell; the job is given back.
        """
        self._open()
        queue = DatabaseQueue(self._database, replace(PROCESSING, only=frozenset({job_id})))
        job = queue.lease(self._name, self._lease)
        if job is None:
            with reading(self._database) as session:
                rest = rest_of(session, job_id)
            return None if rest is None else max(rest, PAUSE_WHEN_BUSY)
        try:
            return run_leased(queue, job, self._name, self._do, self._lease)
        finally:
            queue.release(self._name)

    def sweep(self) -> list[str]:
        """Queue what was missed; answers the ids of the jobs of all that is unprocessed."""
        self._open()
        with writing(self._database) as session:
            return sweep(session)

    def _open(self) -> None:
        if self._pid != os.getpid():
            self._pid, self._name = os.getpid(), f"{socket.gethostname()}:{os.getpid()}:celery"
            self._database = open_database(self._url)
            self._work = self._new_work()

    def _do(self, kind: str, payload: Mapping[str, Any]) -> None:
        self._work(kind, payload, lambda _: None)


class Messenger:
    """Sends jobs to the workers of one queue; BrokerUnavailable when the broker does not answer."""

    def __init__(self, app: Celery, queue: str) -> None:
        self._app, self._queue = app, queue
        connection = app.connection_for_write()
        self._trouble = (OperationalError, OSError, *connection.connection_errors, *connection.channel_errors)

    def send(self, job_ids: Iterable[str]) -> None:
        """Send each job's id."""
        try:
            with self._app.producer_or_acquire() as producer:
                for job_id in job_ids:
                    self._app.send_task(RUN, (job_id,), queue=self._queue, producer=producer, retry_policy=_TWICE)
        except self._trouble as error:
            raise BrokerUnavailable(_mend(error)) from None

    def look_for_workers(self) -> None:
        """BrokerUnavailable when no worker listens to the queue."""
        try:
            with self._app.connection_for_write() as connection:
                connection.ensure_connection(max_retries=1, timeout=ANSWER_WITHIN)
            found = self._app.control.inspect(timeout=ANSWER_WITHIN).active_queues() or {}
        except self._trouble as error:
            raise BrokerUnavailable(_mend(error)) from None
        if not any(item["name"] == self._queue for queues in found.values() for item in queues):
            raise BrokerUnavailable(
                f"no Celery worker listens to queue {self._queue}: start one with "
                f"celery -A ivr.supervision.celery_app worker -Q {self._queue}, or use --engine local"
            )


class CeleryCrew:
    """Sends the jobs of a lane that may run, and sends again what was lost; the workers are elsewhere."""

    def __init__(self, database: Engine, messenger: Messenger, lane: Lane) -> None:
        self._database, self._messenger, self._lane = database, messenger, lane
        self._sent: dict[str, float] = {}
        self._running = 0

    @property
    def shares(self) -> Mapping[str, float]:
        """Not known: workers of other machines."""
        return {}

    @property
    def memory(self) -> int:
        """Not known: workers of other machines."""
        return 0

    @property
    def size(self) -> int:
        """How many jobs are in hand."""
        return self._running

    def step(self) -> str:
        """Send what may run and was not sent of late; answers ``healthy``, or what is wrong."""
        try:
            with reading(self._database) as session:
                due, self._running = due_jobs(session, self._lane, datetime.now(UTC))
            now = time.monotonic()
            # What is no longer due was begun: should it come due again, its worker died.
            self._sent = {job_id: at for job_id, at in self._sent.items() if job_id in due and now - at < RESEND}
            fresh = [job_id for job_id in due if job_id not in self._sent][:_MOST_AT_ONCE]
            if fresh:
                self._messenger.send(fresh)
            self._sent |= dict.fromkeys(fresh, now)
        except StorageError as error:
            return str(error)
        return "healthy"

    def close(self) -> None:
        """Leave the workers what they have in hand, and the rest in the queue."""


def _mend(error: Exception) -> str:
    return (
        f"CELERY_BROKER_URL: the broker does not answer ({type(error).__name__}); start it, for instance with "
        "redis-server, or mend the address, user and password; meanwhile use --engine local"
    )
