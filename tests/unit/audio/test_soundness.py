from __future__ import annotations

import numpy as np
import pytest

from ivr.audio.soundness import SoundMeter, without_offset

RATE = 8000
TONE = 6000 * np.sin(2 * np.pi * 300 * np.arange(2 * RATE) / RATE)


def faults(samples: np.ndarray) -> tuple[str, ...]:
    meter = SoundMeter(RATE)
    for block in np.array_split(samples.clip(-32768, 32767).astype(np.int16), 3):
        meter.feed(block.tobytes())
    return meter.faults()


def test_a_sound_recording_has_no_faults() -> None:
    assert faults(TONE) == ()
    assert faults(np.concatenate([np.zeros(20 * RATE), TONE])) == ()
    assert SoundMeter(RATE).faults() == ()


@pytest.mark.parametrize("quiet", [np.zeros(RATE), np.full(RATE, 20.0)])
def test_silence_is_told_even_when_it_is_not_zero(quiet: np.ndarray) -> None:
    (fault,) = faults(quiet)
    assert "nothing is to be heard" in fault


def test_clipping_is_told_with_its_share() -> None:
    (fault,) = faults(8 * TONE)
    assert "samples are clipped: record more quietly" in fault


def test_a_constant_offset_is_told_and_taken_away() -> None:
    (fault,) = faults(TONE + 4000)
    assert "12.2 % of full scale" in fault
    mended = np.frombuffer(without_offset((TONE + 4000).astype(np.int16).tobytes()), np.int16)
    assert abs(mended.mean()) < 1
    assert np.abs(mended - TONE).max() < 3
    assert without_offset(b"") == b""
