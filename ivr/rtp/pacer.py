"""The 20 ms clock: absolute deadlines, so that it never drifts, and no bursts after a stall."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

PERIOD = 0.02
MAX_BEHIND = 5
"""Ticks that are made up for after a stall; older ones are skipped and counted."""


@dataclass(frozen=True, slots=True)
class Tick:
    """One beat: its number, the time it should have come, and how late it came (seconds)."""

    number: int
    due: float
    late: float


class Pacer:
    """Iterates ticks at ``start + number * period``."""

    def __init__(
        self,
        period: float = PERIOD,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._period = period
        self._clock = clock
        self._sleep = sleep
        self.skipped = 0
        """Ticks that never happened because the process stood still."""

    async def __aiter__(self) -> AsyncIterator[Tick]:
        """Yield one tick a period for ever."""
        start = self._clock()
        number = 0
        while True:
            number += 1
            due = start + number * self._period
            wait = due - self._clock()
            await self._sleep(max(wait, 0.0))
            late = self._clock() - due
            behind = int(late / self._period)
            if behind > MAX_BEHIND:
                self.skipped += behind
                number += behind
                due += behind * self._period
            yield Tick(number, due, max(late, 0.0))
