"""A model of one's own: a GGUF served by llama.cpp (``ivr serve llm``), held to our form of answers."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from ivr.engines.chat_history import turn_of
from ivr.engines.event_stream import EventStream, Service
from ivr.engines.held_answer import HeldContent, answer_schema, held_messages
from ivr.engines.openai_wire import ChatReader

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from ivr.dialogue.conversation import Message
    from ivr.dialogue.tools import Tool
    from ivr.engines.spoken_stream import Piece

MOST_TOKENS = 200
TEMPERATURE = 0.0


class LlamaCppChat:
    """A ChatModel on a llama.cpp server; ``url`` ends in ``/v1``."""

    provider = "llamacpp"

    def __init__(self, url: str, model: str) -> None:
        self.model = model
        self._stream = EventStream(Service(self.provider, url))

    async def reply(self, messages: Sequence[Message], tools: Sequence[Tool]) -> AsyncGenerator[Piece, None]:
        """Stream an answer."""
        body = self._body(messages, tools) | {
            "max_tokens": MOST_TOKENS,
            "temperature": TEMPERATURE,
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "answer", "schema": answer_schema(tools)},
            },
        }
        reader = ChatReader(self.provider, turn_of(messages), HeldContent())
        async with aclosing(self._stream.ask("/chat/completions", body, reader)) as pieces:
            async for piece in pieces:
                yield piece

    def _body(self, messages: Sequence[Message], tools: Sequence[Tool]) -> dict[str, Any]:
        return {
            "model": self.model,
            "messages": held_messages(messages, tools),
            "stream": True,
            "stream_options": {"include_usage": True},
            "cache_prompt": True,
        }

    async def warm(self, messages: Sequence[Message], tools: Sequence[Tool]) -> None:
        """Have the server read the instructions, so that the first caller does not wait for that."""
        reader = ChatReader(self.provider, 0)
        body = self._body(messages, tools) | {"max_tokens": 1}
        async with aclosing(self._stream.ask("/chat/completions", body, reader)) as pieces:
            async for _ in pieces:
                pass

    async def check(self) -> None:
        """Ask whether it is there; EngineError."""
        await self._stream.check("/models")

    async def aclose(self) -> None:
        """Close the connections."""
        await self._stream.aclose()
