from __future__ import annotations

import json
from typing import Any

import pytest

from ivr.dialogue.chat_model import Usage
from ivr.dialogue.conversation import Message, Speech
from ivr.dialogue.tools import Tool, ToolCall, ToolResult, key_of
from ivr.engines.anthropic_wire import MessagesReader, conversation_body
from ivr.errors import EngineUnavailable

START = {
    "type": "message_start",
    "message": {"usage": {"input_tokens": 10, "cache_read_input_tokens": 900, "cache_creation_input_tokens": 5}},
}
STOP: list[dict[str, Any]] = [{"type": "message_delta", "usage": {"output_tokens": 21}}, {"type": "message_stop"}]


def text(words: str) -> dict[str, Any]:
    return {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": words}}


def call(index: int, name: str, *parts: str) -> list[dict[str, Any]]:
    block = {"type": "tool_use", "id": "toolu_1", "name": name, "input": {}}
    deltas = [{"type": "input_json_delta", "partial_json": part} for part in parts]
    return [
        {"type": "content_block_start", "index": index, "content_block": block},
        *({"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas),
        {"type": "content_block_stop", "index": index},
    ]


def read(*events: dict[str, Any]) -> list[Speech | ToolCall | Usage]:
    reader = MessagesReader("anthropic", turn=1)
    pieces = [piece for event in events for piece in reader.feed(json.dumps(event))]
    return [piece for piece in (*pieces, *reader.finish()) if piece != Speech("")]


def test_words_usage_and_call_come_in_this_order() -> None:
    arguments = {"account_id": "123456"}
    pieces = read(
        START,
        {"type": "ping"},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        text("Un mom"),
        text("ento."),
        *call(1, "get_account_balance", "", '{"account_id": ', '"123456"}'),
        *STOP,
    )
    key = key_of("get_account_balance", arguments, 1)
    assert pieces == [
        Speech("Un"),
        Speech("momento."),
        Usage(915, 900, 21),
        ToolCall("get_account_balance", arguments, key),
    ]


def test_a_function_without_arguments_comes_as_an_empty_object() -> None:
    assert read(START, *call(0, "end_call", ""), *STOP)[-1] == ToolCall("end_call", {}, key_of("end_call", {}, 1))


def test_of_two_calls_only_the_first_is_made() -> None:
    pieces = read(START, *call(0, "end_call", "{}"), *call(1, "transfer_to_agent", '{"reason": "x"}'), *STOP)
    assert [(piece.name, piece.arguments) for piece in pieces if isinstance(piece, ToolCall)] == [("end_call", {})]


def test_an_overloaded_service_ends_the_stream() -> None:
    with pytest.raises(EngineUnavailable, match="overloaded_error"):
        read(START, text("Su"), {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}})


def test_an_answer_without_its_end_has_broken_off() -> None:
    with pytest.raises(EngineUnavailable, match="broke off"):
        read(START, text("Su saldo es"))


def test_the_request_has_roles_in_turn_and_its_fixed_part_is_kept_by_the_service() -> None:
    asked = ToolCall("get_account_balance", {"account_id": "1"}, "any key/1")
    failed = ToolResult("any key/1", asked.name, ok=False, error="there is no such account")
    messages = [
        Message("system", "Eres Laura."),
        Message("assistant", "Hola."),
        Message("user", "Mi saldo."),
        Message("assistant", call=asked),
        Message("tool", result=failed),
        Message("user", "¿Y bien?"),
    ]
    body = conversation_body(messages, [Tool("end_call", "Hang up.", {"type": "object"})])
    assert [entry["role"] for entry in body["messages"]] == ["user", "assistant", "user", "assistant", "user"]
    use, (result, last) = body["messages"][3]["content"][0], body["messages"][4]["content"]
    assert use["id"] == result["tool_use_id"]
    assert result["is_error"] is True
    assert last == {"type": "text", "text": "¿Y bien?"}
    assert body["system"][0]["cache_control"] == {"type": "ephemeral"}
    assert body["tools"][0]["input_schema"] == {"type": "object"}
