"""Files that are whole or absent: written beside their place, synced, then renamed."""

from __future__ import annotations

import errno
import hashlib
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ivr.errors import StorageError, StorageFull, StorageUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_BLOCK = 1 << 20


def storage_error(error: OSError, path: Path) -> StorageError:
    """Translate what the operating system said about ``path`` into our own error, with the mend."""
    if error.errno in _NO_ROOM:
        return StorageFull(
            f"no room left to write {path} ({error.strerror}): free some space, "
            "or set STORAGE_LOCAL_PATH to a larger disk"
        )
    return StorageUnavailable(
        f"{path} cannot be used ({error.strerror or error}): check that the disk is mounted and that we may write there"
    )


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn any OSError of the block into StorageFull or StorageUnavailable."""
    try:
        yield
    except OSError as error:
        raise storage_error(error, path) from error


def write_whole(path: Path, content: bytes, mode: int = 0o666) -> None:
    """Write a file so that a crash leaves the old one or the new one; StorageFull or StorageUnavailable."""
    with translated(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.{os.getpid()}.new")
        try:
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(path)
        except OSError:
            fresh.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the renames in a folder survive a power failure."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sha256_of(path: Path) -> str:
    """Hash a file, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
