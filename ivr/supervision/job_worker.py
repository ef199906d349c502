"""The job worker: one parent that waits for post-call jobs, and processes that exist only while there is work."""

from __future__ import annotations

import logging
import signal
import threading
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from ivr.analysis.post_call import Ears, PostCall
from ivr.analysis.redacted_copy import redact_recording
from ivr.bootstrap import (
    build_denoiser,
    build_detector,
    build_hearing,
    build_models,
    build_script,
    open_db,
)
from ivr.bootstrap_store import build_store
from ivr.db.marks import marked
from ivr.db.session import open_database, reading
from ivr.errors import StorageError
from ivr.heartbeat import beat_path, write_beat
from ivr.jobs.keeping import Keeping
from ivr.jobs.post_call import PostCallJob
from ivr.jobs.sweeping import Sweeper
from ivr.jobs.worker import JobWorker, WorkerPolicy, run_crew
from ivr.settings import load_settings
from ivr.settings_jobs import OFF
from ivr.storage.archive import archive, old_recordings
from ivr.storage.mirrored import MirroredStore
from ivr.storage.retention import enforce, read_policy
from ivr.supervision.celery_broker import build_celery_crew
from ivr.supervision.logs import set_up_logging

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Engine

    from ivr.jobs.worker import Crew, Work
    from ivr.metadata import RecordingMetadata
    from ivr.settings import Settings
    from ivr.storage.local import LocalStore
    from ivr.storage.retention import Policy

log = logging.getLogger(__name__)

HOUR = 3600.0

LAST_UPLOAD = 3.0
"""Seconds that an upload has to end when told so; one that is cut off goes on where it stopped."""


def build_post_call(settings: Settings, database: Engine) -> PostCall:
    """Load what the post-call job hears with."""
    hearing = build_hearing(settings, database, live=False)
    versions, denoiser = build_models(settings).versions(), build_denoiser(settings)
    ears = Ears(hearing, build_detector(settings), settings.language, versions, denoiser)
    return PostCall(build_store(settings), ears, build_script(settings).persona.products)


def redaction(settings: Settings, database: Engine) -> Callable[[RecordingMetadata], RecordingMetadata]:
    """Say how recordings are redacted after the job; of what is held the original stays."""
    store = build_store(settings)

    def redact(metadata: RecordingMetadata) -> RecordingMetadata:
        if settings.redact == "off" or not metadata.audio.sha256:
            return metadata
        with reading(database) as session:
            held = any(mark.recording_id == metadata.recording_id for mark in marked(session, held=True))
        replace = settings.redact == "replace" and not held
        redacted = redact_recording(store, metadata.recording_id, replace=replace)
        return redacted if replace else metadata

    return redact


def new_work() -> Work:
    """Set up a job process, from the settings that it inherits."""
    set_up_logging(load_settings(), "jobs")
    return new_quiet_work()


def new_quiet_work() -> Work:
    """Set up a job process that logs only what is wrong: somebody looks at a progress bar."""
    settings = load_settings()
    database = open_db(settings)
    return PostCallJob(database, lambda: build_post_call(settings, database), redaction(settings, database))


def _bring(store: LocalStore, _kind: str, payload: Mapping[str, Any]) -> None:
    recording_id = str(payload["recording_id"])
    if not payload.get("erase"):
        store.keep(recording_id)
    elif isinstance(store, MirroredStore):
        store.forget(recording_id)


def _archive_old(settings: Settings, store: LocalStore, database: Engine) -> None:
    if not settings.archive_after_days:
        return
    for recording_id in old_recordings(database, settings.archive_after_days):
        try:
            archive(store, database, recording_id, opus=settings.archive_opus)
        except StorageError as error:
            log.warning("%s is not archived: %s", recording_id, error)


def _start_keeping(settings: Settings, stop: threading.Event) -> threading.Thread | None:
    """Bring recordings to where they rest, beside the other jobs; None where they are there already."""
    store = build_store(settings)
    if not store.keeps and not settings.archive_after_days:
        return None
    database = open_database(settings.database)
    keeping = Keeping(database, partial(_bring, store), hourly=partial(_archive_old, settings, store, database))
    thread = threading.Thread(target=keeping.run, args=(stop,), name="keeping", daemon=True)
    thread.start()
    return thread


def _let_go(settings: Settings, policy: Policy, stop: threading.Event) -> None:
    """Let go by the hour what the rules say."""
    store, database = build_store(settings), open_database(settings.database)
    while True:
        try:
            gone = enforce(store, database, policy, settings.tenant, datetime.now(UTC))
            log.info("retention: %d recordings went", len(gone))
        except StorageError as error:
            log.warning("retention is tried again in an hour: %s", error)
        if stop.wait(HOUR):
            return


def _crew(settings: Settings, database: Engine, pace: WorkerPolicy) -> Crew:
    if settings.batch_engine == "celery":
        return build_celery_crew(settings, database, pace.lane)
    return JobWorker(settings.database, new_work, pace)


def run_jobs(settings: Settings) -> None:
    """Work off jobs until SIGTERM or SIGINT; a job that is cut off is given back and begun again."""
    database = open_db(settings)
    wanted = settings.enable_offline_batch and settings.batch_cron != OFF
    sweeper = Sweeper(database, settings.batch_cron) if wanted else None
    beat = beat_path(settings.home, "jobs")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    keeping = _start_keeping(settings, stop)
    if settings.retention is not None:
        policy = read_policy(settings.retention)
        threading.Thread(target=_let_go, args=(settings, policy, stop), name="retention", daemon=True).start()
    pace = WorkerPolicy(concurrency=settings.batch_max_concurrent, lease=settings.batch_lease)

    def on_beat(state: str, working: int) -> None:
        write_beat(beat, state, jobs=working)
        if sweeper is not None:
            sweeper.step()

    run_crew(_crew(settings, database, pace), pace.poll, stop, on_beat)
    if keeping is not None:
        keeping.join(LAST_UPLOAD)
    beat.unlink(missing_ok=True)
    log.info("no more jobs are taken")
