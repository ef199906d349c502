"""The moves of one call's caller to people: the one that somebody else wants, and the one that is under way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.call.handover import CallerHandover, Wish
from ivr.errors import TransferRefused

if TYPE_CHECKING:
    import asyncio

    from ivr.call.conductor import Conductor
    from ivr.call.ear import Ear
    from ivr.call.kit import AgentKit
    from ivr.call.log import CallLog
    from ivr.handover_ports import HandoverMode
    from ivr.ports import MediaLink


class CallerMoves:
    """A supervisor's wish waits here until the agent has announced it; it goes before what the agent itself wants."""

    def __init__(self, kit: AgentKit, conductor: Conductor, book: CallLog, ear: Ear, link: MediaLink) -> None:
        self._parts = (kit, conductor, book, ear, link)
        self._mode, self._ear = kit.policy.handover.mode, ear
        self._task: asyncio.Task[None] | None = None
        self.wished_at = 0.0
        """When the caller last said something, by the call's clock: a move that it leads to was wished for then."""
        self.wish: Wish | None = None
        """What somebody else wants, until it is begun."""
        self.under_way: CallerHandover | None = None
        """It takes the place of the conversation."""

    def ask(self, target: str, mode: HandoverMode) -> None:
        """Note that somebody wants the caller moved; TransferRefused when a move is wanted or under way already."""
        under_way = self.under_way
        if under_way is not None and under_way.moved:
            raise TransferRefused("the caller is with a person already; that person can transfer them")
        if under_way is not None or self.wish is not None:
            raise TransferRefused("the caller is being moved already; GET /calls/{id} shows how it goes")
        self.wish = Wish(target, mode, self._ear.now)

    def begin(self, target: str) -> CallerHandover:
        """Begin the move that is wanted, or the agent's own to ``target``."""
        wish = self.wish or Wish(target, self._mode, self.wished_at)
        self.wish, self.under_way = None, CallerHandover(*self._parts, wish)
        return self.under_way

    def follow(self, task: asyncio.Task[None]) -> None:
        """Cancel this task when the call ends."""
        self._task = task

    def came_back(self) -> None:
        """Give the caller back to the agent."""
        self.under_way = None

    async def close(self) -> None:
        """End with the call."""
        if self._task is not None:
            self._task.cancel()
        if self.under_way is not None:
            await self.under_way.close()
