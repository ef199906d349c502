"""Prosody: what the voice does beside the words."""

from __future__ import annotations

import numpy as np
import pytest

from ivr.audio.frame import AudioFrame
from ivr.audio.prosody import Prosody, measure_prosody
from tests.unit.audio.conftest import sung

RATE = 8000


def said(*parts: tuple[float, float, float]) -> Prosody:
    """Measure syllables and silences: (seconds, Hz at the start, Hz at the end); 0 Hz is silence."""
    frames = [AudioFrame.silence(0.3, RATE)]
    for seconds, start, end in parts:
        count = round(seconds * RATE)
        if not start:
            frames.append(AudioFrame.silence(seconds, RATE))
            continue
        tone = np.frombuffer(sung(np.linspace(start, end, count), RATE).pcm, "<i2")
        swell = np.sin(np.linspace(0.15, np.pi - 0.15, count)) ** 0.7
        frames.append(AudioFrame((tone * swell).astype("<i2").tobytes(), RATE))
    measured = measure_prosody(AudioFrame.join(frames))
    assert measured is not None
    return measured


def syllables(count: int, hertz: float = 150, seconds: float = 0.18) -> list[tuple[float, float, float]]:
    return [(seconds, hertz, hertz)] * count


def test_silence_and_noise_have_no_prosody() -> None:
    assert measure_prosody(AudioFrame.silence(2.0, RATE)) is None
    assert measure_prosody(AudioFrame(b"", RATE)) is None


def test_syllables_are_counted_and_make_the_rate() -> None:
    slow, quick = said(*syllables(8, seconds=0.25)), said(*syllables(8, seconds=0.14))
    assert slow.syllables == quick.syllables == 8
    assert slow.rate == pytest.approx(4, abs=0.4)
    assert quick.rate == pytest.approx(7.1, abs=0.7)


def test_pauses_do_not_slow_the_rate() -> None:
    measured = said(*syllables(5), (0.5, 0, 0), *syllables(5))
    assert measured.rate == pytest.approx(said(*syllables(10)).rate, rel=0.1)
    assert measured.seconds == pytest.approx(2.3, abs=0.1)


def test_the_closure_of_a_consonant_is_no_pause() -> None:
    assert said(*syllables(4), (0.08, 0, 0), *syllables(4)).pauses == ()


def test_a_short_pause_is_for_breath_and_a_long_one_for_thought() -> None:
    breath, thought = (said(*syllables(5), (gap, 0, 0), *syllables(5)).pauses for gap in (0.35, 0.9))
    assert [pause.kind for pause in breath] == ["breathing"]
    assert [pause.kind for pause in thought] == ["thinking"]
    assert thought[0].duration == pytest.approx(0.9, abs=0.1)
    assert thought[0].start == pytest.approx(0.3 + 5 * 0.18, abs=0.1)


def test_a_drawled_level_syllable_makes_a_short_pause_one_for_thought() -> None:
    pauses = said(*syllables(5), (0.6, 150, 150), (0.35, 0, 0), *syllables(5)).pauses
    assert [pause.kind for pause in pauses] == ["thinking"]


def test_silence_after_a_fall_ends_the_turn_and_after_a_level_voice_does_not() -> None:
    closed = said(*syllables(6), (0.3, 130, 110), (0.6, 0, 0))
    level = said(*syllables(6), (0.3, 150, 150), (0.6, 0, 0))
    assert [pause.kind for pause in closed.pauses] == ["end_of_turn"]
    assert [pause.kind for pause in level.pauses] == ["thinking"]


def test_a_rise_of_more_than_15_percent_asks() -> None:
    rising = said(*syllables(6), (0.3, 150, 200))
    falling = said(*syllables(6), (0.3, 150, 120))
    slight = said(*syllables(6), (0.3, 150, 162))
    assert rising.asks
    assert rising.rise is not None
    assert rising.rise > 20
    assert not falling.asks
    assert not slight.asks


def test_the_contour_has_ten_values_a_second_and_none_in_silence() -> None:
    measured = said((0.5, 150, 150), (0.5, 0, 0), (0.5, 150, 150))
    assert len(measured.contour) == pytest.approx(18, abs=1)
    assert None in measured.contour
    assert all(value == pytest.approx(150, rel=0.03) for value in measured.contour if value is not None)


def test_a_trembling_voice_is_less_steady_than_a_plain_one() -> None:
    wobble = 150 * (1 + 0.06 * np.sin(2 * np.pi * 9 * np.arange(RATE) / RATE))
    trembling, plain = (measure_prosody(sung(track, RATE)) for track in (wobble, np.full(RATE, 150.0)))
    assert trembling is not None
    assert plain is not None
    assert trembling.unsteadiness is not None
    assert plain.unsteadiness is not None
    assert trembling.unsteadiness > 3 * plain.unsteadiness
