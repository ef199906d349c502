"""Writes calls down in the database while they run, without ever keeping a call waiting or ending it."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from ivr.db.call_lessons import learn_from_call
from ivr.db.leases import KEEP, DatabaseQueue, enqueue
from ivr.db.memory import remember
from ivr.db.queries import Worker, write_call
from ivr.db.session import writing
from ivr.errors import StorageError

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from ivr.metadata import RecordingMetadata

log = logging.getLogger(__name__)

PROCESS = "process"
"""The kind of the post-call job."""


class DatabaseBook:
    """A CallBook. A database that is away is told in the log; ``ivr recordings recover`` fills it up from the files."""

    def __init__(
        self, engine: Engine, *, process: bool = True, tenant: str = "default", memory_days: int = 0, keep: bool = False
    ) -> None:
        self._engine = engine
        self._process = process
        self._tenant = tenant
        self._memory_days = memory_days
        self._keep = keep
        self._worker = Worker(os.getpid(), socket.gethostname())
        self._opening: dict[str, asyncio.Task[None]] = {}

    async def opened(self, metadata: RecordingMetadata) -> None:
        """Note that a call is up; the greeting does not wait for the database."""
        now = metadata.model_copy(deep=True)
        self._opening[metadata.conversation_id] = asyncio.create_task(asyncio.to_thread(self._write, now, ended=False))

    async def changed(self, metadata: RecordingMetadata) -> None:
        """Note what has changed while it is up."""
        opening = self._opening.get(metadata.conversation_id)
        now = metadata.model_copy(deep=True)
        self._opening[metadata.conversation_id] = asyncio.create_task(self._write_after(opening, now))

    async def _write_after(self, earlier: asyncio.Task[None] | None, metadata: RecordingMetadata) -> None:
        if earlier is not None:
            await earlier
        await asyncio.to_thread(self._write, metadata, ended=False)

    async def closed(self, metadata: RecordingMetadata) -> None:
        """Note how it ended, with all its turns, and queue its post-call job."""
        opening = self._opening.pop(metadata.conversation_id, None)
        if opening is not None:
            await opening
        await asyncio.to_thread(self._write, metadata, ended=True)

    def _write(self, metadata: RecordingMetadata, *, ended: bool) -> None:
        try:
            with writing(self._engine) as session:
                write_call(session, metadata, self._worker, ended=ended)
                if ended and self._keep:
                    enqueue(session, KEEP, {"recording_id": metadata.recording_id})
            if ended:
                with writing(self._engine) as session:
                    learn_from_call(session, self._tenant, metadata)
                    remember(session, self._tenant, metadata, self._memory_days)
            if ended and self._process and metadata.audio.sha256 and not metadata.processed:
                DatabaseQueue(self._engine).submit(PROCESS, {"recording_id": metadata.recording_id})
        except (StorageError, SQLAlchemyError) as error:
            log.error(  # noqa: TRY400 - the sentence says the mend; a trace would hide it
                "call %s is not in the database: %s; then run ivr recordings recover", metadata.conversation_id, error
            )
