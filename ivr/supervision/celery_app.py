"""What ``celery -A ivr.supervision.celery_app worker`` and ``... beat`` run, with the settings of this folder."""

from __future__ import annotations

import os

from celery.signals import worker_process_init

from ivr.bootstrap import open_db
from ivr.jobs.celery_queue import Hands, register
from ivr.jobs.worker import NICENESS
from ivr.settings import load_settings
from ivr.supervision.celery_broker import build_celery
from ivr.supervision.job_worker import new_work


@worker_process_init.connect  # type: ignore[untyped-decorator]
def _be_nice(**_: object) -> None:
    os.nice(NICENESS)


_settings = load_settings()
open_db(_settings).dispose()
app = build_celery(_settings)
register(app, Hands(_settings.database, new_work, _settings.batch_lease), _settings.celery_queue)
