"""When a call may be ended: what sounds like a goodbye and is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.unit.dialogue.conftest import Caller


def ask_for_more(caller: Caller) -> None:
    caller.says("¿A qué hora abren?")
    assert caller.state.ask is not None
    assert caller.state.ask.name == "anything_else"


@pytest.mark.parametrize(
    "said",
    [
        "no, mejor el jueves",
        "no, a las once",
        "no, ese día no puedo",
        "no, pero quería cambiar el teléfono",
        "no estoy de acuerdo",
        "pues no me parece bien",
        "no, al 612345679",
        "no he entendido el horario",
    ],
)
def test_a_no_that_goes_on_does_not_end_the_call(caller: Caller, said: str) -> None:
    ask_for_more(caller)
    caller.says(said)
    assert "end_call" not in caller.called


@pytest.mark.parametrize(
    "said",
    [
        "no",
        "No, gracias.",
        "no, nada más, muchas gracias",
        "nada, eso es todo",
        "pues no, muchas gracias",
        "no, ya está, hasta luego",
        "no, de momento no",
        "No, muchas gracias. Que tenga un buen día.",
        "bueno, no, gracias",
    ],
)
def test_a_no_to_anything_else_ends_the_call(caller: Caller, said: str) -> None:
    ask_for_more(caller)
    caller.says(said)
    assert "end_call" in caller.called


@pytest.mark.parametrize("said", ["ya está", "ya está, ya funciona", "ah, ya va"])
def test_a_remedy_that_worked_is_no_goodbye(caller: Caller, said: str) -> None:
    caller.says("no me funciona internet")
    caller.says("123456")
    caller.says("no")
    assert caller.state.ask is not None
    assert caller.state.ask.name == "advise_reboot"
    answer = caller.says(said)
    assert "end_call" not in caller.called
    assert "alegr" in answer.lower()
