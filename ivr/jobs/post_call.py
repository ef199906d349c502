"""The post-call job as workers and the command line run it: process a recording, then write it down."""

from __future__ import annotations

import asyncio
import os
import socket
from typing import TYPE_CHECKING, Any

from ivr.db.book import PROCESS
from ivr.db.queries import Worker, get_recording, write_call
from ivr.db.session import reading, writing
from ivr.errors import MisuseError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Engine

    from ivr.analysis.post_call import PostCall
    from ivr.metadata import RecordingMetadata


class PostCallJob:
    """Runs jobs of kind ``process``; ``post_call`` is built at the first one, since it loads models."""

    def __init__(
        self,
        database: Engine,
        new_post_call: Callable[[], PostCall],
        redact: Callable[[RecordingMetadata], RecordingMetadata] = lambda metadata: metadata,
    ) -> None:
        self._redact = redact
        self._database = database
        self._new_post_call = new_post_call
        self._post_call: PostCall | None = None

    def __call__(
        self, kind: str, payload: Mapping[str, Any], on_progress: Callable[[float], None] = lambda _: None
    ) -> None:
        """Run one job; what is processed already is left alone unless ``reprocess`` says otherwise."""
        if kind != PROCESS:
            raise MisuseError(f"no worker knows jobs of kind {kind!r}; only {PROCESS!r}")
        recording_id = str(payload["recording_id"])
        if not payload.get("reprocess"):
            with reading(self._database) as session:
                if get_recording(session, recording_id).processed:
                    return
        asyncio.run(self.process(recording_id, on_progress))

    async def process(self, recording_id: str, on_progress: Callable[[float], None]) -> RecordingMetadata:
        """Process one recording and write the result down."""
        if self._post_call is None:
            self._post_call = self._new_post_call()
        metadata = await self._post_call.process(recording_id, on_progress)
        metadata = await asyncio.to_thread(self._redact, metadata)
        await asyncio.to_thread(self._keep, metadata)
        return metadata

    def _keep(self, metadata: RecordingMetadata) -> None:
        with writing(self._database) as session:
            write_call(session, metadata, Worker(os.getpid(), socket.gethostname()), ended=True)
