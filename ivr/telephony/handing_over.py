"""A hand-over under way as its session holds it: what it is told, what it may ask, and the second media leg."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ivr.handover_ports import HandoverFailed
from ivr.telephony.callflow_values import DismissAsked, JoinAsked

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.handover_ports import HandoverNews, HandoverOrder
    from ivr.ports import MediaLink
    from ivr.telephony.callflow_values import FlowEvent


class HandingOver:
    """The session's end of a hand-over; ``order`` is what is being done, which may be less than was asked for."""

    def __init__(self, ask: Callable[[FlowEvent], None], order: HandoverOrder) -> None:
        self.order = order
        self.link: MediaLink | None = None
        self._ask = ask
        self._news: asyncio.Queue[HandoverNews] = asyncio.Queue()

    def take(self, news: HandoverNews) -> None:
        """Learn what happened; a leg that is about to close is not used any more."""
        if isinstance(news, HandoverFailed):
            self.link = None
        self._news.put_nowait(news)

    async def news(self) -> HandoverNews:
        """Wait for what happens next."""
        return await self._news.get()

    def join(self) -> None:
        """Let caller and person talk."""
        self._ask(JoinAsked())

    def dismiss(self) -> None:
        """Hang up on the person."""
        self._ask(DismissAsked())
