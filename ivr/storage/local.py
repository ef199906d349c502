"""Recordings in a folder."""

from __future__ import annotations

import os
import shutil
from pathlib import Path, PurePosixPath

from ivr.call.journal import SUFFIX
from ivr.call.reserve import reserve_path
from ivr.errors import ChecksumMismatch, RecordingNotFound, StorageError
from ivr.files import sha256_of, sync_folder, translated, write_whole
from ivr.metadata import RecordingMetadata, read_metadata

KEPT = (
    "audio/{}.wav",
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

    keeps = False
    """Whether closed recordings are brought somewhere, by ``keep``."""

    def __init__(self, root: Path) -> None:
        self.root = root.expanduser().absolute()

    def put(self, name: str, source: Path) -> str:
        """Keep a file atomically; answers its sha256."""
        target = self._path(name)
        fresh = target.with_name(f".{target.name}.new")
        with translated(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                shutil.copyfile(source, fresh)
                with fresh.open("rb+") as file:
                    os.fsync(file.fileno())
                digest = sha256_of(fresh)
                fresh.replace(target)
            finally:
                fresh.unlink(missing_ok=True)
            sync_folder(target.parent)
        return digest

    def write(self, name: str, content: str) -> None:
        """Keep a text atomically."""
        write_whole(self._path(name), content.encode())

    def fetch(self, name: str) -> Path:
        """Give the path of a file."""
        path = self._path(name)
        if not path.is_file():
            raise RecordingNotFound(f"{name} is not in {self.root}: ivr recordings list names what there is")
        return path

    def delete(self, name: str) -> None:
        """Remove a file."""
        path = self.fetch(name)
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
        """Tell whether there is such a file."""
        return self.here(name)

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

    def load(self, recording_id: str) -> RecordingMetadata:
        """Read a recording's metadata, upgraded to this version's schema."""
        path = self.fetch(f"metadata/{recording_id}.json")
        try:
            return read_metadata(path.read_bytes())
        except StorageError as error:
            raise StorageError(f"{path}: {error}") from error

    def save(self, metadata: RecordingMetadata) -> None:
        """Keep a recording's metadata atomically."""
        self.write(f"metadata/{metadata.recording_id}.json", metadata.model_dump_json(indent=1))

    def _path(self, name: str) -> Path:
        parts = PurePosixPath(name)
        if parts.is_absolute() or ".." in parts.parts or not parts.parts or "\0" in name:
            raise RecordingNotFound(f"{name!r} is no name in the store: names look like audio/ID.wav")
        return self.root / parts
