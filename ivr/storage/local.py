"""Recordings in a folder."""

from __future__ import annotations

import os
import shutil
from functools import partial
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from ivr.call.journal import SUFFIX
from ivr.call.reserve import reserve_path
from ivr.errors import ChecksumMismatch, KeyProblem, RecordingNotFound, StorageError
from ivr.files import sha256_of, sync_folder, translated, write_whole
from ivr.metadata import RecordingMetadata, read_metadata
from ivr.storage.flac import decode
from ivr.storage.sealing import is_sealed, seal, unseal
from ivr.storage.workroom import Workroom

if TYPE_CHECKING:
    from ivr.storage.keys import KeyRing

KEPT = (
    "keys/{}.json",
    "audio/{}.wav",
    "archive/{}.flac",
    "archive/{}.opus",
    "listening/{}.wav",
    "metadata/{}.json",
    "transcripts/{}.txt",
    "transcripts/{}.vtt",
    "reports/{}.html",
    "redacted/{}.wav",
    "redacted/{}.json",
)
"""What is kept of a recording once it is closed."""


class LocalStore:
    """A RecordingStore; ``audio/``, ``metadata/``, ``transcripts/`` and ``reports/`` under one folder.

    StorageFull and StorageUnavailable when the disk refuses, RecordingNotFound for what is not there.
    """

    def __init__(self, root: Path, keys: KeyRing | None = None) -> None:
        self.root = root.expanduser().absolute()
        self._keys = keys
        self._workroom = Workroom()

    @property
    def keeps(self) -> bool:
        """Whether ``keep`` has something to do once a recording is closed."""
        return self._keys is not None

    def put(self, name: str, source: Path) -> str:
        """Keep a file atomically; answers its sha256."""
        target = self._path(name)
        fresh = target.with_name(f".{target.name}.new")
        with translated(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                digest = sha256_of(source)
                self._copy(name, source, fresh)
                fresh.replace(target)
            finally:
                fresh.unlink(missing_ok=True)
            sync_folder(target.parent)
        return digest

    def write(self, name: str, content: str) -> None:
        """Keep a text atomically."""
        encoded = content.encode()
        if self._keys is not None:
            sealed = BytesIO()
            seal(self._keys.key_for(_recording_of(name)), name, BytesIO(encoded), sealed)
            encoded = sealed.getvalue()
        write_whole(self._path(name), encoded)

    def fetch(self, name: str) -> Path:
        """Give the path of a file, or of a readable copy of one that is encrypted or archived; KeyProblem."""
        path = self._path(name)
        flac = _archive_of(name)
        if flac and not path.is_file() and self.here(flac):
            encoded = self._readable(flac)
            return self._workroom.copy(name, partial(decode, encoded))
        return self._readable(name)

    def _readable(self, name: str) -> Path:
        path = self._path(name)
        if not path.is_file():
            raise RecordingNotFound(f"{name} is not in {self.root}: ivr recordings list names what there is")
        with translated(path):
            return self._workroom.copy(name, partial(self._open, name)) if is_sealed(path) else path

    def _open(self, name: str, target: Path) -> None:
        if self._keys is None:
            raise KeyProblem(f"{name} is encrypted: set STORAGE_KEY_FILE to the file with its master key")
        with self._path(name).open("rb") as sealed, target.open("wb") as file:
            unseal(self._keys.key_of(_recording_of(name)), name, sealed, file)

    def _copy(self, name: str, source: Path, fresh: Path) -> None:
        """Write a file as it is to rest, and make it survive a power failure."""
        with source.open("rb") as content, fresh.open("wb") as file:
            if self._keys is None:
                shutil.copyfileobj(content, file, 1 << 20)
            else:
                seal(self._keys.key_for(_recording_of(name)), name, content, file)
            file.flush()
            os.fsync(file.fileno())

    def delete(self, name: str) -> None:
        """Remove a file."""
        path = self._path(name)
        if not self.here(name):
            raise RecordingNotFound(f"{name} is not in {self.root}: ivr recordings list names what there is")
        with translated(path):
            path.unlink()
            sync_folder(path.parent)

    def verify(self, name: str, sha256: str) -> None:
        """Raise ChecksumMismatch unless the file is the one that was written."""
        path = self.fetch(name)
        with translated(path):
            found = sha256_of(path)
        if found != sha256:
            raise ChecksumMismatch(
                f"{path} was changed since it was recorded (sha256 {found[:12]}..., not {sha256[:12]}...): "
                "restore it from a copy"
            )

    def has(self, name: str) -> bool:
        """Tell whether there is such a file, if only in the archive."""
        return self.here(name) or bool(_archive_of(name) and self.here(_archive_of(name)))

    def here(self, name: str) -> bool:
        """Tell whether the folder itself has it."""
        return self._path(name).is_file()

    def names_of(self, recording_id: str) -> list[str]:
        """Name the files that there may be of a recording, what is kept while it is open last."""
        closed = [place.format(recording_id) for place in KEPT]
        return closed + [f"open/{path.name}" for path in self._opened(recording_id)]

    def _opened(self, recording_id: str) -> list[Path]:
        folder = self.root / "open"
        names = {f"{recording_id}.wav.part", reserve_path(folder, recording_id).name}
        journal = recording_id + SUFFIX
        found = folder.iterdir() if folder.is_dir() else ()
        return sorted(path for path in found if path.name in names or path.name.startswith(journal))

    def ids(self) -> list[str]:
        """Name every recording that has metadata."""
        return sorted(path.stem for path in (self.root / "metadata").glob("*.json") if not path.name.startswith("."))

    def keep(self, recording_id: str) -> list[str]:
        """Encrypt what was written in the clear while the call ran; names it. Nothing is done while it runs still."""
        if self._keys is None or self._opened(recording_id):
            return []
        done = []
        for place in KEPT[1:]:
            name = place.format(recording_id)
            path = self._path(name)
            with translated(path):
                if path.is_file() and not is_sealed(path):
                    LocalStore.put(self, name, path)
                    done.append(name)
        return done

    def load(self, recording_id: str) -> RecordingMetadata:
        """Read a recording's metadata, upgraded to this version's schema."""
        name = f"metadata/{recording_id}.json"
        content = self.fetch(name).read_bytes()
        try:
            return read_metadata(content)
        except StorageError as error:
            raise StorageError(f"{self.root / name}: {error}") from error

    def save(self, metadata: RecordingMetadata) -> None:
        """Keep a recording's metadata atomically."""
        self.write(f"metadata/{metadata.recording_id}.json", metadata.model_dump_json(indent=1))

    def _path(self, name: str) -> Path:
        parts = PurePosixPath(name)
        if parts.is_absolute() or ".." in parts.parts or not parts.parts or "\0" in name:
            raise RecordingNotFound(f"{name!r} is no name in the store: names look like audio/ID.wav")
        return self.root / parts


def _recording_of(name: str) -> str:
    return PurePosixPath(name).stem


def _archive_of(name: str) -> str:
    """Name the FLAC that may have taken a recording's place; "" for any other file."""
    return f"archive/{_recording_of(name)}.flac" if name.startswith("audio/") else ""
