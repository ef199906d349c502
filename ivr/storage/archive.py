"""The archive tier: a recording's WAV gives way to a FLAC that was proven to give back the same file."""

from __future__ import annotations

import os
import socket
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from ivr.db.leases import DatabaseQueue
from ivr.db.session import reading, writing
from ivr.db.tables import Call, Recording
from ivr.errors import StorageError, StorageUnavailable
from ivr.files import sha256_of, translated
from ivr.storage.flac import decode, encode

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from ivr.storage.local import LocalStore

ARCHIVE = "archive"
"""The kind of the job that keeps others off a recording meanwhile."""


@dataclass(frozen=True, slots=True)
class Archived:
    """Bytes of a recording's sound before and after."""

    recording_id: str
    before: int
    after: int


def archive(store: LocalStore, database: Engine, recording_id: str, *, opus: bool) -> Archived:
    """Archive one recording; ``opus`` keeps a small copy to listen to besides.

    StorageError when its sound is not what was recorded or does not come back bit by bit: the WAV stays then.
    """
    worker = f"{socket.gethostname()}:{os.getpid()}:archive"
    queue = DatabaseQueue(database)
    job = queue.claim(ARCHIVE, recording_id, worker)
    if job is None:
        raise StorageUnavailable(f"a job works on {recording_id}: try again later")
    try:
        done = _archive(store, database, recording_id, opus=opus)
    except BaseException as error:
        queue.fail(job, worker, str(error), retry_after=None)
        raise
    queue.finish(job, worker)
    return done


def _archive(store: LocalStore, database: Engine, recording_id: str, *, opus: bool) -> Archived:
    metadata, name = store.load(recording_id), f"audio/{recording_id}.wav"
    wav = store.fetch(name)
    store.verify(name, metadata.audio.sha256)
    with tempfile.TemporaryDirectory(prefix="ivr-archive-") as folder, translated(Path(folder)):
        flac, again = Path(folder) / "a.flac", Path(folder) / "again.wav"
        encode(wav, flac, "FLAC")
        decode(flac, again)
        if sha256_of(again) != metadata.audio.sha256:
            raise StorageError(f"{recording_id} does not come back bit by bit from FLAC: it is left as it is")
        before, after = wav.stat().st_size, flac.stat().st_size
        store.put(f"archive/{recording_id}.flac", flac)
        if opus:
            encode(wav, Path(folder) / "a.opus", "OPUS")
            store.put(f"archive/{recording_id}.opus", Path(folder) / "a.opus")
    metadata.audio.archive = f"archive/{recording_id}.flac"
    store.save(metadata)
    with writing(database) as session:
        row = session.get(Recording, recording_id)
        if row is not None:
            row.document = metadata.model_dump(mode="json")
    if store.here(name):
        store.delete(name)
    return Archived(recording_id, before, after)


def old_recordings(database: Engine, days: float, limit: int = 1000) -> list[str]:
    """Name the recordings that are older than so many days and not archived, the oldest first."""
    place = Recording.document["audio"]["archive"].as_string()
    chosen = (
        select(Recording.recording_id)
        .join(Call, Call.recording_id == Recording.recording_id)
        .where(Recording.closed.is_(True), Recording.sha256 != "", or_(place.is_(None), place == ""))
        .where(Call.started_at < datetime.now(UTC) - timedelta(days=days))
        .order_by(Call.started_at)
        .limit(limit)
    )
    with reading(database) as session:
        return list(session.scalars(chosen))
