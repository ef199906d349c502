"""OpenAI's chat completions, as bytes say them: the request from a conversation, the answer from its events.

Also spoken by LM Studio, Ollama, vLLM, llama.cpp and others, each with small liberties, which are taken here:
usage may be missing, arguments may come whole or in pieces, and a server may say no ``[DONE]``.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Protocol

from ivr.dialogue.chat_model import Usage
from ivr.dialogue.conversation import Speech
from ivr.engines.chat_history import Ran, history, result_text, system_of
from ivr.engines.held_answer import PlainContent
from ivr.engines.spoken_stream import ALIVE, WholeWords, parse_call, parse_event
from ivr.errors import EngineUnavailable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.dialogue.conversation import Message
    from ivr.dialogue.tools import Tool
    from ivr.engines.spoken_stream import Piece


class Content(Protocol):
    """What the text of an answer holds."""

    def feed(self, text: str) -> str:
        """Take some characters; answer those that are to be spoken."""
        ...

    def call(self, engine: str) -> tuple[str, str]:
        """Give the name and the arguments, as JSON text, of a call that was written in it; empty where none was."""
        ...


def chat_messages(messages: Sequence[Message]) -> list[dict[str, Any]]:
    """Write the conversation as chat messages."""
    written: list[dict[str, Any]] = []
    if system := system_of(messages):
        written.append({"role": "system", "content": system})
    for item in history(messages):
        if isinstance(item, Ran):
            function = {"name": item.call.name, "arguments": json.dumps(dict(item.call.arguments), ensure_ascii=False)}
            call = {"id": item.id, "type": "function", "function": function}
            written.append({"role": "assistant", "content": None, "tool_calls": [call]})
            written.append({"role": "tool", "tool_call_id": item.id, "content": result_text(item.result)})
        else:
            written.append({"role": item.role, "content": item.text})
    return written


def chat_tools(tools: Sequence[Tool]) -> dict[str, Any]:
    """Offer the functions, one at a time; nothing where there are none."""
    if not tools:
        return {}
    functions = [
        {"name": tool.name, "description": tool.description, "parameters": dict(tool.parameters)} for tool in tools
    ]
    return {
        "tools": [{"type": "function", "function": function} for function in functions],
        "parallel_tool_calls": False,
    }


class ChatReader:
    """Reads the ``chat.completion.chunk`` events of one answer; ``turn`` counts the caller's turns."""

    def __init__(self, engine: str, turn: int, content: Content | None = None) -> None:
        self.done = False
        self._content = content or PlainContent()
        self._engine = engine
        self._turn = turn
        self._words = WholeWords()
        self._name = self._arguments = ""
        self._first_call: object = None
        self._usage: Usage | None = None
        self._finished = False

    def feed(self, data: str) -> list[Piece]:
        """Read one event."""
        if data.strip() == "[DONE]":
            self.done = True
            return []
        event = parse_event(data, self._engine)
        if event.get("error"):
            raise EngineUnavailable(f"{self._engine} broke the answer off with an error; look at its log", self._engine)
        self._note_usage(event.get("usage"))
        pieces: list[Piece] = []
        choices = event.get("choices")
        for choice in choices[:1] if isinstance(choices, list) else []:
            self._finished = self._finished or bool(choice.get("finish_reason"))
            pieces += self._read(choice.get("delta") or {})
        return pieces

    def _read(self, delta: dict[str, Any]) -> list[Piece]:
        pieces: list[Piece] = []
        written = delta.get("content") or ""
        if text := self._words.feed(self._content.feed(written)):
            pieces.append(Speech(text))
        elif written:
            pieces.append(ALIVE)
        for part in delta.get("tool_calls") or []:
            pieces.append(Speech(self._words.flush()))  # what was said before the call need not wait for its arguments
            self._add_call(part)
        return pieces

    def _add_call(self, part: dict[str, Any]) -> None:
        """Put a call together; of several only the first, since its result may change the rest."""
        which = part.get("index", part.get("id"))
        if self._first_call is None:
            self._first_call = which
        if which != self._first_call:
            return
        function = part.get("function") or {}
        self._name = self._name or function.get("name") or ""
        arguments = function.get("arguments") or ""
        self._arguments += arguments if isinstance(arguments, str) else json.dumps(arguments)

    def _note_usage(self, usage: object) -> None:
        if isinstance(usage, dict):
            details = usage.get("prompt_tokens_details") or {}
            read, written = usage.get("prompt_tokens") or 0, usage.get("completion_tokens") or 0
            self._usage = Usage(read, details.get("cached_tokens") or 0, written)

    def finish(self) -> list[Piece]:
        """Give the last word, the usage and the call."""
        if not (self.done or self._finished):
            raise EngineUnavailable(f"{self._engine} broke off in the middle of an answer", self._engine)
        pieces: list[Piece] = []
        if text := self._words.flush():
            pieces.append(Speech(text))
        if self._usage is not None:
            pieces.append(self._usage)
        if not self._name:
            self._name, self._arguments = self._content.call(self._engine)
        if self._name:
            pieces.append(parse_call(self._name, self._arguments, self._turn, self._engine))
        return pieces
