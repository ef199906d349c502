"""Telling screens who a person is about to speak with: listeners of the PBX, and a program outside."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from ivr.errors import IvrError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from typing import Any

    from ivr.dialogue.briefing import ScreenPop
    from ivr.handover_ports import ScreenHook, TellsListeners
    from ivr.metadata import HandoverRecord

log = logging.getLogger(__name__)

EVENT = "IvrScreenPop"
"""Name of the user event in ARI and AMI."""


class ScreenPops:
    """What is told of one hand-over. Each side is told in order, and neither waits for the other."""

    def __init__(
        self, control: TellsListeners, hook: ScreenHook | None, screen: ScreenPop, record: HandoverRecord
    ) -> None:
        self._control, self._hook, self._screen, self._record = control, hook, screen, record
        self._turns = (asyncio.Lock(), asyncio.Lock())
        self._telling: set[asyncio.Task[None]] = set()

    def tell(self, state: str) -> None:
        """Tell how it stands: ``ringing``, ``answered``, or the hand-over's outcome; never waits."""
        about = {"state": state, "target": self._record.target, "mode": self._record.mode}
        pbx, program = self._turns
        self._start(pbx, self._tell_pbx, {**about, **self._screen.fields})
        if self._hook is not None:
            self._start(program, self._hook.post, {"event": "screen_pop", **about, "screen": self._screen.as_dict()})

    def _start(self, turn: asyncio.Lock, tell: Callable[[Any], Awaitable[None]], what: Mapping[str, Any]) -> None:
        async def work() -> None:
            async with turn:
                await tell(what)

        task = asyncio.create_task(work(), name="screen pop")
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _tell_pbx(self, values: Mapping[str, str]) -> None:
        try:
            await self._control.notify(EVENT, values)
        except IvrError as error:
            log.warning("the PBX's listeners are not told of the hand-over: %s", error)

    async def close(self, seconds: float) -> None:
        """Wait for what is on its way, but no longer than that."""
        if not self._telling:
            return
        _, late = await asyncio.wait(tuple(self._telling), timeout=seconds)
        for task in late:
            task.cancel()
