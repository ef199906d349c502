"""``ivr process`` on several workers that are killed: nothing is lost and nothing is analysed twice."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import psutil
import pytest

from ivr.storage.local import LocalStore
from ivr.trials.job_store import fill, finished, spoken_call

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

RECORDINGS = 12
WITHIN = 240.0
COMMAND = (sys.executable, "-m", "ivr", "process", "--unprocessed", "--engine", "local", "--json")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "var"


@pytest.fixture
def database(tmp_path: Path, home: Path) -> Engine:
    call = spoken_call(1)
    return fill(home, LocalStore(tmp_path / "store"), [call] * RECORDINGS)


def start(folder: Path) -> subprocess.Popen[str]:
    ours = {"IVR_HOME": str(folder / "var"), "STORAGE_LOCAL_PATH": str(folder / "store"), "BATCH_MAX_CONCURRENT": "2"}
    environment = os.environ | ours | {"BATCH_LEASE": "3", "DATABASE_URL": "", "STT_THREADS": "1"}
    return subprocess.Popen(
        COMMAND, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def until(wanted: int, database: Engine, run: subprocess.Popen[str]) -> None:
    """Wait until so many analyses are done."""
    deadline = time.monotonic() + WITHIN
    while finished(database).total() < wanted:
        assert time.monotonic() < deadline
        assert run.poll() is None, run.communicate()
        time.sleep(0.1)


def workers(run: subprocess.Popen[str]) -> list[psutil.Process]:
    """Wait for the workers: one that was killed is followed by another after a moment."""
    deadline = time.monotonic() + WITHIN
    while True:
        assert time.monotonic() < deadline
        children = psutil.Process(run.pid).children()
        found = [child for child in children if child.status() != psutil.STATUS_ZOMBIE]
        found = [child for child in found if "spawn_main" in " ".join(child.cmdline())]
        if found:
            return found
        time.sleep(0.05)


@pytest.mark.engine
@pytest.mark.slow
def test_workers_and_parents_that_are_killed_lose_nothing_and_do_nothing_twice(
    tmp_path: Path, database: Engine
) -> None:
    chance, killed = random.Random(7), 0
    run = start(tmp_path)
    for wanted in (2, 4):
        until(wanted, database, run)
        victim = chance.choice(workers(run))
        victim.kill()
        killed += 1
    until(6, database, run)
    os.kill(run.pid, signal.SIGKILL)
    run.communicate()
    again = start(tmp_path)
    until(9, database, again)
    chance.choice(workers(again)).kill()
    told, trouble = again.communicate(timeout=WITHIN)
    assert again.returncode == 0, trouble
    assert set(finished(database).values()) == {1}
    assert len(finished(database)) == RECORDINGS
    assert all(json.loads(line)["ok"] for line in told.splitlines())
    assert killed == 2


@pytest.mark.engine
@pytest.mark.slow
def test_ctrl_c_gives_back_what_is_in_hand(tmp_path: Path, database: Engine) -> None:
    run = start(tmp_path)
    until(1, database, run)
    hands = workers(run)
    run.send_signal(signal.SIGINT)
    _, trouble = run.communicate(timeout=WITHIN)
    assert run.returncode == 1
    assert "run the same command to go on" in trouble
    assert not [worker for worker in hands if worker.is_running() and worker.status() != psutil.STATUS_ZOMBIE]
    with database.connect() as connection:
        states = set(connection.exec_driver_sql("SELECT state FROM jobs").scalars())
    assert "running" not in states
    assert "queued" in states
