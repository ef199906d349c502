from __future__ import annotations

import numpy as np
import pytest

from ivr.audio.listeners import HEARS_CLEAN, Listener, softened

RAW = np.full(160, 8000, np.int16).tobytes()


@pytest.mark.parametrize(("most_db", "left"), [(0.0, 8000), (6.0, 4009), (12.0, 2009), (200.0, 0)])
def test_noise_falls_by_so_many_db_and_no_more(most_db: float, left: int) -> None:
    heard = np.frombuffer(softened(RAW, bytes(320), most_db), np.int16)
    assert np.abs(heard - left).max() <= 1


def test_what_the_denoiser_kept_stays_as_loud_as_it_was() -> None:
    assert softened(RAW, RAW, 12.0) == RAW


def test_the_recogniser_and_the_turn_end_hear_the_line_as_it_is() -> None:
    assert {Listener.RECOGNISER, Listener.TURN_END}.isdisjoint(HEARS_CLEAN)
