"""The job worker: works off post-call jobs beside the calls, without taking the processor from them."""

from __future__ import annotations

import os
import signal
import threading
from functools import partial
from typing import TYPE_CHECKING

from ivr.analysis.post_call import Ears, PostCall
from ivr.bootstrap import build_detector, build_models, build_store, build_transcriber, open_db
from ivr.heartbeat import beat_path, write_beat
from ivr.jobs.post_call import PostCallJob
from ivr.jobs.worker import WorkerPolicy, run_worker
from ivr.supervision.logs import PART_VARIABLE, set_up_logging

if TYPE_CHECKING:
    from ivr.settings import Settings

_HEARD_WITH = ("turns",)
"""Models of the store that the job uses whatever the settings say."""


def build_post_call(settings: Settings) -> PostCall:
    """Load what the post-call job hears with."""
    known = build_models(settings).versions()
    names = (f"{settings.stt_provider}-{settings.stt_model}", *_HEARD_WITH)
    versions = {name: known[name] for name in names if name in known}
    ears = Ears(build_transcriber(settings), build_detector(settings), settings.language, versions)
    return PostCall(build_store(settings), ears)


def build_job(settings: Settings) -> PostCallJob:
    """Prepare the post-call job; its models are loaded when the first recording comes."""
    return PostCallJob(open_db(settings), partial(build_post_call, settings))


def begin_process(settings: Settings) -> PostCallJob:
    """Prepare a job process: its log lines go to standard error, since two writers would spoil a log file."""
    os.environ.pop(PART_VARIABLE, None)
    set_up_logging(settings, "jobs")
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return build_job(settings)


def run_jobs(settings: Settings) -> None:
    """Work off jobs until SIGTERM or SIGINT; a job in progress is begun again at the next start."""
    beat = beat_path(settings.home, "jobs")
    write_beat(beat, "opening the database")
    open_db(settings).dispose()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    policy = WorkerPolicy(concurrency=settings.batch_max_concurrent)
    run_worker(
        settings.database,
        partial(begin_process, settings),
        policy,
        stop,
        lambda state, processes: write_beat(beat, state, processes=processes),
    )
    beat.unlink(missing_ok=True)
