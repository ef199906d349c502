"""The database as the API reads it: one short transaction a question."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import text

from ivr.db import figures, queries
from ivr.db.marks import mark_recording
from ivr.db.search import RecordingsWanted, each_recording, search_recordings
from ivr.db.session import reading, writing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Engine

    from ivr.db.figures import Overview, Totals
    from ivr.db.marks import Change
    from ivr.db.search import FoundRecording, RecordingsPage
    from ivr.metadata import RecordingMetadata
    from ivr.web.backend import CallFilter, RecordingFilter, RecordingPaging


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

    def recordings(self, wanted: RecordingPaging) -> RecordingsPage:
        """Give a page of recordings, newest first."""
        with reading(self._engine) as session:
            return search_recordings(session, RecordingsWanted(**dict(wanted)))

    def each_recording(self, wanted: RecordingFilter) -> Iterator[FoundRecording]:
        """Give all recordings that fit, newest first, a few at a time."""
        with reading(self._engine) as session:
            yield from each_recording(session, RecordingsWanted(**dict(wanted)))

    def mark(self, recording_id: str, change: Change, because: str) -> None:
        """Put a recording into the bin, hold it, or take that back."""
        with writing(self._engine) as session:
            mark_recording(session, recording_id, change, because, datetime.now(UTC))

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
