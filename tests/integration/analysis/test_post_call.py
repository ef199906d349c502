"""The post-call job on a real store; what it hears is scripted."""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

import numpy as np
import pytest

from ivr.analysis.post_call import Ears, PostCall
from ivr.audio.codec import scaled
from ivr.audio.frame import AudioFrame
from ivr.audio.wav import read_wav, write_wav
from ivr.errors import ChecksumMismatch, EngineUnavailable, RecordingNotFound, StorageError, StorageFull
from ivr.files import sha256_of
from ivr.metadata import AudioRecord, Outcome, RecordingMetadata, TurnRecord
from ivr.ports import Hints, Transcript, Word
from ivr.storage.local import LocalStore

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ivr.ports import CleanStream

RATE = 8000


class Loudness:
    rate = RATE
    window = 256

    def new_stream(self) -> object:
        return object()

    def probabilities(self, streams: Sequence[object], windows: Sequence[bytes]) -> Sequence[float]:
        assert len(streams) == len(windows)
        return [float(any(window)) for window in windows]


@dataclass
class Scripted:
    """Hears the caller's lines in order, and of the agent only that it spoke."""

    lines: list[str]
    heard: list[AudioFrame] = field(default_factory=list)
    slots: list[frozenset[str]] = field(default_factory=list)

    async def transcribe(self, speech: AudioFrame, hints: Hints) -> Transcript:
        assert hints.words
        self.heard.append(speech)
        self.slots.append(hints.slots)
        text = self.lines[len(self.heard) - 1]
        if text == "broken":
            raise EngineUnavailable("Whisper is overloaded: try again later", "whisper")
        return Transcript(text, (Word(text, 0.2, 1.0, 0.9),) if text else (), 0.9)


def track(*spans: tuple[float, float], length: float = 10.0) -> AudioFrame:
    pcm = bytearray(2 * round(length * RATE))
    for start, end in spans:
        pcm[round(start * RATE) * 2 : round(end * RATE) * 2] = b"\x10\x20" * (round(end * RATE) - round(start * RATE))
    return AudioFrame(bytes(pcm), RATE)


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    store = LocalStore(tmp_path)
    sound = tmp_path / "audio/rec_1.wav"
    write_wav(sound, track((1, 2), (5, 6)), track((2.8, 4)))
    metadata = RecordingMetadata(
        recording_id="rec_1",
        conversation_id="1",
        audio=AudioRecord(duration=10.0, sha256=sha256_of(sound)),
        turns=[
            TurnRecord(who="caller", start=1, end=2, text="x", heard="quiero saber el salto", awaited=["person"]),
            TurnRecord(who="agent", start=2.8, end=4, text="Claro. ¿Y?", heard="Claro."),
        ],
        versions={"stt": "live"},
    )
    metadata.call.outcome = Outcome.COMPLETED
    store.save(metadata)
    return store


def post_call(store: LocalStore, *lines: str) -> tuple[PostCall, Scripted]:
    ear = Scripted(list(lines))
    return PostCall(store, Ears(ear, Loudness(), versions={"stt": "better"})), ear


async def test_both_sides_are_heard_again(store: LocalStore) -> None:
    job, ear = post_call(store, "quiero saber el saldo", "claro", "adiós")
    shares: list[float] = []
    metadata = await job.process("rec_1", shares.append)
    assert [(part.who, part.text, part.raw) for part in metadata.transcription.segments] == [
        ("caller", "quiero saber el saldo", "quiero saber el saldo"),
        ("agent", "Claro.", "claro"),
        ("caller", "adiós", "adiós"),
    ]
    word = metadata.transcription.segments[0].words[0]
    assert word.start == pytest.approx(1.0, abs=0.05)
    assert [round(frame.duration, 1) for frame in ear.heard] == pytest.approx([1.4, 1.6, 1.4], abs=0.11)
    assert shares[0] == 0
    assert shares[-1] == 1


async def test_a_turn_is_heard_again_with_what_the_dialogue_waited_for(store: LocalStore) -> None:
    job, ear = post_call(store, "me llamo echeberia", "claro", "adiós")
    await job.process("rec_1")
    assert ear.slots == [frozenset({"person"}), frozenset(), frozenset()]


async def test_what_is_found_is_kept_in_metadata_and_reports(store: LocalStore) -> None:
    job, _ = post_call(store, "quiero saber el saldo", "claro", "adiós")
    metadata = await job.process("rec_1")
    assert store.load("rec_1") == metadata
    assert (metadata.processed, metadata.processing_mode) == (True, "offline")
    assert metadata.analysis.intent == "account_balance"
    assert metadata.analysis.sentiment is None
    assert metadata.versions == {"stt": "live", "offline_stt": "better"}
    extra = metadata.analysis.model_extra or {}
    assert extra["live_wer"] == pytest.approx(2 / 5)
    assert extra["quality"]["response_gaps"] == [pytest.approx(0.8, abs=0.04)]
    assert "adiós" in store.fetch("transcripts/rec_1.txt").read_text()
    assert store.fetch("transcripts/rec_1.vtt").read_text().startswith("WEBVTT")
    assert "consultar su saldo" in store.fetch("reports/rec_1.html").read_text()


async def test_how_the_caller_felt_in_the_end_is_found_of_the_turns(store: LocalStore) -> None:
    metadata = store.load("rec_1")
    metadata.turns[0].sentiment_trend = 0.4
    later = TurnRecord(who="caller", start=5, end=6, text="fatal", heard="fatal", sentiment=-0.9, sentiment_trend=-0.7)
    metadata.turns.append(later)
    store.save(metadata)
    analysis = (await post_call(store, "quiero saber el saldo", "claro", "fatal")[0].process("rec_1")).analysis
    assert analysis.sentiment == "very_negative"
    assert (analysis.model_extra or {})["sentiment_score"] == -0.7


async def test_a_full_disk_is_told_with_its_mend(store: LocalStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> NoReturn:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/somewhere/content")

    with monkeypatch.context() as patch:
        patch.setattr("tempfile.mkdtemp", full)
        with pytest.raises(StorageFull, match=r"/somewhere/content.*free some space"):
            await post_call(store, "quiero saber el saldo", "claro", "adiós")[0].process("rec_1")
    assert not store.load("rec_1").processed


async def test_processing_again_gives_the_same(store: LocalStore) -> None:
    lines = ("quiero saber el saldo", "claro", "adiós")
    first = await post_call(store, *lines)[0].process("rec_1")
    second = await post_call(store, *lines)[0].process("rec_1")
    for metadata in (first, second):
        del metadata.analysis.processed_at  # type: ignore[attr-defined] # the only thing that differs
    assert first == second


async def test_an_engine_that_fails_leaves_the_recording_unprocessed(store: LocalStore) -> None:
    job, _ = post_call(store, "quiero saber el saldo", "broken")
    with pytest.raises(EngineUnavailable):
        await job.process("rec_1")
    assert not store.load("rec_1").processed


async def test_changed_sound_is_not_processed(store: LocalStore) -> None:
    write_wav(store.root / "audio/rec_1.wav", track(), track())
    with pytest.raises(ChecksumMismatch):
        await post_call(store)[0].process("rec_1")


async def test_sound_that_is_no_wav_is_told(store: LocalStore) -> None:
    path = store.root / "audio/rec_1.wav"
    path.write_bytes(b"nonsense")
    metadata = store.load("rec_1")
    metadata.audio.sha256 = sha256_of(path)
    store.save(metadata)
    with pytest.raises(StorageError, match="not a PCM WAV"):
        await post_call(store)[0].process("rec_1")


async def test_a_missing_recording_is_named(store: LocalStore) -> None:
    with pytest.raises(RecordingNotFound, match="rec_9"):
        await post_call(store)[0].process("rec_9")


async def test_a_silent_recording_is_processed_too(store: LocalStore) -> None:
    path = store.root / "audio/rec_2.wav"
    write_wav(path, track(), track())
    store.save(
        RecordingMetadata(
            recording_id="rec_2", conversation_id="2", audio=AudioRecord(duration=10, sha256=sha256_of(path))
        )
    )
    metadata = await post_call(store)[0].process("rec_2")
    assert metadata.transcription.segments == []
    assert metadata.analysis.intent is None
    assert metadata.processed


class Halver:
    """Makes everything half as loud."""

    lag = 3

    def open(self, rate: int) -> CleanStream:
        raise AssertionError(f"a recording is no call of {rate} Hz")

    async def clean(self, speech: AudioFrame) -> AudioFrame:
        return AudioFrame(scaled(speech.pcm, 0.5), speech.rate, speech.start)


async def test_the_listening_copy_has_a_clean_caller_and_the_recording_stays_as_it_was(store: LocalStore) -> None:
    before = sha256_of(store.fetch("audio/rec_1.wav"))
    ears = Ears(Scripted(["hola", "claro", "adiós"]), Loudness(), denoiser=Halver())
    metadata = await PostCall(store, ears).process("rec_1")
    assert metadata.audio.listening_copy == "listening/rec_1.wav"
    caller, agent = read_wav(store.fetch("listening/rec_1.wav"))
    recorded_caller, recorded_agent = read_wav(store.fetch("audio/rec_1.wav"))
    before_copy, copy = (np.frombuffer(pcm, np.int16).astype(float) for pcm in (recorded_caller.pcm, caller.pcm))
    loud = np.abs(before_copy) > 1
    assert 0.4 < float(np.median(copy[loud] / before_copy[loud])) < 0.7
    assert len(caller.pcm) == len(recorded_caller.pcm)
    assert agent.pcm == recorded_agent.pcm
    assert sha256_of(store.fetch("audio/rec_1.wav")) == before
