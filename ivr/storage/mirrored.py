"""Recordings in a folder and in an S3 bucket.

Calls and jobs write into the folder and wait for nothing else. Each change queues a job, and ``keep`` makes the bucket
agree with the folder; where recordings rest in the bucket alone, the folder keeps nothing but the metadata then.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from ivr.errors import RecordingNotFound, StorageError
from ivr.files import translated
from ivr.storage.local import KEPT, LocalStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ivr.storage.keys import KeyRing
    from ivr.storage.s3 import S3Bucket

    Queue = Callable[[str, float], object]
    """Queues the job that keeps a recording, to run after so many seconds."""

log = logging.getLogger(__name__)

STAYS = ("metadata/", "keys/")
"""What the folder keeps of recordings that rest in the bucket alone: it is small, and names them."""
READ_FOR = 600.0
"""Seconds for which what was fetched from the bucket stays in the folder at least."""


class MirroredStore(LocalStore):
    """A RecordingStore; ``stays``: whether the folder keeps what the bucket has."""

    def __init__(self, root: Path, bucket: S3Bucket, queue: Queue, *, stays: bool, keys: KeyRing | None = None) -> None:
        super().__init__(root, keys)
        self.bucket = bucket
        self._queue = queue
        self._stays = stays

    @property
    def keeps(self) -> bool:
        """Whether ``keep`` has something to do: it has."""
        return True

    def put(self, name: str, source: Path) -> str:
        """Keep a file in the folder, and queue it for the bucket."""
        digest = super().put(name, source)
        self._changed(name)
        return digest

    def write(self, name: str, content: str) -> None:
        """Keep a text in the folder, and queue it for the bucket."""
        super().write(name, content)
        self._changed(name)

    def fetch(self, name: str) -> Path:
        """Give the path of a file, out of the bucket where the folder lacks it."""
        recording_id = PurePosixPath(name).stem
        wanted = [name] if self.here(name) else [f"keys/{recording_id}.json", name]
        if name.startswith("audio/"):
            wanted.append(f"archive/{recording_id}.flac")
        for other in wanted:
            if self.here(name) or (other.startswith("archive/") and self.here(other)):
                break
            with suppress(RecordingNotFound):
                self.bucket.fetch(other, self._path(other))
                self._changed(name, READ_FOR)
        return super().fetch(name)

    def has(self, name: str) -> bool:
        """Tell whether folder or bucket has a file."""
        return super().has(name) or (name in self._kept_names(name) and self.bucket.digest(name) is not None)

    def delete(self, name: str) -> None:
        """Remove a file from the folder; ``forget`` removes it from the bucket. RecordingNotFound as in ``fetch``."""
        if self.here(name):
            super().delete(name)
        elif not self.has(name):
            raise RecordingNotFound(f"{name} is neither in {self.root} nor in the bucket {self.bucket.address.bucket}")

    def keep(self, recording_id: str) -> list[str]:
        """Make the bucket have what the folder has of a closed recording; names what was looked at.

        StorageUnavailable or BucketRefused: it is to be tried again.
        """
        super().keep(recording_id)
        names = [name for name in self.names_of(recording_id) if not name.startswith("open/") and self.here(name)]
        for name in names:
            self.bucket.put(name, self._path(name))
        if f"archive/{recording_id}.flac" in names:
            self.bucket.delete(f"audio/{recording_id}.wav")
        for name in names:
            path = self._path(name)
            if not self._stays and not name.startswith(STAYS):
                with translated(path):
                    path.unlink(missing_ok=True)
        return names

    def forget(self, recording_id: str) -> None:
        """Remove a recording's objects from the bucket."""
        for place in KEPT:
            self.bucket.delete(place.format(recording_id))

    def _changed(self, name: str, later: float = 0.0) -> None:
        try:
            self._queue(PurePosixPath(name).stem, later)
        except StorageError as error:  # the file is kept, and what was not queued can be found later
            log.warning("%s is not queued for S3: %s; then run ivr recordings upload", name, error)

    def _kept_names(self, name: str) -> list[str]:
        return [place.format(PurePosixPath(name).stem) for place in KEPT]
