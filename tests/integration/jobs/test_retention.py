"""The job worker lets recordings go by rule on its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from ivr.db.marks import marked
from ivr.db.migrate import migrate
from ivr.db.queries import Worker, write_call
from ivr.db.session import open_database, reading, writing
from ivr.trials.stored import stored_call

if TYPE_CHECKING:
    from pathlib import Path

WITHIN = 60.0
RUN = (
    "from ivr.settings import load_settings; from ivr.supervision.job_worker import run_jobs; run_jobs(load_settings())"
)


def test_a_running_job_worker_puts_what_is_too_old_into_the_bin(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "rules.yaml").write_text("rules: [{name: all, keep_days: 1}]")
    database = open_database(f"sqlite:///{tmp_path}/var/ivr.sqlite")
    migrate(database)
    with writing(database) as session:
        write_call(session, stored_call(1), Worker(1, "here"), ended=True)
    own = {"IVR_HOME": "var", "STORAGE_LOCAL_PATH": "store", "RETENTION": "rules.yaml", "DATABASE_URL": ""}
    worker = subprocess.Popen(
        [sys.executable, "-c", RUN],
        cwd=tmp_path,
        env=os.environ | own | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    try:
        deadline = time.monotonic() + WITHIN
        binned: list[str] = []
        while not binned and time.monotonic() < deadline:
            time.sleep(0.2)
            with reading(database) as session:
                binned = [mark.recording_id for mark in marked(session, held=False)]
    finally:
        worker.send_signal(signal.SIGTERM)
        ended = worker.wait(30)
        database.dispose()
    assert binned == ["rec_000001"]
    assert ended == 0
