from __future__ import annotations

import json

from ivr.dialogue.conversation import Message
from ivr.dialogue.tools import ToolCall, ToolResult
from ivr.engines.chat_history import BEGINS, GO_ON, LARGEST_RESULT, Ran, Said, history, result_text, system_of, turn_of

CALL = ToolCall("get_account_balance", {"account_id": "123456"}, "k1")
RESULT = ToolResult("k1", "get_account_balance", ok=True, data={"amount": "37.80 EUR"})
TOLD = [
    Message("assistant", "Hola, ¿en qué puedo ayudarle?"),
    Message("user", "Mi saldo."),
    Message("assistant", call=CALL),
    Message("tool", result=RESULT),
]


def test_a_conversation_that_we_began_begins_with_the_call_that_came_in() -> None:
    assert history(TOLD)[:2] == [Said("user", BEGINS), Said("assistant", "Hola, ¿en qué puedo ayudarle?")]
    assert history([]) == [Said("user", BEGINS)]


def test_a_result_stands_beside_its_call_once() -> None:
    assert history([*TOLD, TOLD[-2], TOLD[-1]])[2:] == [Said("user", "Mi saldo."), Ran(1, CALL, RESULT)]


def test_a_call_without_a_result_and_a_result_without_a_call_are_left_out() -> None:
    other = ToolCall("end_call", {}, "k2")
    told = history([Message("user", "Adiós."), Message("assistant", call=other), Message("tool", result=RESULT)])
    assert told == [Said("user", "Adiós.")]


def test_results_that_came_twice_in_a_call_have_ids_of_their_own() -> None:
    again = ToolCall("get_account_balance", {}, "k9 with/odd signs")
    twice = [*TOLD, Message("assistant", call=again), Message("tool", result=ToolResult(again.call_id, "x", ok=True))]
    assert [item.id for item in history(twice) if isinstance(item, Ran)] == ["call_1", "call_2"]


def test_what_one_side_said_in_two_entries_is_one_turn() -> None:
    told = history([Message("user", "Mi cuenta es"), Message("user", "123456", by_keys=True)])
    assert told == [Said("user", "Mi cuenta es [En el teclado del teléfono] 123456")]


def test_an_answer_that_broke_off_is_asked_to_go_on_from_what_was_heard() -> None:
    told = history([Message("user", "Mi saldo."), Message("assistant", "Su saldo pendiente")])
    assert told[1:] == [Said("assistant", "Su saldo pendiente"), Said("user", GO_ON)]


def test_instructions_are_kept_apart_and_turns_are_counted() -> None:
    messages = [Message("system", "Eres Laura."), *TOLD]
    assert system_of(messages) == "Eres Laura."
    assert turn_of(messages) == 1
    assert history(messages) == history(TOLD)


def test_a_result_of_megabytes_is_cut_and_a_failure_is_told() -> None:
    assert len(result_text(ToolResult("k", "x", ok=True, data={"a": "x" * 5_000_000}))) == LARGEST_RESULT
    failed = ToolResult("k", "x", ok=False, data={"code": "unknown"}, error="there is no such account")
    assert json.loads(result_text(failed)) == {"code": "unknown", "error": "there is no such account"}
