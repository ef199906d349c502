from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from ivr.db.crm_tools import TOOLS
from ivr.dialogue.conversation import Message, Speech
from ivr.dialogue.tools import ToolCall, ToolResult, key_of
from ivr.engines.held_answer import HeldContent, answer_schema, held_messages
from ivr.engines.openai_wire import ChatReader
from ivr.errors import UnusableAnswer

SCHEMA = Draft202012Validator(answer_schema(TOOLS))
BALANCE = {"say": "Un momento.", "call": "get_account_balance", "arguments": {"account_id": "123456"}}


@pytest.mark.parametrize("answer", [{"say": "Buenos días."}, BALANCE, {"say": "", "call": "end_call", "arguments": {}}])
def test_the_form_allows_words_and_one_function_with_its_own_arguments(answer: dict[str, object]) -> None:
    assert SCHEMA.is_valid(answer)


@pytest.mark.parametrize(
    "answer",
    [
        {"say": ""},
        {},
        {"say": "x", "call": "borrar_todo", "arguments": {}},
        {"say": "x", "call": "get_account_balance", "arguments": {"account_id": 12}},
        {"say": "x", "call": "schedule_callback", "arguments": {"phone": "612345678", "date": "x", "time": "a las 10"}},
        BALANCE | {"more": 1},
    ],
)
def test_the_form_allows_nothing_else(answer: dict[str, object]) -> None:
    assert not SCHEMA.is_valid(answer)


@given(st.text(max_size=60), st.lists(st.integers(1, 7), min_size=1, max_size=40))
def test_what_is_said_comes_out_whole_wherever_it_is_cut(said: str, sizes: list[int]) -> None:
    raw = json.dumps({"say": said}, ensure_ascii=False)
    content, given_out, at = HeldContent(), "", 0
    for size in (*sizes, len(raw)):
        given_out += content.feed(raw[at : at + size])
        at += size
    assert given_out == said
    assert content.call("llamacpp") == ("", "{}")


def test_it_is_spoken_before_the_call_is_written() -> None:
    reader = ChatReader("llamacpp", 1, HeldContent())
    raw = json.dumps(BALANCE)
    begun = {"choices": [{"delta": {"content": raw[:15]}, "finish_reason": None}]}
    assert reader.feed(json.dumps(begun)) == [Speech("Un")]
    reader.feed(json.dumps({"choices": [{"delta": {"content": raw[15:]}, "finish_reason": "stop"}]}))
    arguments = {"account_id": "123456"}
    call = ToolCall("get_account_balance", arguments, key_of("get_account_balance", arguments, 1))
    assert reader.finish() == [Speech("momento."), call]


@pytest.mark.parametrize("raw", ['{"say": "Un mom', "Hola.", "[1]"])
def test_an_answer_that_does_not_keep_to_the_form_is_unusable(raw: str) -> None:
    content = HeldContent()
    content.feed(raw)
    with pytest.raises(UnusableAnswer):
        content.call("llamacpp")


def test_the_conversation_is_told_in_the_same_form_and_the_calls_own_moment_is_last_of_the_instructions() -> None:
    call = ToolCall("get_account_balance", {"account_id": "123456"}, "k")
    messages = [
        Message("system", "Eres Laura.\n\nLa llamada empieza hoy."),
        Message("user", "Mi saldo."),
        Message("assistant", call=call),
        Message("tool", result=ToolResult("k", call.name, ok=True, data={"amount": "37.80 EUR"})),
        Message("assistant", "Son 37,80 euros."),
        Message("user", "Gracias."),
    ]
    system, user, asked, result, said, last = held_messages(messages, TOOLS)
    assert system["content"].endswith("La llamada empieza hoy.")
    assert "get_account_balance(account_id): " in system["content"]
    assert "schedule_callback(phone, date, time, reason?, account_id?)" in system["content"]
    assert (user["content"], last["content"]) == ("Mi saldo.", "Gracias.")
    assert json.loads(asked["content"])["call"] == "get_account_balance"
    assert result == {"role": "user", "content": '[Resultado de get_account_balance: {"amount": "37.80 EUR"}]'}
    assert json.loads(said["content"]) == {"say": "Son 37,80 euros."}
