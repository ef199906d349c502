"""Says a word to a caller who has had enough, before an engine answers: a LanguageModel in front of a LanguageModel."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING

from ivr.language.intents import detect_intent

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from ivr.call.kit import Lines
    from ivr.dialogue.conversation import Message, Speech
    from ivr.dialogue.tools import Tool, ToolCall
    from ivr.ports import LanguageModel

OWN_WORDS = frozenset({"transfer_to_agent", "complaint"})
"""Intents that an engine answers with an apology or a person anyway."""


class ConsolingModel:
    """``lines`` gives the persona's ``upset``: an apology, and that a person is there for the asking."""

    def __init__(self, inner: LanguageModel, lines: Lines) -> None:
        self._inner = inner
        self._lines = lines

    async def reply(
        self, messages: Sequence[Message], tools: Sequence[Tool]
    ) -> AsyncGenerator[Speech | ToolCall, None]:
        """Answer the conversation; the word comes once, where frustration has just built up."""
        last = messages[-1] if messages else None
        if last is not None and last.upset and detect_intent(last.text).name not in OWN_WORDS:
            yield self._lines.line("upset", len(messages))
        async with aclosing(self._inner.reply(messages, tools)) as pieces:
            async for piece in pieces:
                yield piece
