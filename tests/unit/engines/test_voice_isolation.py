from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ivr.audio.frame import AudioFrame
from ivr.audio.resample import resample
from ivr.engines.voice_isolation import BINS, POOLED, colour_of, isolated

VOICE = np.zeros(256, np.float32)


class Mask:
    """A network that gives every bin the same share."""

    def __init__(self, share: float) -> None:
        self.share = share
        self.asked: dict[str, Any] = {}

    def run(self, _names: None, feed: dict[str, Any]) -> list[Any]:
        self.asked = feed
        return [np.full(feed["spectrum"].shape, self.share, np.float32)]


def sound(rate: int, seconds: float = 1.0, level: float = 0.3) -> AudioFrame:
    """Make a buzz of 120 Hz whose loudness goes up and down."""
    time = np.arange(int(rate * seconds)) / rate
    buzz = sum(np.sin(2 * np.pi * 120 * number * time) / number for number in range(1, 20))
    wave = buzz * (0.6 + 0.4 * np.sin(2 * np.pi * 3 * time)) + np.random.default_rng(1).normal(0, 0.02, len(time))
    return AudioFrame((wave / np.abs(wave).max() * level * 32767).astype(np.int16).tobytes(), rate, 2.5)


@pytest.mark.parametrize("share", [1.0, 0.25])
def test_what_is_kept_comes_out_as_it_went_in(share: float) -> None:
    speech = sound(8000)
    alone = isolated(Mask(share), speech, speech, VOICE)
    before, after = (np.frombuffer(frame.pcm, np.int16).astype(float) for frame in (speech, alone))
    assert (alone.rate, alone.start, alone.samples) == (8000, 2.5, speech.samples)
    assert np.abs(after - share * before).max() < 16


def test_a_wide_band_line_gets_its_rate_back() -> None:
    speech = sound(16000)
    alone = isolated(Mask(1), speech, speech, VOICE)
    assert (alone.rate, alone.start, alone.samples) == (16000, 2.5, speech.samples)


def test_what_lies_beside_the_band_goes_with_its_neighbours() -> None:
    hum = np.sin(2 * np.pi * 90 * np.arange(8000) / 8000) * 8000
    speech = AudioFrame(hum.astype(np.int16).tobytes(), 8000)
    after = np.frombuffer(isolated(Mask(0.25), speech, sound(8000), VOICE).pcm, np.int16).astype(float)
    assert np.abs(after - 0.25 * hum).max() < 32


def test_the_network_sees_the_same_at_any_level() -> None:
    usual, faint = Mask(1), Mask(1)
    isolated(usual, sound(8000), sound(8000), VOICE)
    isolated(faint, sound(8000, level=0.05), sound(8000, level=0.05), VOICE)
    before, after = usual.asked["spectrum"], faint.asked["spectrum"]
    assert np.median(np.abs(after - before)[before > 1]) < 0.15


def test_the_colour_of_a_voice_tells_nothing_of_its_level() -> None:
    loud, faint = colour_of(sound(8000, level=0.6)), colour_of(sound(8000, level=0.1))
    assert loud.shape == (2 * BINS // POOLED,)
    assert np.abs(loud - faint).max() < 0.3


def test_voices_of_other_colour_are_told_apart() -> None:
    bright = resample(sound(16000), 8000)
    samples = np.frombuffer(bright.pcm, np.int16).astype(float)
    dull = AudioFrame(np.convolve(samples, np.ones(8) / 8, "same").astype(np.int16).tobytes(), 8000)
    assert np.abs(colour_of(bright) - colour_of(dull)).max() > 1


@pytest.mark.parametrize("samples", [1, 100, 401])
def test_sounds_of_any_length_keep_it(samples: int) -> None:
    speech = AudioFrame(b"\0\0" * samples, 8000)
    assert isolated(Mask(0.5), speech, sound(8000), VOICE).samples == samples
