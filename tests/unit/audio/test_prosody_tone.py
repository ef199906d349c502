"""The emotional tone: the voice against its own baseline, and the words."""

from __future__ import annotations

import pytest

from ivr.audio.prosody_baseline import Manner
from ivr.audio.prosody_tone import ToneScores, tone_scores


@pytest.mark.parametrize(
    ("manner", "valence", "tone"),
    [
        (Manner(), 0.0, "neutral"),
        (Manner(pitch=0.4, loudness=-0.3, rate=0.3), 0.0, "neutral"),
        (Manner(pitch=1.5, loudness=2.0, rate=1.0), -0.4, "angry"),
        (Manner(loudness=2.0), -0.7, "angry"),
        (Manner(pitch=1.5, rate=1.5, unsteadiness=1.0), 0.0, "nervous"),
        (Manner(pitch=-1.0, loudness=-1.0, rate=-1.0), 0.0, "calm"),
        (Manner(), -0.5, "concerned"),
        (Manner(loudness=-1.0, rate=-1.0, hesitation=1.5), -0.2, "concerned"),
        (Manner(pitch=1.5, loudness=1.5, rate=1.0), 0.8, "neutral"),
    ],
)
def test_tones(manner: Manner, valence: float, tone: str) -> None:
    assert tone_scores(manner, valence).tone == tone


def test_words_of_someone_who_has_had_enough_are_angry_in_any_voice() -> None:
    assert tone_scores(Manner(), -0.6, frustrated=True).tone == "angry"


def test_one_turn_is_no_trend_and_two_are() -> None:
    angry = tone_scores(Manner(pitch=1, loudness=1.5, rate=1), -0.2)
    assert angry.tone == "angry"
    once = ToneScores().then(angry)
    assert once.tone == "neutral"
    assert once.then(angry).then(angry).tone == "angry"


def test_a_tone_fades() -> None:
    trend = ToneScores(angry=1.6)
    for _ in range(3):
        trend = trend.then(ToneScores())
    assert trend.tone == "neutral"
