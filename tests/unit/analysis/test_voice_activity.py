"""Where a track speaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.analysis.voice_activity import Span, find_speech, join_spans
from ivr.audio.frame import AudioFrame

if TYPE_CHECKING:
    from collections.abc import Sequence

RATE = 8000
VOICE, QUIET = b"\x10\x20", b"\0\0"


class Loudness:
    rate = RATE
    window = 256

    def new_stream(self) -> object:
        return object()

    def probabilities(self, streams: Sequence[object], windows: Sequence[bytes]) -> Sequence[float]:
        assert len(streams) == len(windows) == 2
        return [float(any(window)) for window in windows]


def track(*spans: tuple[float, float], length: float) -> AudioFrame:
    pcm = bytearray(QUIET * round(length * RATE))
    for start, end in spans:
        pcm[round(start * RATE) * 2 : round(end * RATE) * 2] = VOICE * (round(end * RATE) - round(start * RATE))
    return AudioFrame(bytes(pcm), RATE)


def test_each_side_is_found_where_it_speaks() -> None:
    caller, agent = find_speech([track((1, 2), length=5), track((2.5, 4), length=5)], Loudness())
    for (span,), start, end in ((caller, 1, 2), (agent, 2.5, 4)):
        assert span.start == pytest.approx(start, abs=0.04)
        assert span.end == pytest.approx(end, abs=0.04)


def test_a_short_pause_is_part_of_the_sentence() -> None:
    caller, _ = find_speech([track((1, 2), (2.2, 3), length=5), track(length=5)], Loudness())
    assert len(caller) == 1


def test_speech_that_the_end_cuts_off_is_kept() -> None:
    caller, _ = find_speech([track((1, 3), length=3), track(length=5)], Loudness())
    assert caller[0].end == pytest.approx(3, abs=0.04)


def test_nothing_is_found_in_nothing() -> None:
    assert find_speech([AudioFrame(b"", RATE), AudioFrame(b"", RATE)], Loudness()) == [[], []]


def test_neighbours_are_joined_unless_too_far_too_long_or_answered() -> None:
    spans = [Span(0, 2), Span(2.5, 4), Span(6, 7), Span(7.2, 17)]
    assert join_spans(spans, 0.8, 9.4) == [Span(0, 4), Span(6, 7), Span(7.2, 17)]
    assert join_spans(spans, 0.8, 9.4, [Span(2.1, 2.4)])[0] == Span(0, 2)
