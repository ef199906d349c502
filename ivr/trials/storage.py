"""Uploads through the death of the S3 server: whether all objects are there in the end, as they were recorded."""

from __future__ import annotations

import random
import tempfile
import threading
import time
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ivr.db.backlog import backlog
from ivr.db.leases import KEEP, DatabaseQueue
from ivr.db.migrate import migrate
from ivr.db.session import open_database, reading
from ivr.errors import StorageUnavailable
from ivr.files import sha256_of
from ivr.jobs.keeping import Keeping
from ivr.metadata import AudioRecord, RecordingMetadata
from ivr.storage.mirrored import MirroredStore
from ivr.storage.s3 import S3Bucket
from ivr.trials.seaweed import SeaweedServer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Engine

PART = 5 << 20
SHORT, LONG = 1 << 20, 24 << 20
"""Bytes of a call of 33 s, and of one of 13 minutes, which goes up in parts."""
EVERY = 5
"""Each fifth call is a long one."""
WITHIN = 600.0


@dataclass(frozen=True, slots=True)
class UploadReport:
    """What became of the uploads; seconds."""

    recordings: int
    megabytes: float
    killed_after: int
    """Recordings that were up when the server was killed, in the middle of a long one."""
    resumed_parts: int
    """Parts of that one which the server had and which were not sent again."""
    seconds: float
    """From the first upload to the last, the server's absence included."""
    arrived: int
    wrong: int
    """Objects that are missing, or not what was recorded."""

    def as_dict(self) -> dict[str, Any]:
        """For programs."""
        return asdict(self)


def run_uploads(recordings: int) -> UploadReport:
    """Upload recordings to a SeaweedFS that is killed in the middle and started again; StorageUnavailable."""
    with tempfile.TemporaryDirectory(prefix="ivr-storage-") as name:
        folder = Path(name)
        database = open_database(f"sqlite:///{folder}/ivr.sqlite")
        migrate(database)
        with SeaweedServer(folder / "weed") as server:
            bucket = CountingBucket(server.address, folder / "store" / "uploads", PART)
            jobs = DatabaseQueue(database)
            store = MirroredStore(
                folder / "store", bucket, lambda recording, later: jobs.put_off(KEEP, recording, later), stays=True
            )
            digests = _record(store, recordings)
            report = _upload(server, store, bucket, database, digests)
        database.dispose()
    return report


class CountingBucket(S3Bucket):
    """Counts the parts that need not be sent again, and tells when a long upload has its first part up."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.spared = 0
        self.in_the_middle = threading.Event()

    def _parts(self, name: str, upload: str) -> dict[int, str]:
        there = super()._parts(name, upload)
        self.spared += len(there)
        return there

    def _send(self, name: str, upload: str, number: int, block: bytes) -> str:
        tag = super()._send(name, upload, number, block)
        if number > 1:
            self.in_the_middle.set()
        return tag


def _record(store: MirroredStore, recordings: int) -> dict[str, str]:
    """Put calls of random sound into the store; answers object -> sha256."""
    chance, digests = random.Random(7), {}
    for n in range(recordings):
        recording_id = f"rec_trial.{n}"
        sound = store.root / "fresh"
        sound.parent.mkdir(parents=True, exist_ok=True)
        sound.write_bytes(chance.randbytes(LONG if n % EVERY == 1 else SHORT))
        digest = store.put(f"audio/{recording_id}.wav", sound)
        sound.unlink()
        known = RecordingMetadata(recording_id=recording_id, conversation_id=str(n), audio=AudioRecord(sha256=digest))
        store.save(known)
        for name in (f"audio/{recording_id}.wav", f"metadata/{recording_id}.json"):
            digests[name] = sha256_of(store.root / name)
    return digests


def _upload(
    server: SeaweedServer, store: MirroredStore, bucket: CountingBucket, database: Engine, digests: dict[str, str]
) -> UploadReport:
    keeping = Keeping(database, partial(_bring, store), poll=0.1, first=0.5)
    stop = threading.Event()
    thread = threading.Thread(target=keeping.run, args=(stop,))
    started = time.monotonic()
    thread.start()
    try:
        bucket.in_the_middle.wait(WITHIN)
        server.kill()
        with reading(database) as session:
            waiting = backlog(session).waiting
        server.start()
        _wait_until_empty(database)
        seconds = time.monotonic() - started
    finally:
        stop.set()
        thread.join()
    wrong = 0
    for name, digest in digests.items():
        target = store.root / "back"
        wrong += bucket.digest(name) is None or bucket.fetch(name, target) != digest
    size = sum((store.root / name).stat().st_size for name in digests) / 1e6
    recordings = len(digests) // 2
    return UploadReport(
        recordings=recordings,
        megabytes=round(size, 1),
        killed_after=recordings - waiting,
        resumed_parts=bucket.spared,
        seconds=round(seconds, 1),
        arrived=len(digests) - wrong,
        wrong=wrong,
    )


def _bring(store: MirroredStore, _kind: str, payload: Mapping[str, Any]) -> None:
    store.keep(str(payload["recording_id"]))


def _wait_until_empty(database: Engine) -> None:
    deadline = time.monotonic() + WITHIN
    while True:
        with reading(database) as session:
            waits = backlog(session)
        if not waits.waiting:
            return
        if time.monotonic() > deadline:
            raise StorageUnavailable(f"{waits.waiting} uploads still wait: {waits.problem}")
        time.sleep(0.2)
