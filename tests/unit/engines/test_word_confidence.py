from __future__ import annotations

from dataclasses import replace

import pytest

from ivr.audio.frame import AudioFrame
from ivr.engines.word_confidence import (
    CalibratedTranscriber,
    ConfidenceWeights,
    calibrated,
    confidence_weights,
    evidence,
)
from ivr.ports import Hints, Transcript, Word

UNCHANGED = ConfidenceWeights(0.0, 1.0, 0.0, 0.0, 0.0)
HEARD = Transcript("mi saldo", (Word("mi", 0.0, 0.2, 0.9), Word("saldo", 0.2, 0.6, 0.4)), 0.65)


class Fixed:
    async def transcribe(self, speech: AudioFrame, hints: Hints) -> Transcript:
        assert hints.words or speech.samples
        return HEARD


def test_plain_weights_change_nothing() -> None:
    assert calibrated([0.9, 0.4, 0.05], UNCHANGED) == pytest.approx([0.9, 0.4, 0.05])
    assert calibrated([], UNCHANGED) == []


def test_certainty_stays_finite() -> None:
    assert all(0 < chance < 1 for chance in calibrated([0.0, 1.0], replace(UNCHANGED, bias=3.0)))


def test_a_word_is_less_sure_beside_a_doubtful_one() -> None:
    _, weights = confidence_weights()
    alone = calibrated([0.9, 0.9, 0.9], weights)[1]
    beside = calibrated([0.2, 0.9, 0.9], weights)[1]
    assert beside < alone


def test_the_neighbours_of_the_ends_are_sure() -> None:
    (only,) = evidence([0.5])
    assert only[0] == only[1] == 0
    assert only[2] == only[3] > 9


def test_the_shipped_weights_say_which_model_they_are_for() -> None:
    model, weights = confidence_weights()
    assert model == "whisper-base"
    assert weights.word > 0


async def test_words_are_rated_anew_and_all_else_stays() -> None:
    rated = await CalibratedTranscriber(Fixed(), replace(UNCHANGED, bias=1.0)).transcribe(
        AudioFrame(b"\1\2", 8000), Hints()
    )
    assert [word.confidence for word in rated.words] == pytest.approx([0.961, 0.644], abs=0.001)
    assert replace(rated, words=HEARD.words) == HEARD
