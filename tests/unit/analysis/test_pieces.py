from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from ivr.analysis.pieces import BREATHLESS, LONGEST, MARGIN, PieceCutter
from ivr.audio.frame import AudioFrame

if TYPE_CHECKING:
    from collections.abc import Sequence

RATE = 16000


class Loudness:
    """A voice detector: a window that is loud is speech."""

    rate = 8000
    window = 256

    def new_stream(self) -> object:
        return object()

    def probabilities(self, streams: Sequence[object], windows: Sequence[bytes]) -> Sequence[float]:
        assert len(streams) == len(windows)
        return [float(np.abs(np.frombuffer(window, np.int16)).mean() > 1000) for window in windows]


def pieces(*stretches: tuple[bool, float], block: float = 3.0) -> list[tuple[float, float]]:
    """Cut a sound that is loud and quiet for so many seconds; answer start and end of each piece."""
    samples = np.concatenate([np.full(round(seconds * RATE), 8000 if loud else 0) for loud, seconds in stretches])
    samples = samples * np.where(np.arange(len(samples)) % 40 < 20, 1, -1)
    cutter = PieceCutter(Loudness(), RATE)
    found: list[AudioFrame] = []
    for at in range(0, len(samples), round(block * RATE)):
        part = samples[at : at + round(block * RATE)].astype(np.int16)
        found += cutter.feed(AudioFrame(part.tobytes(), RATE, at / RATE))
    found += cutter.close()
    return [(piece.start, piece.end) for piece in found]


@pytest.mark.parametrize("block", [0.1, 3.0, 100.0])
def test_a_stretch_of_speech_is_cut_out_with_a_margin(block: float) -> None:
    ((start, end),) = pieces((False, 5), (True, 2), (False, 4), block=block)
    assert start == pytest.approx(5 - MARGIN, abs=0.07)
    assert end == pytest.approx(7 + MARGIN, abs=0.07)


def test_sentences_near_each_other_are_one_piece_and_a_long_pause_begins_another() -> None:
    found = pieces((True, 2), (False, 0.5), (True, 2), (False, 2), (True, 1), (False, 1))
    assert [round(end - start) for start, end in found] == [5, 1]


def test_a_piece_of_many_sentences_fits_the_smallest_window() -> None:
    found = pieces(*[(True, 3.0), (False, 0.4)] * 8)
    assert len(found) == 4
    assert all(end - start <= LONGEST + 2 * MARGIN + 0.1 for start, end in found)


def test_speech_without_a_pause_is_cut_all_the_same() -> None:
    found = pieces((True, 70.0), (False, 1.0))
    assert len(found) == 3
    assert all(end - start <= BREATHLESS + 2 * MARGIN + 0.1 for start, end in found)
    assert found[-1][1] == pytest.approx(70 + MARGIN, abs=0.1)


def test_silence_has_no_pieces_and_the_last_word_is_not_lost() -> None:
    assert pieces((False, 30.0)) == []
    ((_, end),) = pieces((False, 1.0), (True, 1.5))
    assert end == pytest.approx(2.5, abs=0.01)


def test_memory_does_not_grow_with_silence() -> None:
    cutter = PieceCutter(Loudness(), RATE)
    for second in range(120):
        assert cutter.feed(AudioFrame(bytes(2 * RATE), RATE, second)) == []
    assert len(cutter._held) < 2 * RATE * 2
