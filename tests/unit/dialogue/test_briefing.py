from __future__ import annotations

from ivr.dialogue.briefing import KEYS, briefing, screen_pop
from ivr.dialogue.conversation import Message
from ivr.dialogue.tools import ToolCall, ToolResult
from ivr.language.mood import Mood

BALANCE = ToolCall("get_account_balance", {"account_id": "123456"}, "k1")
MESSAGES = [
    Message("user", "hola me han cobrado dos veces la factura"),
    Message("assistant", call=BALANCE),
    Message("tool", result=ToolResult("k1", BALANCE.name, ok=True, data={"account_id": "123456", "name": "Ana Núñez"})),
    Message("user", "quiero hablar con una persona"),
]


def test_a_person_is_told_who_calls_and_what_for_and_which_keys_to_press() -> None:
    screen = screen_pop(MESSAGES, "c1", "rec_c1", "600111222", Mood())
    told = briefing(screen)
    assert "Ana Núñez" in told
    assert "123456" in told
    assert "factura" in told
    assert told.endswith(KEYS)


def test_an_unknown_caller_is_told_as_such() -> None:
    told = briefing(screen_pop(MESSAGES[3:], "c1", "rec_c1", "600111222", Mood()))
    assert told.startswith("Le paso una llamada. Cliente sin identificar.")
    assert "comprobada" not in told


def test_a_phone_shows_name_subject_and_number_in_letters_that_every_phone_has() -> None:
    screen = screen_pop(MESSAGES, "c1", "rec_c1", "600111222", Mood())
    assert screen.caller_id == '"Ana Nunez - una factura" <600111222>'
    assert screen.variables["__IVR_CUSTOMER"] == "Ana Nunez 123456"


def test_nothing_that_a_caller_is_called_gets_into_the_dialplan_or_a_header() -> None:
    name = 'x"${SHELL(rm)}",\r\nVia: <a>;b'
    result = ToolResult("k1", BALANCE.name, ok=True, data={"account_id": "123456", "name": name})
    screen = screen_pop([*MESSAGES[:2], Message("tool", result=result)], "c1", "rec_c1", "600${X}", Mood())
    for text in (screen.caller_id.replace('"', "", 2).replace("<", "").replace(">", ""), *screen.variables.values()):
        assert not set(text) & set('"${}(),;<>\r\n')


def test_what_a_screen_shows_can_be_sent_on() -> None:
    shown = screen_pop(MESSAGES, "c1", "rec_c1", "600111222", Mood()).as_dict()
    assert shown["intent"] == "billing_inquiry"
    assert shown["results"][0]["name"] == "get_account_balance"
