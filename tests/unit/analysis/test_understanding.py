"""A turn as one document, and the sound of a file's pieces."""

from __future__ import annotations

import datetime as dt
import io
import wave

import numpy as np
import pytest

from ivr.analysis.listening import Piece
from ivr.analysis.understanding import BLOCK, Understanding, sounds_of, typed
from ivr.audio.sound_file import open_sound
from ivr.ports import Transcript
from tests.unit.audio.conftest import sung

NOW = dt.datetime(2026, 3, 1, 9, 0)  # noqa: DTZ001 - local time, as the dialogue has it
RATE = 8000
SECONDS = 25


def test_a_typed_word_is_in_doubt() -> None:
    heard = typed("el salgo")
    assert [(word.text, word.confidence < 0.75) for word in heard.words] == [("el", True), ("salgo", True)]


def test_what_was_corrected_is_told_beside_what_was_said() -> None:
    told = Understanding(NOW).understand(Transcript("mi saldo", raw="mi salgo"))
    assert (told["text"], told["corrected"]) == ("mi salgo", "mi saldo")


def test_a_mood_builds_up_over_turns_and_each_understanding_is_of_one_caller() -> None:
    one, other = Understanding(NOW), Understanding(NOW)
    alerts = [one.understand(Transcript(text))["mood"]["alert"] for text in ("estoy harto", "qué vergüenza", "hola")]
    assert alerts.count(True) == 1
    assert other.understand(Transcript("hola"))["mood"]["frustration"] == 0


def test_a_voice_is_told_against_the_turns_before() -> None:
    understanding = Understanding(NOW)
    low = sung(np.full(2 * RATE, 120.0), RATE)
    told = [understanding.understand(Transcript("sí"), low)["prosody"] for _ in range(3)]
    high = understanding.understand(Transcript("sí"), sung(np.full(2 * RATE, 150.0), RATE))["prosody"]
    assert told[0]["against_usual"]["pitch"] == 0
    assert high["against_usual"]["pitch"] > 2
    assert high["pitch"] == pytest.approx(150, rel=0.02)


def test_pieces_get_their_own_sound_across_blocks_and_channels() -> None:
    ramps = np.arange(SECONDS * RATE) // 100
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(2)
        written.setsampwidth(2)
        written.setframerate(RATE)
        written.writeframes(np.stack([ramps, -ramps], axis=1).astype("<i2").tobytes())
    spans = [(0, 1.0, 2.0), (1, 1.5, BLOCK + 5), (0, 3.0, 4.0), (0, BLOCK - 1, BLOCK + 1), (1, 21.0, SECONDS + 1.0)]
    pieces = [Piece(channel, start, end, Transcript("sí")) for channel, start, end in spans]
    found = list(sounds_of(open_sound(file), pieces))
    assert [piece for piece, _ in found] == pieces
    for piece, speech in found:
        samples = np.frombuffer(speech.pcm, "<i2")
        end = min(piece.end, SECONDS)
        truth = ramps[round(piece.start * RATE) : round(end * RATE)] * (1 - 2 * piece.channel)
        assert np.array_equal(samples, truth)
