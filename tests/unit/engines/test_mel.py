from __future__ import annotations

import numpy as np
import pytest

from ivr.engines.mel import HOP, RATE, log_mel, mel_filters


@pytest.mark.parametrize("count", [80, 128])
def test_there_is_a_column_every_ten_milliseconds(count: int) -> None:
    assert log_mel(np.zeros(RATE, np.float32), count).shape == (count, RATE // HOP)


def test_silence_lies_on_the_floor() -> None:
    assert np.allclose(log_mel(np.zeros(RATE, np.float32)), (np.log10(1e-10) + 4) / 4)


@pytest.mark.parametrize("hertz", [200.0, 700.0, 1500.0, 3000.0, 6000.0])
def test_a_tone_is_loudest_in_the_band_that_holds_it(hertz: float) -> None:
    tone = np.sin(2 * np.pi * hertz * np.arange(RATE) / RATE).astype(np.float32)
    loudest = int(log_mel(tone).mean(axis=1).argmax())
    filters = mel_filters(80)[loudest]
    bins = np.linspace(0, RATE / 2, filters.size)
    within = bins[filters > 0]
    assert within.min() - 40 <= hertz <= within.max() + 40


def test_ten_times_the_sound_is_half_a_step_up() -> None:
    sound = np.random.default_rng(3).normal(0, 0.01, RATE).astype(np.float32)
    difference = log_mel(sound * 10) - log_mel(sound)
    assert np.allclose(difference, 0.5, atol=1e-3)


def test_quiet_parts_are_held_eight_decades_under_the_loudest() -> None:
    sound = np.zeros(RATE, np.float32)
    sound[: RATE // 2] = np.random.default_rng(3).normal(0, 0.3, RATE // 2)
    bands = log_mel(sound)
    assert bands.max() - bands.min() == pytest.approx(2.0, abs=1e-5)
