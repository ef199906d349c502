"""Anthropic's Messages API, as bytes say it: the request from a conversation, the answer from its events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ivr.dialogue.chat_model import Usage
from ivr.dialogue.conversation import Speech
from ivr.engines.chat_history import Ran, history, result_text, system_of
from ivr.engines.spoken_stream import ALIVE, WholeWords, parse_call, parse_event
from ivr.errors import EngineUnavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.dialogue.conversation import Message
    from ivr.dialogue.tools import Tool
    from ivr.engines.spoken_stream import Piece

CACHED = {"type": "ephemeral"}
"""What ends with this is kept by the service for some minutes, and read from there by the next request."""


def conversation_body(messages: Sequence[Message], tools: Sequence[Tool]) -> dict[str, Any]:
    """Write instructions, conversation and functions, roles in turn and each result right after its call."""
    body: dict[str, Any] = {"messages": _in_turn(messages)}
    if system := system_of(messages):
        body["system"] = [{"type": "text", "text": system, "cache_control": CACHED}]
    if tools:
        body["tools"] = [
            {"name": tool.name, "description": tool.description, "input_schema": dict(tool.parameters)}
            for tool in tools
        ]
        body["tool_choice"] = {"type": "auto", "disable_parallel_tool_use": True}
    return body


def _in_turn(messages: Sequence[Message]) -> list[dict[str, Any]]:
    written: list[dict[str, Any]] = []
    for item in history(messages):
        if isinstance(item, Ran):
            call = {"type": "tool_use", "id": item.id, "name": item.call.name, "input": dict(item.call.arguments)}
            told: dict[str, Any] = {"type": "tool_result", "tool_use_id": item.id, "content": result_text(item.result)}
            if not item.result.ok:
                told["is_error"] = True
            _add(written, "assistant", call)
            _add(written, "user", told)
        else:
            _add(written, item.role, {"type": "text", "text": item.text})
    return written


def _add(written: list[dict[str, Any]], role: str, block: dict[str, Any]) -> None:
    if written and written[-1]["role"] == role:
        written[-1]["content"].append(block)
    else:
        written.append({"role": role, "content": [block]})


class MessagesReader:
    """Reads the events of one answer; ``turn`` counts the caller's turns."""

    def __init__(self, engine: str, turn: int) -> None:
        self.done = False
        self._engine = engine
        self._turn = turn
        self._words = WholeWords()
        self._name = self._arguments = ""
        self._call_block: object = None
        self._read = self._cached = self._written = 0

    def feed(self, data: str) -> list[Piece]:
        """Read one event; kinds that are not known are passed over, as the service asks for."""
        event: dict[str, Any] = parse_event(data, self._engine)
        match event.get("type"):
            case "message_start":
                self._note_usage((event.get("message") or {}).get("usage") or {})
            case "content_block_start":
                return self._begin(event.get("index"), event.get("content_block") or {})
            case "content_block_delta":
                return self._add(event.get("index"), event.get("delta") or {})
            case "message_delta":
                self._written = (event.get("usage") or {}).get("output_tokens") or self._written
            case "message_stop":
                self.done = True
            case "error":
                kind = (event.get("error") or {}).get("type") or "an error"
                raise EngineUnavailable(f"{self._engine} broke the answer off ({kind}); try again later", self._engine)
            case _:
                pass
        return []

    def _begin(self, index: object, block: dict[str, Any]) -> list[Piece]:
        if block.get("type") == "tool_use":
            if not self._name:
                self._name, self._call_block = str(block.get("name") or ""), index
            return [Speech(self._words.flush())]  # what was said before the call need not wait for its arguments
        return self._speak(block.get("text") or "")

    def _add(self, index: object, delta: dict[str, Any]) -> list[Piece]:
        if delta.get("type") == "input_json_delta":
            if index == self._call_block:
                self._arguments += delta.get("partial_json") or ""
            return [ALIVE]
        return self._speak(delta.get("text") or "")

    def _speak(self, text: str) -> list[Piece]:
        whole = self._words.feed(text)
        return [Speech(whole)] if whole else [ALIVE] if text else []

    def _note_usage(self, usage: dict[str, Any]) -> None:
        self._cached = usage.get("cache_read_input_tokens") or 0
        fresh = (usage.get("input_tokens") or 0) + (usage.get("cache_creation_input_tokens") or 0)
        self._read, self._written = fresh + self._cached, usage.get("output_tokens") or 0

    def finish(self) -> list[Piece]:
        """Give the last word, the usage and the call."""
        if not self.done:
            raise EngineUnavailable(f"{self._engine} broke off in the middle of an answer", self._engine)
        pieces: list[Piece] = []
        if text := self._words.flush():
            pieces.append(Speech(text))
        pieces.append(Usage(self._read, self._cached, self._written))
        if self._name:
            pieces.append(parse_call(self._name, self._arguments, self._turn, self._engine))
        return pieces
