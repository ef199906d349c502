"""The API on records in memory, asked without a network."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from ivr.analysis.listening import Listener
from ivr.analysis.post_call import Ears
from ivr.audio.level import dbfs
from ivr.bootstrap_variants import read_experiment
from ivr.db.correction_book import CorrectionBook
from ivr.db.experiment_book import ExperimentBook
from ivr.db.figures import Overview, Totals
from ivr.db.migrate import migrate
from ivr.db.search import FoundRecording, RecordingsPage, line_of
from ivr.db.session import open_database
from ivr.errors import AriUnavailable, RecordingHeld, RecordingNotFound, SpyRefused, StorageUnavailable, TransferRefused
from ivr.metadata import RecordingMetadata
from ivr.ports import DETECT, Hints, Transcript, Word
from ivr.settings import Settings
from ivr.telephony.moving import demand_allowed
from ivr.web.app import create_app
from ivr.web.backend import Backend, Experiments

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from fastapi import FastAPI

    from ivr.audio.frame import AudioFrame
    from ivr.db.marks import Change
    from ivr.telephony.moving import Move
    from ivr.telephony.spying import Spy
    from ivr.web.backend import CallFilter, RecordingFilter, RecordingPaging

KEY = "a-key-for-tests"


@dataclass
class MemoryRecords:
    found: list[RecordingMetadata] = field(default_factory=list)
    up: bool = True
    seen_filter: RecordingFilter | None = None
    marks: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    def ping(self) -> None:
        if not self.up:
            raise StorageUnavailable("the database does not answer: start it, or set DATABASE_URL")

    def calls(self, wanted: CallFilter) -> tuple[list[RecordingMetadata], int]:
        return self.found[wanted.offset : wanted.offset + wanted.limit], len(self.found)

    def recordings(self, wanted: RecordingPaging) -> RecordingsPage:
        self.seen_filter = wanted
        after = int(wanted.cursor or 0)
        lines = [line_of(item) for item in self.found[after : after + wanted.limit]]
        return RecordingsPage(lines, len(self.found), str(after + wanted.limit))

    def each_recording(self, wanted: RecordingFilter) -> Iterator[FoundRecording]:
        self.seen_filter = wanted
        yield from map(line_of, self.found)

    def mark(self, recording_id: str, change: Change, because: str) -> None:
        if change == "bin" and ("hold" in [kind for kind, _ in self.marks.get(recording_id, [])]):
            raise RecordingHeld("it is held: ivr recordings release ends that")
        self.marks.setdefault(self.recording(recording_id).recording_id, []).append((change, because))

    def recording(self, recording_id: str) -> RecordingMetadata:
        for item in self.found:
            if item.recording_id == recording_id:
                return item
        raise RecordingNotFound(f"no recording {recording_id}: ivr recordings list names them")

    def conversation(self, conversation_id: str) -> RecordingMetadata:
        return self.recording(f"rec_{conversation_id}")

    def totals(self) -> Totals:
        return Totals(len(self.found), 0, 61.5, {"queued": 2})

    def overview(self, today: datetime) -> Overview:
        assert today.utcoffset() is not None
        return Overview(3, 1, 210.04, 0.78, 0.15, ["billing"], 812.34, 0.08, -0.25)


@dataclass
class MemoryLine:
    up: bool = True
    hung_up: list[str] = field(default_factory=list)
    spied: list[tuple[str, Spy]] = field(default_factory=list)
    moved: list[tuple[str, Move]] = field(default_factory=list)

    async def ping(self) -> None:
        if not self.up:
            raise AriUnavailable("ARI does not answer: ivr up starts the PBX")

    async def hang_up(self, channel_id: str) -> None:
        self.hung_up.append(channel_id)

    async def spy(self, channel_id: str, wanted: Spy) -> None:
        if wanted.mode == "whisper":
            raise SpyRefused("nobody serves the caller yet; listen meanwhile")
        self.spied.append((channel_id, wanted))

    async def move(self, channel_id: str, wanted: Move) -> None:
        demand_allowed(wanted.target, "ES")
        if wanted.target == "1008":
            raise TransferRefused("the caller is being moved already; GET /calls/{id} shows how it goes")
        self.moved.append((channel_id, wanted))

    async def aclose(self) -> None:
        self.up = False


@dataclass
class FolderStore:
    path: Path

    def fetch(self, name: str) -> Path:
        if not (self.path / name).exists():
            raise RecordingNotFound(f"{name} is not in the store: ivr recordings verify tells what is missing")
        return self.path / name

    def put(self, name: str, source: Path) -> str:
        raise NotImplementedError

    def delete(self, name: str) -> None:
        raise NotImplementedError

    def verify(self, name: str, sha256: str) -> None:
        raise NotImplementedError


@dataclass
class MemoryJobs:
    submitted: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def submit(self, kind: str, payload: Mapping[str, Any]) -> str:
        self.submitted.append((kind, dict(payload)))
        return f"job-{len(self.submitted)}"


@dataclass
class MemoryEar:
    """Recognises the same words in every piece; knows which language was asked for."""

    tongue: str = "es"
    text: str = "mi saldo"
    understands: tuple[int, ...] = (8000, 16000)
    """Hz of the sounds that it can make words of."""
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    hints: list[Hints] = field(default_factory=list)

    async def transcribe(self, speech: AudioFrame, hints: Hints) -> Transcript:
        await self.gate.wait()
        self.hints.append(hints)
        assert speech.samples
        if speech.rate not in self.understands:
            return Transcript("chrr", confidence=0.2)
        language = self.tongue if hints.language == DETECT else hints.language
        return Transcript(self.text, (Word("mi", 0.2, 0.4, 0.8), Word("saldo", 0.4, 0.9, 0.6)), 0.7, language=language)


class Loudness:
    """A voice detector: a window that is loud is speech."""

    rate = 8000
    window = 256

    def new_stream(self) -> object:
        return object()

    def probabilities(self, streams: Sequence[object], windows: Sequence[bytes]) -> Sequence[float]:
        assert len(streams) == len(windows)
        return [float(dbfs(window) > -40) for window in windows]


@pytest.fixture
def ear() -> MemoryEar:
    ear = MemoryEar()
    ear.gate.set()
    return ear


@pytest.fixture
def records() -> MemoryRecords:
    return MemoryRecords([RecordingMetadata(recording_id=f"rec_{n}", conversation_id=str(n)) for n in range(3)])


@pytest.fixture
def line() -> MemoryLine:
    return MemoryLine()


@pytest.fixture
def jobs() -> MemoryJobs:
    return MemoryJobs()


@pytest.fixture
def app(tmp_path: Path, records: MemoryRecords, line: MemoryLine, jobs: MemoryJobs, ear: MemoryEar) -> FastAPI:
    store = tmp_path / "recordings"
    (store / "audio").mkdir(parents=True)
    listener = Listener(lambda: Ears(ear, Loudness()), "es")
    database = open_database(f"sqlite:///{tmp_path}/ivr.sqlite")
    migrate(database)
    bank = CorrectionBook(database, "acme")
    trials = Experiments(
        ExperimentBook(database, "acme"), lambda text: read_experiment(Settings(), text, "the experiment", tmp_path)
    )
    return create_app(Backend(tmp_path, records, line, FolderStore(store), store, jobs, listener, bank, trials), KEY)


@pytest.fixture
def api(app: FastAPI) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://ivr", headers={"X-API-Key": KEY})
