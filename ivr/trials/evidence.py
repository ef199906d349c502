"""What the system itself wrote down about a call: its journal while it runs, its metadata when it is over."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from ivr.errors import IvrError
from ivr.metadata import RecordingMetadata

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

LOOK_EVERY = 0.1


class EvidenceMissing(IvrError):
    """The call left no journal or metadata where they should be."""


class CallEvidence:
    """Finds a call's files in the local recording store: the newest that began after ``since`` (Unix time)."""

    def __init__(self, store: Path, since: float) -> None:
        self._store = store
        self._since = since

    async def journal(self, within: float = 10.0) -> Path:
        """Wait for the running call's journal."""
        return await self._newest("audio", "*.journal.jsonl", within)

    async def metadata(self, within: float = 20.0) -> RecordingMetadata:
        """Wait for the finished call's metadata."""
        deadline = time.monotonic() + within
        while True:
            path = await self._newest("metadata", "*.json", max(0.0, deadline - time.monotonic()))
            try:
                found = RecordingMetadata.model_validate_json(path.read_text(encoding="utf-8"))
            except ValidationError as error:
                raise EvidenceMissing(f"{path} is no call metadata: {error}; report this as a bug") from error
            if found.call.ended_at is not None or time.monotonic() > deadline:
                return found
            await asyncio.sleep(LOOK_EVERY)

    async def _newest(self, folder: str, pattern: str, within: float) -> Path:
        deadline = time.monotonic() + within
        while True:
            found = [path for path in (self._store / folder).glob(pattern) if path.stat().st_mtime >= self._since]
            if found:
                return max(found, key=lambda path: path.stat().st_mtime)
            if time.monotonic() > deadline:
                raise EvidenceMissing(
                    f"no {pattern} appeared in {self._store / folder} within {within:g} s; "
                    "is STORAGE_LOCAL_PATH the one of the running system?"
                )
            await asyncio.sleep(LOOK_EVERY)


async def follow(path: Path, every: float = LOOK_EVERY) -> AsyncIterator[dict[str, Any]]:
    """Yield a journal's entries as they are written, until cancelled or the file is gone."""
    position, rest = 0, ""
    while (news := _read_from(path, position)) is not None:
        position += len(news)
        *lines, rest = (rest + news.decode()).split("\n")
        for line in lines:
            if line.strip():
                yield json.loads(line)
        await asyncio.sleep(every)


def _read_from(path: Path, position: int) -> bytes | None:
    """Read what is new in a file; whole lines are written at once, so no character is cut."""
    try:
        with path.open("rb") as file:
            file.seek(position)
            return file.read()
    except FileNotFoundError:
        return None
