"""Callers are compared with themselves."""

from __future__ import annotations

import pytest

from ivr.audio.prosody import Pause, Prosody
from ivr.audio.prosody_baseline import MOST, Baseline, Manner

USUAL = Prosody(seconds=2, loudness=-25, pitch=120, unsteadiness=0.4, rate=5.0, syllables=10)


def baseline(*utterances: Prosody) -> Baseline:
    known = Baseline()
    for utterance in utterances or (USUAL, USUAL, USUAL):
        known = known.with_utterance(utterance)
    return known


def changed(**values: object) -> Prosody:
    fields = {name: getattr(USUAL, name) for name in USUAL.__slots__}
    return Prosody(**(fields | values))


def test_nothing_is_unusual_before_two_utterances() -> None:
    assert Baseline().manner(changed(loudness=0)) == Manner()
    assert baseline(USUAL).manner(changed(loudness=0)) == Manner()
    assert baseline(USUAL).pitch is None
    assert baseline(USUAL, USUAL).manner(changed(loudness=0)) != Manner()


def test_a_few_short_words_are_no_baseline() -> None:
    assert not baseline(changed(seconds=0.4), changed(seconds=0.4)).known


def test_as_usual_is_zero() -> None:
    assert baseline().manner(USUAL) == Manner()
    assert baseline().pitch == 120


@pytest.mark.parametrize(
    ("name", "value", "field"),
    [
        ("pitch", 150, "pitch"),
        ("loudness", -19, "loudness"),
        ("rate", 6.5, "rate"),
        ("unsteadiness", 0.7, "unsteadiness"),
    ],
)
def test_more_than_usual_is_positive_and_less_negative(name: str, value: float, field: str) -> None:
    more = getattr(baseline().manner(changed(**{name: value})), field)
    less = getattr(baseline().manner(changed(**{name: 2 * getattr(USUAL, name) - value})), field)
    assert more > 1
    assert less < -1


def test_what_was_not_measured_is_zero() -> None:
    manner = baseline().manner(changed(pitch=None, rate=None, unsteadiness=None))
    assert (manner.pitch, manner.rate, manner.unsteadiness) == (0, 0, 0)


def test_pauses_for_thought_are_hesitation_and_breaths_are_not() -> None:
    think = (Pause(0.5, 0.9, "thinking"), Pause(2.5, 0.3, "end_of_turn"))
    breathe = (Pause(0.5, 0.3, "breathing"), Pause(2.5, 0.3, "end_of_turn"))
    assert baseline().manner(changed(pauses=think)).hesitation > 1
    assert baseline().manner(changed(pauses=breathe)).hesitation == 0


def test_an_outburst_does_not_become_usual() -> None:
    outburst = changed(loudness=-8, pitch=200, rate=9.0, unsteadiness=1.5)
    known = baseline()
    assert known.with_utterance(outburst) == known
    assert known.with_utterance(outburst).with_utterance(outburst).manner(outburst).heat > 2


def test_a_difference_is_bounded() -> None:
    manner = baseline().manner(changed(loudness=60))
    assert manner.loudness == MOST


def test_heat_is_high_loud_and_quick() -> None:
    assert baseline().manner(changed(loudness=-19, pitch=150, rate=6.5)).heat > 1.5
    assert baseline().manner(changed(loudness=-31, pitch=100, rate=3.5)).heat < -1.5
