"""The post-call job: hear a recording again, find what it was about, measure it, write the reports.

Safe to repeat and to be killed at any moment: every file is replaced whole, ``processed`` comes last.
"""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ivr.analysis.agreement import live_disagreement
from ivr.analysis.findings import caller_lines, find_intents, list_entities, summarize, topics_of
from ivr.analysis.listening_copy import copy_for_listening
from ivr.analysis.quality import measure_quality
from ivr.analysis.report import render_report
from ivr.analysis.transcript_files import as_text, as_vtt
from ivr.analysis.transcription import Transcription
from ivr.analysis.voice_activity import find_speech
from ivr.audio.listeners import HEARS_CLEAN, Listener
from ivr.audio.wav import read_wav, write_wav
from ivr.errors import MediaError, StorageError
from ivr.files import storage_error
from ivr.language.sentiment import level_of
from ivr.metadata import AnalysisRecord, RecordingMetadata, TranscriptionRecord, read_metadata

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ivr.analysis.voice_activity import Span
    from ivr.audio.frame import AudioFrame
    from ivr.ports import Denoiser, RecordingStore, Transcriber, VoiceDetector

TRACKS = 2


@dataclass(frozen=True, slots=True)
class Ears:
    """What the job hears with; ``versions`` names the models that it used."""

    transcriber: Transcriber
    detector: VoiceDetector
    language: str = "es"
    versions: Mapping[str, str] = field(default_factory=dict)
    denoiser: Denoiser | None = None
    """Makes the listening copy; None = there is none."""


def _nowhere(share: float) -> None:
    del share


class PostCall:
    """Processes recordings of one store; ``products`` are those that its callers may name."""

    def __init__(self, store: RecordingStore, ears: Ears, products: Sequence[str] = ()) -> None:
        self._store = store
        self._ears = ears
        self._products = products

    async def process(self, recording_id: str, on_progress: Callable[[float], None] = _nowhere) -> RecordingMetadata:
        """Process one recording; answers its new metadata.

        RecordingNotFound, ChecksumMismatch or another StorageError when its files cannot be used or written; the
        engines' own errors when they fail. ``on_progress`` gets shares from 0 to 1.
        """
        try:
            return await self._process(recording_id, on_progress)
        except OSError as error:  # of the store, or of the folder for temporary files
            raise storage_error(error, Path(error.filename or tempfile.gettempdir())) from error

    async def _process(self, recording_id: str, on_progress: Callable[[float], None]) -> RecordingMetadata:
        metadata = read_metadata(self._store.fetch(f"metadata/{recording_id}.json").read_bytes())
        tracks = await asyncio.to_thread(self._tracks, metadata)
        speech = await asyncio.to_thread(find_speech, tracks, self._ears.detector)
        hearing = Transcription(self._ears.transcriber, self._ears.language, on_progress)
        segments = await hearing.hear(tracks, speech, metadata.turns)
        metadata.transcription = TranscriptionRecord(
            text="\n".join(f"{part.who}: {part.text}" for part in segments),
            segments=segments,
            corrections=[item for part in segments for item in part.corrections],
            language=self._ears.language,
        )
        metadata.analysis = self._analyse(metadata)
        caller, agent = speech
        quality = measure_quality(caller, agent, metadata.audio.duration)
        extra: dict[str, object] = {
            "quality": quality.model_dump(),
            "live_wer": live_disagreement(metadata.turns, segments),
            "processed_at": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        metadata.analysis = AnalysisRecord.model_validate(metadata.analysis.model_dump() | extra)
        metadata.versions |= {f"offline_{part}": version for part, version in self._ears.versions.items()}
        metadata.processed, metadata.processing_mode = True, "offline"
        await self._copy_for_listening(metadata, tracks, speech[0])
        await asyncio.to_thread(self._write, metadata, tracks)
        return metadata

    async def _copy_for_listening(
        self, metadata: RecordingMetadata, tracks: Sequence[AudioFrame], spoken: Sequence[Span]
    ) -> None:
        """Keep the recording once more with the caller's noise taken out; the recording itself stays as it was."""
        most_db = HEARS_CLEAN.get(Listener.RECORDING_COPY)
        if self._ears.denoiser is None or most_db is None or not tracks[0].samples:
            return
        caller, agent = tracks
        clean = await self._ears.denoiser.clean(caller)
        clean = await asyncio.to_thread(copy_for_listening, caller, clean, spoken, most_db)
        name = f"listening/{metadata.recording_id}.wav"
        with tempfile.TemporaryDirectory(prefix="ivr-listening-") as folder:
            fresh = Path(folder) / "copy.wav"
            await asyncio.to_thread(write_wav, fresh, clean, agent)
            await asyncio.to_thread(self._store.put, name, fresh)
        metadata.audio.listening_copy = name

    def _tracks(self, metadata: RecordingMetadata) -> Sequence[AudioFrame]:
        name = f"audio/{metadata.recording_id}.wav"
        if metadata.audio.sha256:
            self._store.verify(name, metadata.audio.sha256)
        path = self._store.fetch(name)
        try:
            tracks = read_wav(path)
        except MediaError as error:
            raise StorageError(f"{error}; or leave this recording out") from error
        if len(tracks) != TRACKS:
            raise StorageError(f"{path} has {len(tracks)} tracks, not caller and agent: restore it from a copy")
        return tracks

    def _analyse(self, metadata: RecordingMetadata) -> AnalysisRecord:
        """Find intents, entities, topics and how the caller felt; coherence stays unknown until it can be judged."""
        lines = caller_lines(metadata)
        intents = find_intents(lines)
        topics = topics_of(intents)
        when = (metadata.call.started_at or datetime.now(UTC)).astimezone().replace(tzinfo=None)
        metadata.analysis = AnalysisRecord(
            intent=topics[0] if topics else None, entities=list_entities(lines, when, self._products), topics=topics
        )
        found = metadata.analysis.model_dump() | {"intents": intents, "summary": summarize(metadata)}
        found |= _feelings(metadata)
        return AnalysisRecord.model_validate(found)

    def _write(self, metadata: RecordingMetadata, tracks: Sequence[AudioFrame]) -> None:
        name = metadata.recording_id
        files = {
            f"transcripts/{name}.txt": as_text(metadata),
            f"transcripts/{name}.vtt": as_vtt(metadata),
            f"reports/{name}.html": render_report(metadata, tracks),
            f"metadata/{name}.json": metadata.model_dump_json(indent=1),
        }
        with tempfile.TemporaryDirectory(prefix="ivr-report-") as folder:
            for place, content in files.items():
                fresh = Path(folder) / "content"
                fresh.write_text(content, encoding="utf-8")
                self._store.put(place, fresh)


def _feelings(metadata: RecordingMetadata) -> dict[str, object]:
    """Tell how the caller felt in the end, from what was noted turn by turn; nothing where nothing was noted."""
    trends = [turn.sentiment_trend for turn in metadata.turns if turn.sentiment_trend is not None]
    return {"sentiment": level_of(trends[-1]), "sentiment_score": trends[-1]} if trends else {}
