from __future__ import annotations

import pytest

from ivr.dialogue.own_number import with_own_number
from ivr.dialogue.state import Ask, State

MINE = "612345678"


@pytest.mark.parametrize(
    "said",
    [
        "sí",
        "a este mismo",
        "al mismo desde el que llamo",
        "al número desde el que le estoy llamando",
        "pues a este número mismo",
        "este mismo está bien",
        "al que estoy llamando",
        "this same number",
    ],
)
def test_who_is_asked_for_a_number_may_mean_the_one_that_calls(said: str) -> None:
    state = State(caller=MINE, goal="callback", ask=Ask("ask_phone"))
    assert MINE in with_own_number(said, state)


@pytest.mark.parametrize("said", ["no", "a otro", "al seis uno dos", "el lunes", "me da igual"])
def test_other_answers_stay_as_they_are(said: str) -> None:
    assert with_own_number(said, State(caller=MINE, goal="callback", ask=Ask("ask_phone"))) == said


def test_without_a_number_on_the_line_nothing_is_put_in() -> None:
    assert with_own_number("a este mismo", State(goal="callback", ask=Ask("ask_phone"))) == "a este mismo"


def test_a_number_is_put_in_only_where_calls_are_spoken_of() -> None:
    assert with_own_number("es el mismo problema", State(caller=MINE)) == "es el mismo problema"
    assert MINE in with_own_number("que me llamen a este mismo número", State(caller=MINE))
