from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.dialogue.turn_learning import BRISKEST, SLOWEST, CallerPace

AVERAGE = 0.5


def pace(*pauses: float) -> CallerPace:
    learned = CallerPace()
    for pause in pauses:
        learned = learned.went_on_after(pause)
    return learned


def test_an_unknown_caller_is_the_average_one() -> None:
    assert CallerPace().factor(AVERAGE) == 1.0


def test_a_slow_thinker_gets_more_time_and_a_brisk_caller_less() -> None:
    assert pace(1.2, 1.1, 1.4).factor(AVERAGE) > 1.2
    assert pace(*[0.22] * 8).factor(AVERAGE) < 0.8


def test_one_long_pause_moves_the_estimate_little() -> None:
    assert pace(1.2).factor(AVERAGE) < 1.2


def test_average_pauses_change_nothing() -> None:
    assert pace(*[AVERAGE] * 10).factor(AVERAGE) == pytest.approx(1.0)


def test_gaps_between_words_teach_nothing() -> None:
    assert pace(0.12, 0.15) == CallerPace()


@given(st.lists(st.floats(0, 30), max_size=50))
def test_no_caller_leaves_the_bounds(pauses: list[float]) -> None:
    assert BRISKEST <= pace(*pauses).factor(AVERAGE) <= SLOWEST
