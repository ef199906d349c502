"""Asks the caller again before an engine acts: a LanguageModel in front of a LanguageModel, whichever it is."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import AsyncGenerator, Callable, Sequence

    from ivr.dialogue.clarifying import CaseFold
    from ivr.dialogue.conversation import Message, Speech
    from ivr.dialogue.tools import Tool, ToolCall
    from ivr.ports import LanguageModel


class ClarifyingModel:
    """``fold`` says what to ask; ``now`` tells local time."""

    def __init__(self, inner: LanguageModel, fold: CaseFold, now: Callable[[], dt.datetime]) -> None:
        self._inner = inner
        self._fold = fold
        self._now = now

    async def reply(
        self, messages: Sequence[Message], tools: Sequence[Tool]
    ) -> AsyncGenerator[Speech | ToolCall, None]:
        """Ask again, or let the engine answer the settled conversation."""
        case = self._fold.read(messages, self._now())
        if case.open is not None and messages[-1].role == "user":
            yield case.open.speech
            return
        if case.remark is not None:
            yield case.remark
        async with aclosing(self._inner.reply(case.settled, tools)) as pieces:
            async for piece in pieces:
                yield piece
