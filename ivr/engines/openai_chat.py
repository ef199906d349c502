"""Any server of OpenAI's chat completions: OpenAI, LM Studio, Ollama, vLLM, Mixtral behind one of them."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from ivr.engines.chat_history import turn_of
from ivr.engines.event_stream import EventStream, Service
from ivr.engines.openai_wire import ChatReader, chat_messages, chat_tools

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping, Sequence

    from ivr.dialogue.conversation import Message
    from ivr.dialogue.tools import Tool
    from ivr.engines.spoken_stream import Piece

MOST_TOKENS = 400
"""Of one answer: a minute of speech, and more than a turn should have."""


class OpenAiChat:
    """A ChatModel. ``extra`` goes into every request as it is (temperature, what a server has of its own)."""

    def __init__(self, service: Service, model: str, extra: Mapping[str, Any] | None = None) -> None:
        self.provider = service.provider
        self.model = model
        self._extra = {"max_tokens": MOST_TOKENS} if extra is None else extra
        self._stream = EventStream(service)

    async def reply(self, messages: Sequence[Message], tools: Sequence[Tool]) -> AsyncGenerator[Piece, None]:
        """Stream an answer."""
        body = {
            "model": self.model,
            "messages": chat_messages(messages),
            "stream": True,
            "stream_options": {"include_usage": True},
            **chat_tools(tools),
            **self._extra,
        }
        reader = ChatReader(self.provider, turn_of(messages))
        async with aclosing(self._stream.ask("/chat/completions", body, reader)) as pieces:
            async for piece in pieces:
                yield piece

    async def warm(self, messages: Sequence[Message], tools: Sequence[Tool]) -> None:
        """Do nothing: these services keep by themselves what they have read."""

    async def check(self) -> None:
        """Ask whether it is there and lets us in; EngineError."""
        await self._stream.check("/models")

    async def aclose(self) -> None:
        """Close the connections."""
        await self._stream.aclose()


def openai_service(provider: str, url: str, key: str, url_setting: str = "LLM_BASE_URL") -> Service:
    """Say where such a server is; an empty key is not sent."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return Service(provider, url, headers, key, "OPENAI_API_KEY" if key else "", url_setting)
