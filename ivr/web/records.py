"""The database as the API reads it: one short transaction a question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from ivr.db import figures, queries
from ivr.db.queries import RecordingsWanted
from ivr.db.session import reading

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Engine

    from ivr.db.figures import Overview, Totals
    from ivr.metadata import RecordingMetadata
    from ivr.web.backend import CallFilter, RecordingFilter


class DatabaseRecords:
    """Records on SQLite or PostgreSQL; StorageUnavailable when the database is away."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def ping(self) -> None:
        """Ask for the number one."""
        with reading(self._engine) as session:
            session.execute(text("SELECT 1"))

    def calls(self, wanted: CallFilter) -> tuple[Sequence[RecordingMetadata], int]:
        """List calls, newest first, and say how many there are in all."""
        with reading(self._engine) as session:
            return queries.list_calls(session, active=wanted.active, limit=wanted.limit, offset=wanted.offset)

    def recordings(self, wanted: RecordingFilter) -> tuple[Sequence[RecordingMetadata], int]:
        """List recordings, newest first, and say how many there are in all."""
        with reading(self._engine) as session:
            return queries.list_recordings(session, RecordingsWanted(**dict(wanted)))

    def recording(self, recording_id: str) -> RecordingMetadata:
        """Give one recording's metadata."""
        with reading(self._engine) as session:
            return queries.get_recording(session, recording_id)

    def conversation(self, conversation_id: str) -> RecordingMetadata:
        """Give one conversation's metadata."""
        with reading(self._engine) as session:
            return queries.get_conversation(session, conversation_id)

    def totals(self) -> Totals:
        """Add everything up."""
        with reading(self._engine) as session:
            return figures.totals(session)

    def overview(self, today: datetime) -> Overview:
        """Aggregate the calls since the day began."""
        with reading(self._engine) as session:
            return figures.overview(session, today)
