import numpy as np

from ivr.engines.mel import BANDS, RATE, log_mel


def test_ten_seconds_are_a_thousand_frames() -> None:
    assert log_mel(np.zeros(10 * RATE, np.float32)).shape == (BANDS, 1000)


def test_a_tone_is_loudest_in_its_own_band() -> None:
    seconds = np.arange(RATE, dtype=np.float32) / RATE
    bands = [
        int(log_mel(np.sin(2 * np.pi * hz * seconds).astype(np.float32)).mean(axis=1).argmax())
        for hz in (200, 1000, 3000)
    ]
    assert bands == sorted(bands)
    assert len(set(bands)) == 3


def test_the_dynamic_range_is_bounded() -> None:
    samples = np.zeros(RATE, np.float32)
    samples[: RATE // 2] = np.random.default_rng(0).normal(0, 0.3, RATE // 2)
    bands = log_mel(samples)
    assert bands.max() - bands.min() <= 2.0 + 1e-6
