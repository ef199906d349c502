"""A redacted recording has a tone over what is private, on both tracks, and its texts have labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from ivr.analysis.redacted_copy import PAD, beep, private_stretches, redact_metadata, redact_recording
from ivr.audio.frame import AudioFrame
from ivr.audio.wav import read_wav, write_wav
from ivr.metadata import (
    AnalysisRecord,
    RecordingMetadata,
    Segment,
    ToolRecord,
    TranscriptionRecord,
    TurnRecord,
    WordRecord,
)
from ivr.storage.local import LocalStore

if TYPE_CHECKING:
    from pathlib import Path


RATE = 8000


def segment(who: str, start: float, *words: str) -> Segment:
    """Say words, half a second each."""
    told = [
        WordRecord(text=word, start=start + n / 2, end=start + n / 2 + 0.5, confidence=1)
        for n, word in enumerate(words)
    ]
    text = " ".join(words)
    return Segment(who=who, start=start, end=start + len(words) / 2, raw=text, text=text, words=told)


def call(*segments: Segment) -> RecordingMetadata:
    return RecordingMetadata(
        recording_id="rec_1",
        conversation_id="1",
        transcription=TranscriptionRecord(text=segments[0].text, segments=list(segments)),
        turns=[TurnRecord(who="caller", start=0, end=3, text=segments[0].text, heard=segments[0].text)],
        tools=[ToolRecord(name="x", arguments={"phone": "654321987"})],
        digits="123456",
        analysis=AnalysisRecord(
            entities=[
                {"type": "phone", "value": "654321987", "at": 1.0},
                {"type": "city", "value": "Soria", "at": 2.0, "text": "Soria"},
            ],
            summary="x",
        ),
    )


def test_the_words_that_are_private_are_covered_and_the_others_are_not() -> None:
    metadata = call(segment("caller", 1.0, "mi", "número", "654", "321", "987", "gracias"))
    ((start, end),) = private_stretches(metadata)
    assert (start, end) == pytest.approx((2.0 - PAD, 3.5 + PAD))


def test_a_card_that_is_told_in_several_breaths_is_covered_in_each() -> None:
    parts = [
        segment("caller", at, "cuatro" if at == 0 else "uno", "uno", "uno", "uno") for at in (0.0, 10.0, 20.0, 30.0)
    ]
    agent = segment("agent", 5.0, "sí")
    stretches = private_stretches(call(parts[0], agent, *parts[1:]))
    assert [round(start + PAD) for start, _ in stretches[1:]] == [10, 20, 30]
    assert all(end < 5.0 or start > 5.5 for start, end in stretches)


def test_a_turn_whose_words_have_no_times_is_covered_whole() -> None:
    metadata = call(segment("caller", 1.0, "hola"))
    metadata.turns.append(TurnRecord(who="caller", start=7, end=9, text="654 321 987", heard="654 321 987"))
    assert private_stretches(metadata)[-1] == pytest.approx((7 - PAD, 9 + PAD))


def test_the_texts_and_the_sound_of_a_replaced_recording_tell_nothing(tmp_path: Path) -> None:
    store = LocalStore(tmp_path)
    metadata = call(segment("caller", 1.0, "mi", "número", "654", "321", "987", "gracias"))
    noise = np.random.default_rng(1).integers(-9000, 9000, RATE * 5).astype("<i2").tobytes()
    write_wav(tmp_path / "audio/rec_1.wav", AudioFrame(noise, RATE), AudioFrame(noise, RATE))
    metadata.audio.listening_copy = "listening/rec_1.wav"
    write_wav(tmp_path / "listening/rec_1.wav", AudioFrame(noise, RATE), AudioFrame(noise, RATE))
    store.save(metadata)
    redact_recording(store, "rec_1", replace=False)
    assert read_wav(tmp_path / "audio/rec_1.wav")[0].pcm == noise
    done = redact_recording(store, "rec_1", replace=True)
    store.verify("audio/rec_1.wav", done.audio.sha256)
    assert (tmp_path / "listening/rec_1.wav").read_bytes() == (tmp_path / "audio/rec_1.wav").read_bytes()
    texts = [path for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".wav"]
    assert len(texts) == 5
    for path in texts:
        assert not any(part in path.read_text() for part in ("654 ", "321 987", "654321987", "123456")), path
    tone = beep(AudioFrame(bytes(len(noise)), RATE), private_stretches(metadata))
    for track in read_wav(tmp_path / "audio/rec_1.wav"):
        within = slice(int((2.0 - PAD) * RATE) * 2, int((3.5 + PAD) * RATE) * 2)
        assert track.pcm[within] == tone.pcm[within]
        assert track.pcm[: within.start - 2] == noise[: within.start - 2]
        assert track.pcm[within.stop + 2 :] == noise[within.stop + 2 :]


def test_entities_words_and_keys_are_covered() -> None:
    done = redact_metadata(call(segment("caller", 1.0, "mi", "número", "654", "321", "987")))
    assert [item["type"] for item in done.analysis.entities] == ["city"]
    assert [word.text for word in done.transcription.segments[0].words] == ["mi", "█", "█", "█", "█"]
    assert done.tools[0].arguments == {"phone": "[teléfono]"}
    assert done.digits == "******"
