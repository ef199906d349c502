"""Jobs that are taken, kept, finished, given back and taken over."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from ivr.db.leases import MAX_ATTEMPTS, DatabaseQueue
from ivr.errors import MisuseError

if TYPE_CHECKING:
    from sqlalchemy import Engine


@pytest.fixture
def queue(database: Engine) -> DatabaseQueue:
    return DatabaseQueue(database)


def test_a_job_is_taken_once(queue: DatabaseQueue) -> None:
    job_id = queue.submit("process", {"recording_id": "rec_1", "reprocess": True})
    job = queue.lease("a")
    assert job is not None
    assert (job.job_id, job.subject, job.attempt) == (job_id, "rec_1", 1)
    assert job.payload["reprocess"] is True
    assert queue.lease("b") is None
    assert queue.finish(job, "a")
    assert queue.lease("b") is None


def test_the_same_waiting_job_is_not_queued_twice(queue: DatabaseQueue) -> None:
    first = queue.submit("process", {"recording_id": "rec_1"})
    assert queue.submit("process", {"recording_id": "rec_1"}) == first
    assert queue.submit("process", {"recording_id": "rec_1", "reprocess": True}) != first
    assert queue.submit("process", {"recording_id": "rec_2"}) != first


def test_two_jobs_on_one_recording_never_run_at_once(queue: DatabaseQueue) -> None:
    queue.submit("process", {"recording_id": "rec_1"})
    queue.submit("process", {"recording_id": "rec_1", "reprocess": True})
    queue.submit("process", {"recording_id": "rec_2"})
    first, second = queue.lease("a"), queue.lease("b")
    assert first is not None
    assert second is not None
    assert {first.subject, second.subject} == {"rec_1", "rec_2"}
    assert queue.lease("c") is None
    assert queue.finish(first, "a")
    assert queue.lease("c") is not None


def test_a_lease_that_ran_out_belongs_to_the_next_worker(queue: DatabaseQueue) -> None:
    queue.submit("process", {"recording_id": "rec_1"})
    dead = queue.lease("dead", seconds=-1)
    assert dead is not None
    taken = queue.lease("alive")
    assert taken is not None
    assert (taken.job_id, taken.attempt) == (dead.job_id, 2)
    assert not queue.renew(dead, "dead")
    assert not queue.finish(dead, "dead")
    assert queue.renew(taken, "alive")
    assert queue.finish(taken, "alive")


def test_a_failed_job_is_tried_again_until_it_had_its_tries(queue: DatabaseQueue) -> None:
    queue.submit("process", {"recording_id": "rec_1"})
    for attempt in range(MAX_ATTEMPTS):
        job = queue.lease("a")
        assert job is not None
        assert job.attempt == attempt + 1
        assert queue.fail(job, "a", "the disk is full", retry_after=0)
    assert queue.lease("a") is None


def test_a_job_that_cannot_succeed_is_not_tried_again(queue: DatabaseQueue) -> None:
    queue.submit("process", {"recording_id": "rec_1"})
    job = queue.lease("a")
    assert job is not None
    queue.fail(job, "a", "no such recording", retry_after=None)
    assert queue.lease("a") is None


def test_a_retry_waits_its_time(queue: DatabaseQueue) -> None:
    queue.submit("process", {"recording_id": "rec_1"})
    job = queue.lease("a")
    assert job is not None
    queue.fail(job, "a", "busy", retry_after=60)
    assert queue.lease("a") is None
    assert queue.waiting() == 0


def test_the_jobs_of_a_dead_worker_are_given_back(queue: DatabaseQueue) -> None:
    queue.submit("process", {"recording_id": "rec_1"})
    assert queue.lease("dead") is not None
    assert queue.release("dead") == 1
    assert queue.waiting() == 1


def test_a_job_that_kills_its_workers_is_given_up(queue: DatabaseQueue) -> None:
    queue.submit("process", {"recording_id": "rec_1"})
    for _ in range(MAX_ATTEMPTS):
        assert queue.lease("dead") is not None
        queue.release("dead")
    assert queue.lease("a") is None


def test_a_job_whose_lease_runs_out_again_and_again_is_given_up(queue: DatabaseQueue) -> None:
    queue.submit("process", {"recording_id": "rec_1"})
    for _ in range(MAX_ATTEMPTS):
        assert queue.lease("dead", seconds=-1) is not None
    assert queue.lease("a") is None
    assert queue.waiting() == 0


def test_an_ended_worker_is_not_blamed(queue: DatabaseQueue) -> None:
    queue.submit("process", {"recording_id": "rec_1"})
    for _ in range(2 * MAX_ATTEMPTS):
        assert queue.lease("ended") is not None
        queue.release("ended", blame=False)


def test_a_recording_in_other_hands_cannot_be_claimed(queue: DatabaseQueue) -> None:
    claimed = queue.claim("process", "rec_1", "by hand")
    assert claimed is not None
    assert queue.claim("process", "rec_1", "other") is None
    queue.submit("process", {"recording_id": "rec_1"})
    assert queue.lease("worker") is None
    assert queue.finish(claimed, "by hand")
    assert queue.lease("worker") is not None


def test_a_claim_whose_owner_was_killed_can_be_claimed_again(queue: DatabaseQueue) -> None:
    assert queue.claim("process", "rec_1", "dead", seconds=-1) is not None
    assert queue.claim("process", "rec_1", "alive") is not None


def test_a_job_without_a_recording_is_refused(queue: DatabaseQueue) -> None:
    with pytest.raises(MisuseError, match="recording_id"):
        queue.submit("process", {})


def test_workers_that_race_share_the_jobs_without_a_quarrel(queue: DatabaseQueue) -> None:
    for number in range(20):
        queue.submit("process", {"recording_id": f"rec_{number}"})
        queue.submit("process", {"recording_id": f"rec_{number}", "reprocess": True})
    running: set[str] = set()
    done: list[str] = []
    clashes: list[str] = []
    guard = threading.Lock()

    def work(name: str) -> None:
        while (job := queue.lease(name)) is not None:
            with guard:
                clashes.extend([job.subject] if job.subject in running else [])
                running.add(job.subject)
            with guard:
                running.discard(job.subject)
            done.append(job.job_id)
            assert queue.finish(job, name)

    threads = [threading.Thread(target=work, args=(f"worker {number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert clashes == []
    assert len(set(done)) == len(done)
    work("last")
    assert len(done) == 40
