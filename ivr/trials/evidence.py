"""What the system itself wrote down about a call: its journal while it runs, its metadata when it is over."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import time
from typing import TYPE_CHECKING, Any, BinaryIO

from ivr.errors import IvrError
from ivr.metadata import RecordingMetadata

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

LOOK_EVERY = 0.1


class EvidenceMissing(IvrError):
    """The call left no journal or metadata where they should be."""


class CallEvidence:
    """Finds the files of one caller's call in the local recording store: the newest since ``since`` (Unix time).

    What follows when nobody answers a caller who was transferred counts as another call.
    """

    def __init__(self, store: Path, caller: str, since: float) -> None:
        self._store = store
        self._caller = caller
        self._since = since

    async def journal(self, within: float = 10.0) -> Path:
        """Wait for the running call's journal."""
        found = await self._find("open", "*.journal.jsonl", within, _journal_start)
        return found[0]

    async def metadata(self, within: float = 20.0, recording: str = "*") -> RecordingMetadata:
        """Wait for the finished call's metadata.

        Name the ``recording`` where the caller calls often: an earlier call's file changes when it is processed.
        """
        found = await self._find("metadata", f"{recording}.json", within, RecordingMetadata.model_validate_json)
        return found[1]

    async def _find(
        self, folder: str, pattern: str, within: float, read: Callable[[bytes], RecordingMetadata]
    ) -> tuple[Path, RecordingMetadata]:
        deadline = time.monotonic() + within
        while True:
            found = self._newest(folder, pattern, read)
            if found is not None:
                return found
            if time.monotonic() > deadline:
                raise EvidenceMissing(
                    f"no {pattern} of a call from {self._caller} appeared in {self._store / folder} within {within:g} "
                    "s; is STORAGE_LOCAL_PATH the one of the running system? Look at: ivr logs calls"
                )
            await asyncio.sleep(LOOK_EVERY)

    def _newest(
        self, folder: str, pattern: str, read: Callable[[bytes], RecordingMetadata]
    ) -> tuple[Path, RecordingMetadata] | None:
        """Give the newest fitting file; one that cannot be read yet, or is gone again, does not fit."""
        dated: list[tuple[float, Path]] = []
        for path in (self._store / folder).glob(pattern):
            with contextlib.suppress(FileNotFoundError):
                dated.append((path.stat().st_mtime, path))
        for changed, path in sorted(dated, reverse=True):
            if changed < self._since:
                break
            with contextlib.suppress(FileNotFoundError, ValueError):
                metadata = read(path.read_bytes())
                if metadata.call.caller == self._caller and not metadata.call.returned:
                    return path, metadata
        return None


def _journal_start(content: bytes) -> RecordingMetadata:
    """Read the metadata out of a journal's first line."""
    return RecordingMetadata.model_validate(json.loads(content.partition(b"\n")[0])["data"])


async def follow(path: Path, every: float = LOOK_EVERY) -> AsyncIterator[dict[str, Any]]:
    """Yield a journal's entries as they are written; ends when the file was removed and all of it has been read."""
    with _open(path) as file:
        rest = b""
        over = False
        while not over:
            over = os.fstat(file.fileno()).st_nlink == 0  # looked at before the last reading, so that nothing is missed
            *lines, rest = (rest + file.read()).split(b"\n")
            for line in lines:
                if line.strip():
                    yield json.loads(line)
            if not over:
                await asyncio.sleep(every)


def _open(path: Path) -> BinaryIO:
    return path.open("rb")
