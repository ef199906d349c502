from __future__ import annotations

import numpy as np

from ivr.analysis.listening_copy import copy_for_listening
from ivr.analysis.voice_activity import Span
from ivr.audio.frame import AudioFrame

RATE = 8000
RAW = AudioFrame(np.full(4 * RATE, 8000, np.int16).tobytes(), RATE)
CLEAN = AudioFrame.silence(4, RATE)


def made(*speech: Span) -> np.ndarray:
    return np.frombuffer(copy_for_listening(RAW, CLEAN, speech, 12.0).pcm, np.int16)


def test_noise_goes_where_nobody_speaks_and_is_turned_down_where_somebody_does() -> None:
    copy = made(Span(1.0, 2.0))
    assert len(copy) == 4 * RATE
    assert not copy[: round(0.75 * RATE)].any()
    assert np.abs(copy[RATE : 2 * RATE] - 2009).max() <= 1
    assert not copy[round(2.25 * RATE) :].any()


def test_the_change_between_both_is_gradual() -> None:
    assert np.abs(np.diff(made(Span(1.0, 2.0), Span(2.5, 3.0)).astype(int))).max() < 5


def test_speech_at_the_edges_of_a_recording_is_kept() -> None:
    copy = made(Span(0.0, 0.5), Span(3.5, 4.0))
    assert copy[200] > 1500
    assert copy[-200] > 1500


def test_a_recording_without_speech_is_clean() -> None:
    assert not made().any()
