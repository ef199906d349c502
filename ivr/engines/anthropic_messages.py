"""Anthropic's Messages API."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING

from ivr.engines.anthropic_wire import MessagesReader, conversation_body
from ivr.engines.chat_history import turn_of
from ivr.engines.event_stream import EventStream, Service
from ivr.engines.openai_chat import MOST_TOKENS

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from ivr.dialogue.conversation import Message
    from ivr.dialogue.tools import Tool
    from ivr.engines.spoken_stream import Piece

VERSION = "2023-06-01"


class AnthropicMessages:
    """A ChatModel."""

    def __init__(self, service: Service, model: str) -> None:
        self.provider = service.provider
        self.model = model
        self._stream = EventStream(service)

    async def reply(self, messages: Sequence[Message], tools: Sequence[Tool]) -> AsyncGenerator[Piece, None]:
        """Stream an answer."""
        body = {
            "model": self.model,
            "max_tokens": MOST_TOKENS,
            "stream": True,
            **conversation_body(messages, tools),
        }
        reader = MessagesReader(self.provider, turn_of(messages))
        async with aclosing(self._stream.ask("/v1/messages", body, reader)) as pieces:
            async for piece in pieces:
                yield piece

    async def warm(self, messages: Sequence[Message], tools: Sequence[Tool]) -> None:
        """Do nothing: the first request has the service keep the instructions."""

    async def check(self) -> None:
        """Ask whether it is there and lets us in; EngineError."""
        await self._stream.check("/v1/models")

    async def aclose(self) -> None:
        """Close the connections."""
        await self._stream.aclose()


def anthropic_service(url: str, key: str) -> Service:
    """Say where the service is."""
    headers = {"x-api-key": key, "anthropic-version": VERSION}
    return Service("anthropic", url, headers, key, "ANTHROPIC_API_KEY")
