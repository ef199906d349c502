"""Jobs that Celery carries, with a real Redis: workers and the broker are killed, messages come twice."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from ivr.db.job_board import join_jobs, standings
from ivr.db.leases import PROCESSING, DatabaseQueue
from ivr.db.migrate import migrate
from ivr.db.session import open_database, reading, writing
from ivr.errors import BrokerUnavailable, ConfigError
from ivr.jobs.celery_queue import RUN, CeleryCrew, Hands, Messenger, make_app
from ivr.settings import Settings
from ivr.storage.local import LocalStore
from ivr.supervision.celery_broker import build_celery
from ivr.trials.celery_workers import CeleryWorkers
from ivr.trials.job_store import fill, finished, spoken_call
from ivr.trials.redis_server import RedisServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path
    from typing import Any

    from sqlalchemy import Engine

RECORDINGS = 12
WITHIN = 200.0


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    with RedisServer(tmp_path / "redis") as server:
        yield server


@pytest.fixture
def database(tmp_path: Path) -> Engine:
    return fill(tmp_path / "var", LocalStore(tmp_path / "store"), [spoken_call(1)] * RECORDINGS)


@pytest.fixture
def environment(tmp_path: Path, redis: RedisServer) -> dict[str, str]:
    folders = {"IVR_HOME": str(tmp_path / "var"), "STORAGE_LOCAL_PATH": str(tmp_path / "store"), "DATABASE_URL": ""}
    return folders | {"CELERY_BROKER_URL": redis.url, "BATCH_LEASE": "3", "STT_THREADS": "1"}


def process(folder: Path, environment: Mapping[str, str]) -> subprocess.Popen[str]:
    command = (sys.executable, "-m", "ivr", "process", "--unprocessed", "--engine", "celery", "--json")
    ours = os.environ | environment
    return subprocess.Popen(command, cwd=folder, env=ours, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for(wanted: Callable[[], bool], folder: Path) -> None:
    deadline = time.monotonic() + WITHIN
    while not wanted():
        assert time.monotonic() < deadline, (folder / "celery.log").read_text()[-4000:]
        time.sleep(0.1)


@pytest.mark.engine
@pytest.mark.slow
def test_killed_workers_and_a_killed_broker_lose_nothing_and_do_nothing_twice(
    tmp_path: Path, database: Engine, environment: dict[str, str], redis: RedisServer
) -> None:
    chance = random.Random(7)
    messenger = Messenger(make_app(redis.url, None), "cpu")
    with CeleryWorkers(tmp_path, environment, 2) as workers:
        wait_for(lambda: listens(messenger), tmp_path)
        run = process(tmp_path, environment)
        wait_for(lambda: finished(database).total() >= 2, tmp_path)
        assert workers.kill_one(chance)
        wait_for(lambda: finished(database).total() >= 4, tmp_path)
        workers.kill_all()
        redis.stop()
        redis.start()
        workers.start()
        run.kill()
        run.communicate()
        wait_for(lambda: listens(messenger), tmp_path)
        again = process(tmp_path, environment)
        told, trouble = again.communicate(timeout=WITHIN)
    assert again.returncode == 0, trouble
    assert all(json.loads(line)["ok"] for line in told.splitlines())
    assert len(finished(database)) == RECORDINGS
    assert set(finished(database).values()) == {1}


def listens(messenger: Messenger) -> bool:
    try:
        messenger.look_for_workers()
    except BrokerUnavailable:
        return False
    return True


@pytest.fixture
def url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path}/plain.sqlite"
    migrate(open_database(url))
    return url


def waiting(redis: RedisServer) -> int:
    with make_app(redis.url, None).connection_for_write() as connection:
        return int(connection.default_channel.client.llen("cpu"))


WITHOUT_CELERY = """
import sys
sys.modules["celery"] = None
from ivr.settings import Settings
from ivr.supervision.celery_broker import build_celery
try:
    build_celery(Settings(celery_broker_url="redis://127.0.0.1:1/0"))
except Exception as error:
    print(type(error).__name__, error)
"""


def test_an_extra_that_is_not_installed_and_a_broker_that_is_not_named_are_told() -> None:
    told = subprocess.run([sys.executable, "-c", WITHOUT_CELERY], capture_output=True, text=True, check=True).stdout
    assert told.startswith("ConfigError")
    assert "pip install 'ivr[celery]'" in told
    with pytest.raises(ConfigError, match="CELERY_BROKER_URL is empty"):
        build_celery(Settings.model_validate({"celery_broker_url": ""}))


def test_a_message_that_comes_twice_is_worked_off_once(url: str) -> None:
    done: list[str] = []
    hands = Hands(url, lambda: lambda _kind, payload, _told: done.append(payload["recording_id"]), 30.0)
    job_id = DatabaseQueue(open_database(url)).submit("process", {"recording_id": "rec_1"})
    assert hands.run(job_id) is None
    assert hands.run(job_id) is None
    assert done == ["rec_1"]


def test_a_message_whose_job_is_in_other_hands_comes_back_when_the_lease_is_over(url: str) -> None:
    queue = DatabaseQueue(open_database(url))
    job_id = queue.submit("process", {"recording_id": "rec_1"})
    assert queue.lease("another", 60.0) is not None
    pause = Hands(url, lambda: lambda *_: None, 30.0).run(job_id)
    assert pause is not None
    assert 50.0 < pause <= 60.0


def test_work_that_breaks_gives_its_job_back(url: str) -> None:
    def work(_kind: str, _payload: Mapping[str, Any], _told: Callable[[float], None]) -> None:
        raise ZeroDivisionError

    database = open_database(url)
    job_id = DatabaseQueue(database).submit("process", {"recording_id": "rec_1"})
    with pytest.raises(ZeroDivisionError):
        Hands(url, lambda: work, 30.0).run(job_id)
    with reading(database) as session:
        (job,) = standings(session, [job_id])
    assert (job.state, job.attempts) == ("queued", 1)


def test_due_jobs_are_sent_once_and_again_when_their_worker_died(url: str, redis: RedisServer) -> None:
    database = open_database(url)
    with writing(database) as session:
        join_jobs(session, ["rec_1", "rec_2"], reprocess=False)
    crew = CeleryCrew(database, Messenger(make_app(redis.url, None), "cpu"), PROCESSING)
    assert (crew.step(), crew.step()) == ("healthy", "healthy")
    assert waiting(redis) == 2
    job = DatabaseQueue(database).lease("a worker", 60.0)
    assert job is not None
    assert crew.step() == "healthy"
    assert crew.size == 1
    assert DatabaseQueue(database).renew(job, "a worker", -1.0)
    assert crew.step() == "healthy"
    assert waiting(redis) == 3


def test_what_is_sent_survives_the_worker_that_has_it_and_is_taken_one_by_one(redis: RedisServer) -> None:
    app = make_app(redis.url, "0 * * * *")
    assert app.conf.task_acks_late
    assert app.conf.task_reject_on_worker_lost
    assert app.conf.worker_prefetch_multiplier == 1
    assert {queue.name for queue in app.conf.task_queues} == {"cpu", "gpu"}
    assert str(app.conf.beat_schedule["sweep"]["schedule"]) == "<crontab: 0 * * * * (m/h/dM/MY/d)>"
    assert RUN == "ivr.run_job"


def test_a_broker_that_is_away_and_workers_that_are_away_are_told_with_the_mend(redis: RedisServer) -> None:
    messenger = Messenger(make_app(redis.url, None), "gpu")
    with pytest.raises(BrokerUnavailable, match="worker -Q gpu"):
        messenger.look_for_workers()
    redis.stop()
    with pytest.raises(BrokerUnavailable, match="CELERY_BROKER_URL: the broker does not answer"):
        messenger.look_for_workers()
    with pytest.raises(BrokerUnavailable, match="--engine local"):
        messenger.send(["a job"])
