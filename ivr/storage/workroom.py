"""Readable copies of files that rest encrypted or compressed, for as long as they are read."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

COPIES = 16
"""The oldest copy beyond these is removed; whoever has it open reads on."""


class Workroom:
    """A folder that only we may read, gone when the process ends."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._copies: deque[Path] = deque()

    def copy(self, name: str, write: Callable[[Path], None]) -> Path:
        """Give the path of a fresh copy that ``write`` fills."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="ivr-open-"))
            weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        place = Path(tempfile.mkdtemp(dir=self._folder)) / Path(name).name
        try:
            write(place)
        except BaseException:
            shutil.rmtree(place.parent, ignore_errors=True)
            raise
        self._copies.append(place.parent)
        while len(self._copies) > COPIES:
            shutil.rmtree(self._copies.popleft(), ignore_errors=True)
        return place
