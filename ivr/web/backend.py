"""What the API stands on: the call records, the live line, the recording store and the jobs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Protocol

from fastapi import Request  # noqa: TC002 - FastAPI reads annotations
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from ivr.dialogue.outcome import Outcome  # noqa: TC001 - pydantic needs it at run time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from ivr.analysis.listening import Listener
    from ivr.db.correction_book import CorrectionBook
    from ivr.db.experiment_book import ExperimentBook
    from ivr.db.figures import Overview, Totals
    from ivr.db.marks import Change
    from ivr.db.search import FoundRecording, RecordingsPage
    from ivr.experiments.definition import Experiment
    from ivr.metadata import RecordingMetadata
    from ivr.ports import JobQueue, RecordingStore
    from ivr.telephony.moving import Move
    from ivr.telephony.spying import Spy

LARGEST_PAGE = 500


def _with_zone(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


Moment = Annotated[datetime, AfterValidator(_with_zone)]


class Paging(BaseModel):
    """Which part of a list is wanted."""

    model_config = ConfigDict(extra="forbid")
    limit: int = Field(50, ge=1, le=LARGEST_PAGE, description="How many at most.")
    offset: int = Field(0, ge=0, description="How many to leave out first.")


class RecordingFilter(BaseModel):
    """Which recordings are wanted; all conditions must hold."""

    model_config = ConfigDict(extra="forbid")
    conversation: str | None = Field(None, description="Conversation id.")
    since: Moment | None = Field(None, description="Started at or after; UTC unless a zone is given.")
    until: Moment | None = Field(None, description="Started before; UTC unless a zone is given.")
    processed: bool | None = Field(None, description="Whether the post-call job is done.")
    sentiment: str | None = Field(None, description="What the post-call job found.")
    intent: str | None = Field(None, description="What the post-call job found.")
    outcome: Outcome | None = Field(None, description="How the call ended.")
    entity: str | None = Field(None, max_length=200, description="TYPE, VALUE or TYPE:VALUE, as in dni:12345678Z.")
    number: str | None = Field(None, max_length=40, description="Who called or was called, written in any way.")
    longer_than: float | None = Field(None, ge=0, description="Seconds at least.")
    shorter_than: float | None = Field(None, ge=0, description="Seconds at most.")
    text: str | None = Field(
        None, max_length=200, description="Words that were all said; case, accents and Spanish endings do not matter."
    )
    binned: bool = Field(False, description="Those in the bin, instead of the others.")


class RecordingPaging(RecordingFilter):
    """Which page of which recordings is wanted."""

    limit: int = Field(50, ge=1, le=LARGEST_PAGE, description="How many at most.")
    cursor: str | None = Field(None, max_length=200, description="next_cursor of the page before; none: the first.")


class CallFilter(Paging):
    """Which calls are wanted."""

    active: bool | None = Field(None, description="true: in progress; false: over.")


class Records(Protocol):
    """The database, as the API reads it. Missing things are RecordingNotFound, a lost database StorageUnavailable."""

    def ping(self) -> None:
        """Ask the database something small."""
        ...

    def calls(self, wanted: CallFilter) -> tuple[Sequence[RecordingMetadata], int]:
        """List calls, newest first, and say how many there are in all."""
        ...

    def recordings(self, wanted: RecordingPaging) -> RecordingsPage:
        """Give a page of recordings, newest first; SearchRefused for what cannot be."""
        ...

    def each_recording(self, wanted: RecordingFilter) -> Iterator[FoundRecording]:
        """Give all recordings that fit, newest first, a few at a time; SearchRefused for what cannot be."""
        ...

    def mark(self, recording_id: str, change: Change, because: str) -> None:
        """Put a recording into the bin, hold it, or take that back; RecordingHeld for what must not go."""
        ...

    def recording(self, recording_id: str) -> RecordingMetadata:
        """Give one recording's metadata."""
        ...

    def conversation(self, conversation_id: str) -> RecordingMetadata:
        """Give one conversation's metadata."""
        ...

    def totals(self) -> Totals:
        """Add everything up."""
        ...

    def overview(self, today: datetime) -> Overview:
        """Aggregate for the dashboard; ``today`` is the UTC time at which the day began."""
        ...


class Line(Protocol):
    """The PBX, as the API uses it."""

    async def ping(self) -> None:
        """Ask ARI something small; AriUnavailable or AriUnauthorized when it fails."""
        ...

    async def hang_up(self, channel_id: str) -> None:
        """End a channel; ChannelGone when it is over already."""
        ...

    async def spy(self, channel_id: str, wanted: Spy) -> None:
        """Put a supervisor on a call; ChannelGone when it is over, SpyRefused when that cannot be."""
        ...

    async def move(self, channel_id: str, wanted: Move) -> None:
        """Move a caller; ChannelGone when the call is over, TransferRefused when that cannot be."""
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...


@dataclass(frozen=True, slots=True)
class Experiments:
    """The experiments, and how one is read that this installation can hold."""

    book: ExperimentBook
    read: Callable[[str], Experiment]


@dataclass(frozen=True, slots=True)
class Backend:
    """Everything the routers use."""

    home: Path
    records: Records
    line: Line
    store: RecordingStore
    store_path: Path
    jobs: JobQueue
    listener: Listener
    corrections: CorrectionBook
    experiments: Experiments
    products: Sequence[str] = ()
    """The house's, which callers may name."""


def backend_of(request: Request) -> Backend:
    """Give a router its backend."""
    backend: Backend = request.app.state.backend
    return backend
