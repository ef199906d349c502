from __future__ import annotations

import numpy as np
import pytest

from ivr.trials.sounds import cough


@pytest.mark.parametrize("seed", range(8))
def test_a_cough_lasts_200_to_400_ms_and_is_clearly_audible(seed: int) -> None:
    sound = cough(seed)
    samples = np.frombuffer(sound.pcm, "<i2").astype(float)
    assert 0.19 <= sound.duration <= 0.41
    assert np.max(np.abs(samples)) > 10_000
    assert 20 * np.log10(np.sqrt(np.mean(samples**2)) / 32768) > -35


def test_the_same_seed_gives_the_same_cough() -> None:
    assert cough(3) == cough(3)
    assert cough(3) != cough(4)
