"""Throughput of the analysis by step, and of Celery workers, some of which are killed at random."""

from __future__ import annotations

import asyncio
import os
import random
import statistics
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ivr.analysis.transcription import Transcription
from ivr.analysis.voice_activity import find_speech
from ivr.audio.wav import read_wav
from ivr.bootstrap import build_detector, build_hearing
from ivr.db.job_board import join_jobs
from ivr.db.leases import PROCESSING
from ivr.db.queries import unprocessed_ids
from ivr.db.session import reading, writing
from ivr.errors import BrokerUnavailable, StorageUnavailable
from ivr.jobs.celery_queue import CeleryCrew, Messenger, make_app
from ivr.settings import load_settings
from ivr.storage.local import LocalStore
from ivr.trials.celery_workers import CeleryWorkers
from ivr.trials.job_store import fill, finished, spoken_call
from ivr.trials.redis_server import RedisServer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Engine

    from ivr.analysis.post_call import PostCall
    from ivr.audio.frame import AudioFrame
    from ivr.settings import Settings

    NewPostCall = Callable[[Settings, Engine], PostCall]
    Sounds = Sequence[tuple[AudioFrame, AudioFrame]]

READY_WITHIN = 60.0
WITHIN = 1800.0
POLL = 0.2
HOUR = 3600.0
ROUNDS = 5


@dataclass(frozen=True, slots=True)
class WorkersReport:
    """What so many worker processes made of the recordings; seconds from the first message to the last result."""

    workers: int
    kills: int
    """Processes that were killed with SIGKILL meanwhile."""
    seconds: float
    audio_per_second: float
    """Seconds of two-track audio that were analysed in a second; the loading of the models counts."""
    lost: int
    """Recordings that nobody finished."""
    twice: int
    """Recordings that were finished more than once."""


@dataclass(frozen=True, slots=True)
class JobsReport:
    """What was measured on so many seconds of audio."""

    recordings: int
    audio: float
    steps: dict[str, float]
    """Step -> seconds for an hour of two-track audio, in one process, models loaded."""
    runs: tuple[WorkersReport, ...]

    def as_dict(self) -> dict[str, Any]:
        """For programs."""
        return asdict(self)


def run_jobs_trial(
    recordings: int, exchanges: int, kills: int, new_post_call: NewPostCall, on_run: Callable[[str], None]
) -> JobsReport:
    """Analyse recordings with 1, 2 and 4 workers, left alone and then killed; ConfigError without redis-server."""
    sounds = [spoken_call(exchanges)] * recordings
    audio = recordings * sounds[0][0].samples / sounds[0][0].rate
    on_run("steps")
    steps = measure_steps(sounds[0], new_post_call)
    runs = []
    for workers in (1, 2, 4):
        for times in (0, kills):
            on_run(f"{workers} workers, {times} kills")
            runs.append(measure_workers(sounds, workers, times))
    return JobsReport(recordings, round(audio, 1), steps, tuple(runs))


def measure_steps(sound: tuple[AudioFrame, AudioFrame], new_post_call: NewPostCall) -> dict[str, float]:
    """Seconds that an hour of audio takes in each step: medians of one call that is analysed several times."""
    with tempfile.TemporaryDirectory(prefix="ivr-jobs-") as name:
        home, store = Path(name) / "var", LocalStore(Path(name) / "store")
        database = fill(home, store, [sound])
        settings = load_settings().model_copy(
            update={"ivr_home": home, "storage_backend": "local", "storage_local_path": store.root}
        )
        post_call = new_post_call(settings, database)
        hearing, detector = build_hearing(settings, database, live=False), build_detector(settings)
        tracks = read_wav(store.fetch("audio/rec_trial.0.wav"))
        taken: dict[str, list[float]] = {"voice activity": [], "hearing": [], "whole": []}
        for _ in range(ROUNDS + 1):  # the first loads the models and is not counted
            started = time.perf_counter()
            speech = find_speech(tracks, detector)
            heard = time.perf_counter()
            asyncio.run(Transcription(hearing, settings.language, lambda _: None).hear(tracks, speech, []))
            whole = time.perf_counter()
            asyncio.run(post_call.process("rec_trial.0"))
            ended = time.perf_counter()
            for step, seconds in zip(taken, (heard - started, whole - heard, ended - whole), strict=True):
                taken[step].append(seconds)
        database.dispose()
    scale = HOUR / (sound[0].samples / sound[0].rate)
    return {step: round(statistics.median(times[1:]) * scale, 1) for step, times in taken.items()}


def measure_workers(sounds: Sounds, workers: int, kills: int) -> WorkersReport:
    """Analyse the sounds with a Celery and a Redis of our own, killing so many worker processes in the course."""
    with tempfile.TemporaryDirectory(prefix="ivr-jobs-") as name:
        folder = Path(name)
        database = fill(folder / "var", LocalStore(folder / "store"), sounds)
        with RedisServer(folder / "redis") as redis:
            messenger = Messenger(make_app(redis.url, None), "cpu")
            with CeleryWorkers(folder, _environment(folder, redis.url, workers), workers) as crew:
                _wait_until_they_listen(messenger)
                started = time.monotonic()
                killed = _work_off(database, messenger, crew, kills)
                seconds = time.monotonic() - started
        counts = finished(database)
        database.dispose()
    audio = sum(caller.samples / caller.rate for caller, _ in sounds)
    twice = sum(times > 1 for times in counts.values())
    return WorkersReport(
        workers, killed, round(seconds, 1), round(audio / seconds, 2), len(sounds) - len(counts), twice
    )


def _environment(folder: Path, broker: str, workers: int) -> dict[str, str]:
    threads = max((os.cpu_count() or 1) // workers, 1)
    folders = {"IVR_HOME": str(folder / "var"), "STORAGE_LOCAL_PATH": str(folder / "store"), "DATABASE_URL": ""}
    pace = {"BATCH_LEASE": "5", "STT_THREADS": str(threads), "STORAGE_BACKEND": "local"}
    return folders | pace | {"CELERY_BROKER_URL": broker}


def _wait_until_they_listen(messenger: Messenger) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while True:
        try:
            messenger.look_for_workers()
        except BrokerUnavailable:
            if time.monotonic() > deadline:
                raise
        else:
            return


def _work_off(database: Engine, messenger: Messenger, workers: CeleryWorkers, kills: int) -> int:
    """Send all jobs and wait for them; kill a process at each of so many points of the way; answers how many died."""
    chance = random.Random(7)
    with writing(database) as session:
        names = unprocessed_ids(session)
        join_jobs(session, names, reprocess=False)
    points = sorted(chance.sample(range(1, len(names)), kills)) if kills else []
    crew, killed, deadline = CeleryCrew(database, messenger, PROCESSING), 0, time.monotonic() + WITHIN
    while True:
        with reading(database) as session:
            left = len(unprocessed_ids(session))
        if not left:
            return killed
        if points and len(names) - left >= points[0]:
            points.pop(0)
            killed += workers.kill_one(chance)
        crew.step()
        if time.monotonic() > deadline:
            raise StorageUnavailable(f"{left} recordings are not done after {WITHIN:.0f} s; try with fewer of them")
        time.sleep(POLL)
