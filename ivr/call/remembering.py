"""Tells an engine what the customer's last call came to, once a function has opened their account: not before."""

from __future__ import annotations

import datetime as dt
from contextlib import aclosing
from typing import TYPE_CHECKING

from ivr.dialogue.conversation import Message

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence

    from ivr.dialogue.conversation import Speech
    from ivr.dialogue.memory import Remembered
    from ivr.dialogue.tools import Tool, ToolCall
    from ivr.ports import LanguageModel

    Recall = Callable[[str, str], Awaitable[Remembered | None]]


def remembering(new_engine: Callable[[], LanguageModel], recall: Recall) -> Callable[[], LanguageModel]:
    """Put one in front of every engine."""
    return lambda: RememberingModel(new_engine(), recall)


class RememberingModel:
    """A LanguageModel in front of a LanguageModel; ``recall`` takes an account and the caller's number."""

    def __init__(self, inner: LanguageModel, recall: Recall) -> None:
        self._inner = inner
        self._recall = recall
        self._known: dict[str, Message | None] = {}

    async def reply(
        self, messages: Sequence[Message], tools: Sequence[Tool]
    ) -> AsyncGenerator[Speech | ToolCall, None]:
        """Answer the conversation, with what is remembered put before the call that opened the account."""
        async with aclosing(self._inner.reply(await self._with_memory(messages), tools)) as pieces:
            async for piece in pieces:
                yield piece

    async def _with_memory(self, messages: Sequence[Message]) -> Sequence[Message]:
        opened = next((place for place, message in enumerate(messages) if _account(message)), None)
        if opened is None:
            return messages
        account = _account(messages[opened])
        if account not in self._known:
            caller = next((message.caller for message in messages if message.caller), "")
            found, today = await self._recall(account, caller), dt.date.today()  # noqa: DTZ011 - the caller's day
            self._known[account] = (
                Message("system", found.for_models(today), recalled=found) if found is not None else None
            )
        note = self._known[account]
        if note is None:
            return messages
        return (*messages[: opened - 1], note, *messages[opened - 1 :])


def _account(message: Message) -> str:
    result = message.result
    return str(result.data.get("account_id") or "") if result is not None and result.ok else ""
