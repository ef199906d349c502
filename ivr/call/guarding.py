"""Keeps what the persona refuses to talk about away from hosted models: the built-in engine refuses it."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import AsyncGenerator, Callable, Sequence

    from ivr.dialogue.conversation import Message, Speech
    from ivr.dialogue.local import LocalEngine
    from ivr.dialogue.tools import Tool, ToolCall
    from ivr.ports import LanguageModel


class GuardedTurns:
    """One call's LanguageModel; ``own`` is the built-in engine's, ``models`` the hosted ones', ``now`` local time."""

    def __init__(
        self, engine: LocalEngine, own: LanguageModel, models: LanguageModel, now: Callable[[], dt.datetime]
    ) -> None:
        self._engine = engine
        self._own = own
        self._models = models
        self._now = now

    async def reply(
        self, messages: Sequence[Message], tools: Sequence[Tool]
    ) -> AsyncGenerator[Speech | ToolCall, None]:
        """Answer the conversation; a turn about what is refused reaches no model."""
        answering = self._own if self._engine.refuses(messages, self._now()) else self._models
        async with aclosing(answering.reply(messages, tools)) as pieces:
            async for piece in pieces:
                yield piece
