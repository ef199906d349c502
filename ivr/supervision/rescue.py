"""Puts right what a killed worker or an absent database left behind."""

from __future__ import annotations

import logging
import os
import socket
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import psutil

from ivr.call.journal import SUFFIX
from ivr.call.recovery import recover
from ivr.db.book import PROCESS
from ivr.db.leases import KEEP, DatabaseQueue, enqueue
from ivr.db.queries import (
    Worker,
    active_calls,
    end_forgotten,
    find_recording,
    not_closed,
    without_sound,
    write_call,
)
from ivr.db.session import reading, writing
from ivr.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sqlalchemy import Engine

    from ivr.metadata import RecordingMetadata
    from ivr.storage.local import LocalStore

log = logging.getLogger(__name__)

CLOCK_SLACK = 2.0
"""Seconds by which the times of processes and calls may be apart."""


@dataclass(frozen=True, slots=True)
class Rescued:
    """Ids of what was put right."""

    closed: Sequence[str]
    """Recordings that were open without a worker."""
    adopted: Sequence[str]
    """Recordings of which the database had not heard the end."""
    ended: Sequence[str]
    """Calls that were up in the database alone."""
    unreadable: Sequence[str]
    """What could not be closed or adopted, with the reason and the mend."""


def rescue(store: LocalStore, database: Engine, *, process: bool) -> Rescued:
    """Close, adopt and end what was left; leaves calls of living workers alone, safe to repeat.

    ``process`` queues the post-call job of what is adopted. StorageUnavailable when the database refuses; what the
    disk refuses is told and stays for the next time.
    """
    found = recover(store.root, partial(_known, database))
    closed = [item.recording_id for item in found.closed]
    problems = [*found.problems, *_restore(store, database)]
    adopted, unreadable = _adopt(store, database, closed, process=process)
    return Rescued(closed, adopted, _end_dead_calls(store.root, database), problems + unreadable)


def _known(database: Engine, recording_id: str) -> RecordingMetadata | None:
    with reading(database) as session:
        return find_recording(session, recording_id)


def _restore(store: LocalStore, database: Engine) -> list[str]:
    """Write the metadata of calls that the disk took nothing of, while the database took it all."""
    with reading(database) as session:
        lost = [item for item in without_sound(session) if "recording" in item.media]
    problems = []
    for metadata in lost:
        name = metadata.recording_id
        if (store.root / "metadata" / f"{name}.json").exists() or (store.root / "open" / f"{name}{SUFFIX}").exists():
            continue
        try:
            store.save(metadata)
        except StorageError as error:
            problems.append(str(error))
    return problems


def _adopt(store: LocalStore, database: Engine, closed: Sequence[str], *, process: bool) -> tuple[list[str], list[str]]:
    """Make the database's rows agree with the metadata files, where they may differ."""
    with reading(database) as session:
        missing = set(not_closed(session, store.ids()))
        silent = {item.recording_id for item in without_sound(session)}
    worker = Worker(os.getpid(), socket.gethostname())
    adopted, unreadable = [], []
    for recording_id in sorted(missing | silent.intersection(store.ids()) | set(closed)):
        try:
            metadata = store.load(recording_id)
        except StorageError as error:
            log.warning("%s is not in the database: %s", recording_id, error)
            unreadable.append(str(error))
            continue
        if recording_id in silent and not metadata.audio.sha256 and recording_id not in closed:
            continue
        with writing(database) as session:
            write_call(session, metadata, worker, ended=True)
            if store.keeps:
                enqueue(session, KEEP, {"recording_id": recording_id})
        if process and not metadata.processed and metadata.audio.sha256:
            DatabaseQueue(database).submit(PROCESS, {"recording_id": recording_id})
        if recording_id in missing | silent:
            adopted.append(recording_id)
    return adopted, unreadable


def _end_dead_calls(root: Path, database: Engine) -> list[str]:
    """End calls of this machine whose worker is gone and that have no open recording."""
    with reading(database) as session:
        dead = [
            call.call_id
            for call in active_calls(session)
            if call.worker_host == socket.gethostname()
            and not _runs(call.worker_pid, call.started_at)
            and not (root / "open" / f"{call.recording_id}{SUFFIX}").exists()
        ]
    with writing(database) as session:
        for call_id in dead:
            end_forgotten(session, call_id, datetime.now(UTC))
    return dead


def _runs(pid: int, since: datetime) -> bool:
    """Whether the worker of a call that began at ``since`` runs; its number may be another process's by now."""
    try:
        process = psutil.Process(pid)
        return process.status() != psutil.STATUS_ZOMBIE and process.create_time() <= since.timestamp() + CLOCK_SLACK
    except psutil.NoSuchProcess:
        return False
