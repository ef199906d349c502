"""Figures of a conversation."""

from __future__ import annotations

import pytest

from ivr.analysis.quality import measure_quality, response_gaps
from ivr.analysis.voice_activity import Span


def test_time_is_shared_out_between_speech_and_silence() -> None:
    quality = measure_quality([Span(2, 4)], [Span(0, 1), Span(3.5, 6)], 10)
    assert quality.caller_speech == pytest.approx(2)
    assert quality.agent_speech == pytest.approx(3.5)
    assert quality.talk_over == pytest.approx(0.5)
    assert quality.silence_share == pytest.approx(0.5)
    assert quality.longest_silence == pytest.approx(4)
    assert quality.long_silences == 1


def test_a_gap_is_counted_where_the_agent_answers() -> None:
    assert response_gaps([Span(1, 2), Span(5, 6)], [Span(0, 0.5), Span(2.8, 4), Span(6.5, 7)]) == [0.8, 0.5]


def test_no_gap_where_the_caller_goes_on_or_the_agent_is_talking() -> None:
    assert response_gaps([Span(1, 2), Span(3, 4)], [Span(4.5, 5)]) == [0.5]
    assert response_gaps([Span(1, 2)], [Span(0, 3), Span(4, 5)]) == []


def test_a_silent_recording_has_no_gaps() -> None:
    quality = measure_quality([], [], 4)
    assert (quality.silence_share, quality.longest_silence, quality.response_gap_median) == (1.0, 4.0, None)


def test_an_empty_recording_has_no_share() -> None:
    assert measure_quality([], [], 0).silence_share is None
