"""``ivr jobs`` on a real database."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from ivr.cli.jobs import jobs
from ivr.db.leases import DatabaseQueue
from ivr.db.migrate import migrate
from ivr.db.session import open_database
from ivr.errors import JobNotFound
from ivr.jobs.celery_queue import make_app
from ivr.trials.redis_server import RedisServer

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def queue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DatabaseQueue:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IVR_HOME", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/ivr.sqlite")
    database = open_database(f"sqlite:///{tmp_path}/ivr.sqlite")
    migrate(database)
    return DatabaseQueue(database)


def fail(queue: DatabaseQueue, name: str) -> str:
    queue.submit("process", {"recording_id": name})
    job = queue.lease("a")
    assert job is not None
    queue.fail(job, "a", "the file is truncated", retry_after=None)
    return job.job_id


def test_the_dead_are_listed_and_replayed(queue: DatabaseQueue) -> None:
    assert "no job failed" in CliRunner().invoke(jobs, ["dead"]).stderr
    first, second = fail(queue, "rec_1"), fail(queue, "rec_2")
    listed = CliRunner().invoke(jobs, ["dead", "--json"]).stdout.splitlines()
    assert {json.loads(line)["job_id"] for line in listed} == {first, second}
    assert "truncated" in CliRunner().invoke(jobs, ["dead"]).stdout
    assert CliRunner().invoke(jobs, ["replay", first]).exit_code == 0
    assert queue.waiting() == 1
    assert second in CliRunner().invoke(jobs, ["replay", "--all"]).stdout
    assert queue.waiting() == 2


def test_what_is_replayed_goes_to_celery_where_celery_works(
    queue: DatabaseQueue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = fail(queue, "rec_1")
    with RedisServer(tmp_path / "redis") as redis:
        monkeypatch.setenv("BATCH_ENGINE", "celery")
        monkeypatch.setenv("CELERY_BROKER_URL", redis.url)
        assert CliRunner().invoke(jobs, ["replay", first]).exit_code == 0
        with make_app(redis.url, None).connection_for_write() as connection:
            assert connection.default_channel.client.llen("cpu") == 1


def test_what_did_not_fail_is_not_replayed(queue: DatabaseQueue) -> None:
    waits = queue.submit("process", {"recording_id": "rec_1"})
    with pytest.raises(JobNotFound, match="ivr jobs dead"):
        CliRunner().invoke(jobs, ["replay", waits], catch_exceptions=False)
    assert CliRunner().invoke(jobs, ["replay"]).exit_code == 2
