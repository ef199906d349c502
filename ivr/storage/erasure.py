"""Erases a recording for ever, and keeps a receipt: who, when, and the sha256 of what was removed."""

from __future__ import annotations

import json
import os
import socket
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ivr.call.journal import SUFFIX, lock_if_dead
from ivr.db.leases import KEEP, DatabaseQueue, enqueue
from ivr.db.marks import refuse_held
from ivr.db.queries import erase_call
from ivr.db.session import reading, writing
from ivr.errors import RecordingNotFound, StorageError, StorageUnavailable
from ivr.files import sha256_of, translated, write_whole

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from ivr.storage.local import LocalStore

ERASE = "erase"
"""The kind of the job that keeps others off a recording while it is erased."""
RECEIPTS = "receipts"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was erased: file -> sha256, rows of the database; the bucket's objects are removed by a job of their own."""

    recording_id: str
    by: str
    at: str
    files: dict[str, str] = field(default_factory=dict)
    rows: int = 0
    complete: bool = False


def erase(store: LocalStore, database: Engine, recording_id: str, by: str) -> Receipt:
    """Remove files, then rows: what a crash leaves in between can be erased again.

    RecordingNotFound, RecordingHeld, or StorageUnavailable while it is recorded or worked on.
    """
    worker = f"{socket.gethostname()}:{os.getpid()}:by hand"
    queue = DatabaseQueue(database)
    job = queue.claim(ERASE, recording_id, worker)
    if job is None:
        raise StorageUnavailable("a job works on it: wait for it, see ivr logs jobs")
    try:
        with reading(database) as session:
            refuse_held(session, recording_id)
        begun = Receipt(
            recording_id, by, datetime.now(UTC).isoformat(timespec="seconds"), _digests(store, recording_id)
        )
        if begun.files:
            _write(store, begun)
        _remove(store, recording_id)
        with writing(database) as session:
            rows = erase_call(session, recording_id)
            if store.keeps:
                enqueue(session, KEEP, {"recording_id": recording_id, "erase": True})
    except BaseException as error:
        queue.fail(job, worker, str(error), retry_after=None)
        raise
    if not begun.files and not rows:
        raise RecordingNotFound("there is no such recording: ivr recordings list names them")
    done = Receipt(recording_id, by, begun.at, begun.files, rows, complete=True)
    _write(store, done)
    return done


def _digests(store: LocalStore, recording_id: str) -> dict[str, str]:
    """Hash what is there; of sound that is in the bucket alone, the metadata knows the digest."""
    names = [name for name in store.names_of(recording_id) if store.here(name)]
    found = {}
    for name in names:
        with translated(store.root / name):
            found[name] = sha256_of(store.root / name)
    sound = f"audio/{recording_id}.wav"
    if sound not in found and f"metadata/{recording_id}.json" in found:
        try:
            digest = store.load(recording_id).audio.sha256
        except StorageError:  # it cannot be read, and is to go all the same
            digest = ""
        if digest:
            found[sound] = digest
    return found


def _remove(store: LocalStore, recording_id: str) -> None:
    journal = f"open/{recording_id}{SUFFIX}"
    lock = None
    if store.here(journal):
        lock = lock_if_dead(store.root / journal)
        if lock is None:
            raise StorageUnavailable("it is being recorded: end the call first")
    try:
        for name in store.names_of(recording_id):
            if store.here(name):
                store.delete(name)
    finally:
        if lock is not None:
            os.close(lock)


def _write(store: LocalStore, receipt: Receipt) -> None:
    place = store.root / RECEIPTS / f"{receipt.recording_id}.json"
    write_whole(place, json.dumps(asdict(receipt), indent=1, ensure_ascii=False).encode())
