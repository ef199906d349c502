import struct

import pytest

from ivr.audio.level import SILENCE_DBFS, dbfs, peak, rms

SQUARE = struct.pack("<4h", 16384, -16384, 16384, -16384)


def test_a_square_wave_at_half_scale_is_six_decibels_down() -> None:
    assert (rms(SQUARE), peak(SQUARE)) == (16384, 16384)
    assert dbfs(SQUARE) == pytest.approx(-6.02, abs=0.01)


@pytest.mark.parametrize("pcm", [b"", bytes(320)])
def test_silence_has_a_floor(pcm: bytes) -> None:
    assert (rms(pcm), peak(pcm), dbfs(pcm)) == (0, 0, SILENCE_DBFS)


def test_the_lowest_sample_does_not_overflow() -> None:
    assert peak(struct.pack("<h", -32768)) == 32768
