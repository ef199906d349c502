"""Shares the turns of a call between the built-in engine and hosted models.

The engine may answer all that it understands: most turns of a call center's day are of that kind, and are then answered
at once, the same way every time, and cost nothing. Or it only answers what the persona refuses to talk about, which so
reaches no model. The rest goes to the models.
"""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING

from ivr.dialogue.tools import SEARCH

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import AsyncGenerator, Callable, Sequence

    from ivr.dialogue.conversation import Message, Speech
    from ivr.dialogue.tools import Tool, ToolCall
    from ivr.ports import LanguageModel

    Takes = Callable[[Sequence[Message], dt.datetime], bool]
    """Says whether the built-in engine takes the caller's last words, at a local time."""


class SharedTurns:
    """One call's LanguageModel; ``own`` is the built-in engine's, ``models`` the hosted ones', ``now`` local time."""

    def __init__(self, takes: Takes, own: LanguageModel, models: LanguageModel, now: Callable[[], dt.datetime]) -> None:
        self._takes = takes
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
            self._answering = self._own if self._takes(messages, self._now()) else self._models
        async with aclosing(self._answering.reply(messages, tools)) as pieces:
            async for piece in pieces:
                yield piece
