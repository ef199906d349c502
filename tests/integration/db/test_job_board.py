"""What is swept up, what failed for good, and what is replayed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from ivr.db.job_board import dead_jobs, join_jobs, replay, standings, sweep
from ivr.db.leases import MAX_ATTEMPTS, DatabaseQueue, Lane
from ivr.db.queries import Worker, write_call
from ivr.db.session import reading, writing
from ivr.errors import JobNotFound
from ivr.jobs.sweeping import Sweeper
from ivr.metadata import AudioRecord, RecordingMetadata

if TYPE_CHECKING:
    from sqlalchemy import Engine


@pytest.fixture
def queue(database: Engine) -> DatabaseQueue:
    return DatabaseQueue(database)


def record(database: Engine, name: str, *, processed: bool = False) -> None:
    known = RecordingMetadata(recording_id=name, conversation_id=name, audio=AudioRecord(duration=3, sha256="0" * 64))
    known.processed = processed
    with writing(database) as session:
        write_call(session, known, Worker(1, "here"), ended=True)


def fail(queue: DatabaseQueue, reason: str) -> str:
    job = queue.lease("a")
    assert job is not None
    queue.fail(job, "a", reason, retry_after=None)
    return job.job_id


def test_a_sweep_queues_what_has_no_job_and_only_once(database: Engine, queue: DatabaseQueue) -> None:
    for name in ("rec_1", "rec_2"):
        record(database, name)
    record(database, "rec_3", processed=True)
    queue.submit("process", {"recording_id": "rec_1"})
    for _ in range(2):
        with writing(database) as session:
            assert len(sweep(session)) == 2
    assert queue.waiting() == 2


def test_what_failed_for_good_is_seen_left_alone_and_replayed(database: Engine, queue: DatabaseQueue) -> None:
    record(database, "rec_1")
    queue.submit("process", {"recording_id": "rec_1"})
    job_id = fail(queue, "the file is truncated: restore it")
    with writing(database) as session:
        assert sweep(session) == []
        (dead,) = dead_jobs(session)
    assert (dead.job_id, dead.recording_id, dead.error) == (job_id, "rec_1", "the file is truncated: restore it")
    with writing(database) as session:
        replay(session, job_id)
    job = queue.lease("b")
    assert job is not None
    assert (job.job_id, job.attempt) == (job_id, 1)
    with reading(database) as session:
        assert dead_jobs(session) == []


def test_a_job_that_kills_its_workers_is_among_the_dead(database: Engine, queue: DatabaseQueue) -> None:
    queue.submit("process", {"recording_id": "rec_1"})
    for _ in range(MAX_ATTEMPTS):
        assert queue.lease("a", seconds=-1) is not None
    assert queue.lease("a") is None
    with reading(database) as session:
        (dead,) = dead_jobs(session)
    assert dead.ended_at is not None
    assert "ivr logs jobs" in dead.error


def test_what_a_later_job_made_good_is_not_dead(database: Engine, queue: DatabaseQueue) -> None:
    queue.submit("process", {"recording_id": "rec_1"})
    fail(queue, "broken")
    queue.submit("process", {"recording_id": "rec_1"})
    with reading(database) as session:
        assert dead_jobs(session) == []


def test_only_what_failed_is_replayed(database: Engine, queue: DatabaseQueue) -> None:
    waits = queue.submit("process", {"recording_id": "rec_1"})
    for job_id in (waits, "nobody"):
        with pytest.raises(JobNotFound, match="ivr jobs dead"), writing(database) as session:
            replay(session, job_id)


def test_jobs_that_wait_or_run_are_joined_and_a_new_hearing_is_not_one_of_the_old(
    database: Engine, queue: DatabaseQueue
) -> None:
    first = queue.submit("process", {"recording_id": "rec_1"})
    assert queue.lease("a") is not None
    with writing(database) as session:
        joined = join_jobs(session, ["rec_1", "rec_2"], reprocess=False)
        anew = join_jobs(session, ["rec_1"], reprocess=True)
    assert joined[first] == "rec_1"
    assert set(joined.values()) == {"rec_1", "rec_2"}
    assert first not in anew
    with reading(database) as session:
        assert {item.state for item in standings(session, joined)} == {"running", "queued"}


def test_a_job_takes_over_the_recording_of_another_whose_worker_is_silent(
    database: Engine, queue: DatabaseQueue
) -> None:
    queue.submit("process", {"recording_id": "rec_1"})
    assert queue.lease("dead", seconds=-1) is not None
    with writing(database) as session:
        (anew,) = join_jobs(session, ["rec_1"], reprocess=True)
    job = DatabaseQueue(database, Lane(frozenset(), others=True, only=frozenset({anew}))).lease("alive")
    assert job is not None
    assert job.job_id == anew
    assert queue.lease("another") is None


def test_the_sweeper_looks_at_the_start_and_when_its_cron_is_due(database: Engine, queue: DatabaseQueue) -> None:
    now = datetime(2026, 3, 3, 10, 20, tzinfo=UTC)
    sweeper = Sweeper(database, "0 * * * *", lambda: now)
    record(database, "rec_1")
    assert sweeper.step() == 1
    record(database, "rec_2")
    now += timedelta(minutes=39)
    assert sweeper.step() == 0
    assert queue.waiting() == 1
    now += timedelta(minutes=1)
    assert sweeper.step() == 2
    assert queue.waiting() == 2
