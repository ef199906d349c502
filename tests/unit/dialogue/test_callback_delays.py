"""A callback that is wanted so long from now."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from ivr.dialogue.conversation import Message
from ivr.dialogue.guardrails import grounds_of, wrong_with_claim
from ivr.dialogue.tools import ToolCall

if TYPE_CHECKING:
    from ivr.dialogue.local import LocalEngine
    from tests.unit.dialogue.conftest import Caller

LATE = dt.datetime(2026, 11, 23, 23, 40)  # noqa: DTZ001 - the engine works in local time


@pytest.mark.parametrize(
    ("said", "time", "told"),
    [
        ("dentro de dos horas", "19:00", "a las siete de la tarde"),
        ("en media hora", "17:30", "a las cinco y media de la tarde"),
        ("en tres cuartos de hora", "17:45", "a las seis menos cuarto de la tarde"),
        ("de aquí a una hora", "18:00", "a las seis de la tarde"),
        ("hoy, en diez minutos", "17:10", "a las cinco y diez de la tarde"),
    ],
)
def test_day_and_hour_are_taken_from_now_and_read_back(caller: Caller, said: str, time: str, told: str) -> None:
    caller.says("Quiero que me llame un técnico")
    assert "número de teléfono" in caller.says(said)
    heard = caller.says("seis cinco cuatro tres dos uno nueve ocho siete")
    (call,) = caller.calls
    assert (call.arguments["date"], call.arguments["time"]) == ("2026-11-23", time)
    assert told in heard


def test_days_ahead_leave_the_hour_to_be_asked(caller: Caller) -> None:
    caller.says("Quiero que me llame un técnico")
    assert "hora" in caller.says("dentro de un par de días")
    assert caller.state.of("callback")["date"] == "2026-11-25"


def test_an_hour_or_another_day_that_is_named_stands(caller: Caller) -> None:
    caller.says("Quiero que me llame un técnico")
    caller.says("mañana, no dentro de una hora, mañana a las diez")
    slots = caller.state.of("callback")
    assert (slots["date"], slots["time"]) == ("2026-11-24", "10:00")


def test_around_midnight_it_is_the_next_day(engine: LocalEngine) -> None:
    said = [Message("user", "Que me llamen en media hora al 654321987")]
    call = next(piece for piece in engine.respond(said, LATE) if isinstance(piece, ToolCall))
    assert (call.arguments["date"], call.arguments["time"]) == ("2026-11-24", "00:10")


def test_where_nobody_calls_at_that_hour_another_is_asked_for(caller: Caller) -> None:
    caller.failing["schedule_callback"] = "closed"
    heard = caller.says("Que me llamen dentro de cinco horas al 654321987")
    assert caller.calls[0].arguments["time"] == "22:00"
    assert "el veintitrés de noviembre no puede ser a esa hora" in heard
    caller.failing.clear()
    caller.says("pues en hora y media")
    assert caller.calls[-1].arguments["time"] == "18:30"


def test_a_model_may_tell_the_hour_that_the_caller_meant() -> None:
    now = dt.datetime(2026, 11, 23, 17, 0)  # noqa: DTZ001 - local time
    grounds = grounds_of([Message("user", "llámenme dentro de dos horas")], "", now)
    assert wrong_with_claim("Le llamamos a las siete de la tarde.", grounds, now) == ""
    assert wrong_with_claim("Le llamamos a las ocho de la tarde.", grounds, now) != ""
