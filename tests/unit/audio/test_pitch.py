"""Pitch is followed on what a telephone leaves of a voice."""

from __future__ import annotations

import numpy as np
import pytest

from ivr.audio.frame import AudioFrame
from ivr.audio.pitch import HOP, contour
from tests.unit.audio.conftest import sung


@pytest.mark.parametrize("hertz", [75, 95, 130, 180, 240])
@pytest.mark.parametrize("rate", [8000, 16000, 24000])
def test_a_voice_is_heard_at_its_pitch_though_its_fundamental_is_cut_off(hertz: float, rate: int) -> None:
    track = contour(sung(np.full(rate, hertz), rate))
    assert np.mean(track.voiced) > 0.9
    assert np.nanmedian(track.hertz) == pytest.approx(hertz, rel=0.01)


def test_a_glide_is_followed() -> None:
    glide = np.linspace(120, 180, 8000)
    track = contour(sung(glide, 8000))
    at = (np.arange(len(track)) * HOP * 8000).astype(int).clip(0, 7999)
    known = track.voiced
    assert np.max(np.abs(track.hertz[known] / glide[at][known] - 1)) < 0.05


def test_noise_and_silence_have_no_pitch() -> None:
    noise = np.random.default_rng(3).normal(size=16000) * 3000
    assert np.mean(contour(AudioFrame(noise.astype("<i2").tobytes(), 8000)).voiced) < 0.05
    assert not contour(AudioFrame.silence(1.0, 8000)).voiced.any()


def test_loudness_is_in_decibels_under_full_scale() -> None:
    tone = sung(np.full(8000, 150.0), 8000)
    quiet = AudioFrame((np.frombuffer(tone.pcm, "<i2") // 10).astype("<i2").tobytes(), 8000)
    louder, softer = (float(np.median(contour(each).loudness)) for each in (tone, quiet))
    assert louder - softer == pytest.approx(20, abs=0.2)


def test_a_steady_offset_of_the_line_changes_nothing() -> None:
    tone = np.frombuffer(sung(np.full(8000, 150.0), 8000).pcm, "<i2")
    shifted = AudioFrame((tone + 4000).astype("<i2").tobytes(), 8000)
    assert np.nanmedian(contour(shifted).hertz) == pytest.approx(150, rel=0.01)


def test_less_than_a_frame_of_sound_has_no_contour() -> None:
    assert len(contour(AudioFrame(b"", 8000))) == 0
    assert len(contour(AudioFrame.silence(0.03, 8000))) == 0


def test_who_is_known_to_speak_low_is_not_heard_an_octave_up() -> None:
    """Even harmonics drown the odd ones: half the period fits nearly as well as the period."""
    time = np.arange(8000) / 8000
    voice = sum(np.sin(2 * np.pi * 110 * n * time) * (1.0 if n % 2 == 0 else 0.35) for n in range(3, 20))
    frame = AudioFrame((np.asarray(voice) * 2000).astype("<i2").tobytes(), 8000)
    assert np.nanmedian(contour(frame, middle=115.0).hertz) == pytest.approx(110, rel=0.02)
