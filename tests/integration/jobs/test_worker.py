"""Job processes that are killed, and what becomes of their jobs."""

from __future__ import annotations

import importlib
import json
import os
import signal
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from ivr.db.leases import DatabaseQueue
from ivr.db.migrate import migrate
from ivr.db.session import open_database, reading
from ivr.db.tables import Job
from ivr.jobs.worker import JobWorker, WorkerPolicy, run_crew

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

POLICY = WorkerPolicy(lease=2.0, poll=0.05, idle=0.5, restart=0.05)
WITHIN = 30.0


WORK = """
import json, os, time
from pathlib import Path
from ivr.errors import RecordingNotFound, StorageFull

FOLDER = Path(__file__).parent

def new_work():
    return note

def note(kind, payload, on_progress):
    with (FOLDER / "ran.jsonl").open("a") as file:
        line = {"kind": kind, "recording": payload["recording_id"], "pid": os.getpid(), "nice": os.nice(0)}
        file.write(json.dumps(line) + "\\n")
    match payload["recording_id"]:
        case "rec_missing":
            raise RecordingNotFound("there is no such recording: ivr recordings list names them")
        case "rec_full":
            raise StorageFull("no room left: free some space")
        case "rec_bug":
            raise ZeroDivisionError
        case "rec_slow" if not (FOLDER / "go").exists():
            time.sleep(60)
"""


@pytest.fixture
def new_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Any]:
    """Give work that leaves a note; what else happens is told by the recording's name."""
    name = f"work_{tmp_path.name}"
    (tmp_path / f"{name}.py").write_text(WORK)
    monkeypatch.syspath_prepend(tmp_path)
    made: Callable[[], Any] = importlib.import_module(name).new_work
    return made


def ran(folder: Path) -> list[dict[str, Any]]:
    path = folder / "ran.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


@pytest.fixture
def url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path}/ivr.sqlite"
    migrate(open_database(url))
    return url


@pytest.fixture
def queue(url: str) -> DatabaseQueue:
    return DatabaseQueue(open_database(url))


def states(url: str) -> dict[str, tuple[str, str]]:
    with reading(open_database(url)) as session:
        return {job.subject: (job.state, job.error) for job in session.query(Job)}


def step_until(worker: JobWorker, wanted: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WITHIN
    while not wanted():
        assert time.monotonic() < deadline
        assert worker.step() == "healthy"
        time.sleep(0.05)


def test_jobs_run_in_niced_processes_that_leave_when_idle(
    url: str, queue: DatabaseQueue, tmp_path: Path, new_work: Callable[[], Any]
) -> None:
    for number in range(3):
        queue.submit("process", {"recording_id": f"rec_{number}"})
    worker = JobWorker(url, new_work, POLICY)
    step_until(worker, lambda: len(ran(tmp_path)) == 3)
    step_until(worker, lambda: worker.size == 0)
    assert {state for state, _ in states(url).values()} == {"done"}
    assert {line["nice"] for line in ran(tmp_path)} == {os.nice(0) + 15}
    assert os.getpid() not in {line["pid"] for line in ran(tmp_path)}


def test_a_killed_process_loses_no_job(
    url: str, queue: DatabaseQueue, tmp_path: Path, new_work: Callable[[], Any]
) -> None:
    queue.submit("process", {"recording_id": "rec_slow"})
    worker = JobWorker(url, new_work, POLICY)
    step_until(worker, lambda: len(ran(tmp_path)) == 1)
    (tmp_path / "go").touch()
    os.kill(ran(tmp_path)[0]["pid"], signal.SIGKILL)
    step_until(worker, lambda: states(url)["rec_slow"][0] == "done")
    assert len(ran(tmp_path)) == 2
    worker.close()


def test_ending_gives_the_running_job_back(
    url: str, queue: DatabaseQueue, tmp_path: Path, new_work: Callable[[], Any]
) -> None:
    queue.submit("process", {"recording_id": "rec_slow"})
    worker = JobWorker(url, new_work, POLICY)
    step_until(worker, lambda: len(ran(tmp_path)) == 1)
    worker.close()
    assert states(url)["rec_slow"] == ("queued", "")
    with pytest.raises(ProcessLookupError):
        os.kill(ran(tmp_path)[0]["pid"], 0)


def test_what_cannot_succeed_fails_with_its_sentence_and_what_can_is_tried_later(
    url: str, queue: DatabaseQueue, tmp_path: Path, new_work: Callable[[], Any]
) -> None:
    queue.submit("process", {"recording_id": "rec_missing"})
    queue.submit("process", {"recording_id": "rec_full"})
    worker = JobWorker(url, new_work, POLICY)
    step_until(worker, lambda: len(ran(tmp_path)) == 2)
    step_until(worker, lambda: worker.size == 0)
    assert states(url)["rec_missing"] == ("failed", "there is no such recording: ivr recordings list names them")
    assert states(url)["rec_full"] == ("queued", "no room left: free some space")


def test_a_job_that_breaks_its_process_is_given_up_and_the_others_go_on(
    url: str, queue: DatabaseQueue, tmp_path: Path, new_work: Callable[[], Any]
) -> None:
    queue.submit("process", {"recording_id": "rec_bug"})
    queue.submit("process", {"recording_id": "rec_fine"})
    worker = JobWorker(url, new_work, POLICY)
    step_until(worker, lambda: {state for state, _ in states(url).values()} == {"failed", "done"})
    worker.close()
    assert sum(line["recording"] == "rec_bug" for line in ran(tmp_path)) == 3
    assert "ivr logs jobs" in states(url)["rec_bug"][1]


def test_a_database_that_is_away_is_told_and_waited_for(new_work: Callable[[], Any]) -> None:
    worker = JobWorker("sqlite:////nowhere/ivr.sqlite", new_work, POLICY)
    assert "check that the folder exists" in worker.step()


def test_the_worker_tells_how_it_is_until_it_is_stopped(url: str, new_work: Callable[[], Any]) -> None:
    stop, told = threading.Event(), []

    def on_beat(state: str, processes: int) -> None:
        told.append((state, processes))
        stop.set()

    run_crew(JobWorker(url, new_work, POLICY), POLICY.poll, stop, on_beat)
    assert told == [("healthy", 0)]
