"""Room on the disk for the end of a recording, taken when the call begins: a full disk cannot take its metadata."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ivr.files import sync_folder

if TYPE_CHECKING:
    from pathlib import Path

FIRST = 256 * 1024
"""Bytes that are taken first; enough for some hundred turns."""
LEAST = 16 * 1024


def reserve_path(folder: Path, name: str) -> Path:
    """Say where the room of a recording is kept while it is open."""
    return folder / f".{name}.reserve"


class Reserve:
    """A file whose blocks are allocated; the content is written into it in place and it is renamed where it belongs.

    To give the room back and to write anew would let other calls take it in between.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None
        self.size = 0

    def hold(self, size: int = FIRST) -> None:
        """Have at least so many bytes, or else as much of it as there is; OSError when there is no room even for that.

        May be repeated, for more.
        """
        refused: OSError | None = None
        while size > self.size and size >= LEAST:
            try:
                os.posix_fallocate(self._opened(), 0, size)
            except OSError as error:
                refused, size = error, size // 2
            else:
                self.size = size
        if refused is not None and not self.size:
            raise refused

    def keep(self, content: bytes, target: Path) -> None:
        """Make ``content`` the file ``target``, whole or not at all; OSError when even the room held is too little."""
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor, written = self._opened(), 0
        while written < len(content):
            written += os.pwrite(descriptor, content[written:], written)
        os.ftruncate(descriptor, len(content))
        os.fsync(descriptor)
        self._path.replace(target)
        self._close()
        sync_folder(target.parent)

    def free(self) -> None:
        """Give the room back."""
        self._path.unlink(missing_ok=True)
        self._close()

    def _opened(self) -> int:
        if self._descriptor is None:
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
        return self._descriptor

    def _close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
        self.size = 0
