from __future__ import annotations

import json
from typing import Any

import pytest

from ivr.dialogue.chat_model import Usage
from ivr.dialogue.conversation import Message, Speech
from ivr.dialogue.tools import Tool, ToolCall, ToolResult, key_of
from ivr.engines.openai_wire import ChatReader, chat_messages, chat_tools
from ivr.errors import EngineUnavailable, UnusableAnswer


def chunk(finish: str | None = None, **delta: Any) -> str:
    return json.dumps({"choices": [{"index": 0, "delta": delta, "finish_reason": finish}], "usage": None})


def call_part(arguments: str, name: str = "", index: int = 0) -> dict[str, Any]:
    function = {"arguments": arguments} | ({"name": name} if name else {})
    return {"tool_calls": [{"index": index, "id": "abc", "type": "function", "function": function}]}


def read(*events: str) -> list[Speech | ToolCall | Usage]:
    reader = ChatReader("openai", turn=2)
    pieces = [piece for event in events for piece in reader.feed(event)]
    return [piece for piece in (*pieces, *reader.finish()) if piece != Speech("")]


def spoken(*events: str) -> list[str]:
    return [piece.text for piece in read(*events) if isinstance(piece, Speech)]


def test_parts_of_words_come_out_as_whole_words() -> None:
    deltas = ["Su", " sal", "do", " es", " de", " 37", ",", "80", " eur", "os", "."]
    events = [chunk(content=delta) for delta in deltas]
    assert " ".join(spoken(*events, chunk("stop"), "[DONE]")) == "Su saldo es de 37,80 euros."


def test_the_first_words_come_before_the_rest_is_written() -> None:
    reader = ChatReader("openai", turn=1)
    reader.feed(chunk(role="assistant", content=""))
    assert reader.feed(chunk(content="Claro, ahora")) == [Speech("Claro,")]


@pytest.mark.parametrize(
    ("written", "heard"),
    [
        ("Son **diez** euros.", "Son diez euros."),
        ("Tiene:\n- fibra\n- móvil\n", "Tiene: fibra móvil"),
        ("## Saldo\nDiez euros.", "Saldo Diez euros."),
        ("Le paso.\n\n", "Le paso."),
    ],
)
def test_what_is_for_the_eye_is_not_spoken(written: str, heard: str) -> None:
    letters = [chunk(content=letter) for letter in written]
    assert " ".join(" ".join(spoken(*letters, chunk("stop"))).split()) == heard


def test_a_call_is_put_together_and_comes_after_the_words_and_the_usage() -> None:
    usage = {"prompt_tokens": 900, "completion_tokens": 20, "prompt_tokens_details": {"cached_tokens": 800}}
    pieces = read(
        chunk(content="Un momento."),
        chunk(**call_part('{"account', "get_account_balance")),
        chunk(**call_part('_id": "123456"}')),
        chunk("tool_calls"),
        json.dumps({"choices": [], "usage": usage}),
        "[DONE]",
    )
    arguments = {"account_id": "123456"}
    key = key_of("get_account_balance", arguments, 2)
    assert pieces == [
        Speech("Un"),
        Speech("momento."),
        Usage(900, 800, 20),
        ToolCall("get_account_balance", arguments, key),
    ]


def test_what_is_said_before_a_call_does_not_wait_for_its_arguments() -> None:
    reader = ChatReader("openai", turn=1)
    reader.feed(chunk(content="Claro."))
    assert reader.feed(chunk(**call_part("", "end_call"))) == [Speech("Claro.")]


def test_of_two_calls_only_the_first_is_made() -> None:
    first = chunk(**call_part("{}", "end_call"))
    second = chunk(**call_part('{"reason": "x"}', "transfer_to_agent", index=1))
    assert [piece.name for piece in read(first, second, chunk("tool_calls")) if isinstance(piece, ToolCall)] == [
        "end_call"
    ]


def test_the_same_call_in_the_same_turn_has_the_same_key() -> None:
    event = chunk(**call_part('{"b": 1, "a": 2}', "x"))
    other = chunk(**call_part('{"a": 2, "b": 1}', "x"))
    assert read(event, chunk("stop")) == read(other, chunk("stop"))


@pytest.mark.parametrize("arguments", ['{"account_id": "12', "[1]", "null", "cuenta 5"])
def test_arguments_that_are_no_object_are_no_call(arguments: str) -> None:
    with pytest.raises(UnusableAnswer, match="get_account_balance"):
        read(chunk(**call_part(arguments, "get_account_balance")), chunk("tool_calls"))


def test_an_answer_without_its_end_has_broken_off() -> None:
    with pytest.raises(EngineUnavailable, match="broke off"):
        read(chunk(content="Su saldo es"))


def test_an_error_in_the_stream_ends_it() -> None:
    with pytest.raises(EngineUnavailable):
        read(json.dumps({"error": {"message": "out of memory"}}))


@pytest.mark.parametrize("event", ["<html>", "[]", "3"])
def test_what_is_no_event_is_said_to_be_unusable(event: str) -> None:
    with pytest.raises(UnusableAnswer):
        read(event)


def test_the_request_tells_instructions_conversation_and_results() -> None:
    call = ToolCall("get_account_balance", {"account_id": "123456"}, "any key")
    messages = [
        Message("system", "Eres Laura."),
        Message("user", "Mi saldo."),
        Message("assistant", call=call),
        Message("tool", result=ToolResult("any key", call.name, ok=True, data={"amount": "37.80 EUR"})),
    ]
    system, user, asked, told = chat_messages(messages)
    assert system == {"role": "system", "content": "Eres Laura."}
    assert user == {"role": "user", "content": "Mi saldo."}
    assert asked["tool_calls"][0]["id"] == told["tool_call_id"]
    assert json.loads(asked["tool_calls"][0]["function"]["arguments"]) == {"account_id": "123456"}
    assert json.loads(told["content"]) == {"amount": "37.80 EUR"}


def test_functions_are_offered_with_their_schema_and_none_without_functions() -> None:
    offered = chat_tools([Tool("end_call", "Hang up.", {"type": "object", "properties": {}})])
    assert offered["tools"][0]["function"]["name"] == "end_call"
    assert offered["parallel_tool_calls"] is False
    assert chat_tools([]) == {}
