"""Shares the turns of a call between the built-in engine and hosted models: the engine answers what it understands.

Most turns of a call center's day are of that kind: they are then answered at once, the same way every time, and cost
nothing. The rest goes to the models.
"""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING

from ivr.dialogue.tools import SEARCH

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import AsyncGenerator, Callable, Sequence

    from ivr.dialogue.conversation import Message, Speech
    from ivr.dialogue.local import LocalEngine
    from ivr.dialogue.tools import Tool, ToolCall
    from ivr.ports import LanguageModel


class SharedTurns:
    """One call's LanguageModel; ``own`` is the built-in engine's, ``models`` the hosted ones', ``now`` local time."""

    def __init__(
        self, engine: LocalEngine, own: LanguageModel, models: LanguageModel, now: Callable[[], dt.datetime]
    ) -> None:
        self._engine = engine
        self._own = own
        self._models = models
        self._now = now
        self._answering = own

    async def reply(
        self, messages: Sequence[Message], tools: Sequence[Tool]
    ) -> AsyncGenerator[Speech | ToolCall, None]:
        """Answer the conversation; who called a function tells what came of it, but of a search in vain."""
        result = messages[-1].result if messages else None
        if result is None or (result.name == SEARCH and self._answering is self._own):
            understood = self._engine.understands(messages, self._now())
            self._answering = self._own if understood else self._models
        async with aclosing(self._answering.reply(messages, tools)) as pieces:
            async for piece in pieces:
                yield piece
