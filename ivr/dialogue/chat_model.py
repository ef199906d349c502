"""A hosted language model, as the relay that keeps calls going sees it: a LanguageModel that tells what it took."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from ivr.dialogue.conversation import Message, Speech
    from ivr.dialogue.tools import Tool, ToolCall


@dataclass(frozen=True, slots=True)
class Usage:
    """What an answer of a hosted model took, in tokens; of those ``read``, ``cached`` were ready from before."""

    read: int = 0
    cached: int = 0
    written: int = 0


class ChatModel(Protocol):
    """A hosted language model. It fails as EngineError; who reads its stream sets the time limits."""

    provider: str
    """As LLM_PROVIDER names it."""
    model: str

    def reply(
        self, messages: Sequence[Message], tools: Sequence[Tool]
    ) -> AsyncGenerator[Speech | ToolCall | Usage, None]:
        """Stream whole words, then what it took, then at most one call.

        An empty Speech is a sign of life while something comes that is not to be spoken.
        """
        ...

    async def warm(self, messages: Sequence[Message], tools: Sequence[Tool]) -> None:
        """Have the server read what every call begins with, where it keeps that; EngineError."""
        ...

    async def check(self) -> None:
        """Ask whether it is there and lets us in; EngineError tells the mend."""
        ...

    async def aclose(self) -> None:
        """Close the connections; safe to repeat."""
        ...
