"""What Asterisk has told and nobody has taken yet."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.telephony.events import AriEvent


class EventQueue:
    """A bounded queue that is closed by its writer; what is in it can still be taken."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._events: deque[AriEvent] = deque()
        self._changed = asyncio.Event()
        self.reason: str | None = None

    def put(self, event: AriEvent) -> bool:
        """Add an event; False when there is no room."""
        if len(self._events) >= self._size:
            return False
        self._events.append(event)
        self._changed.set()
        return True

    def close(self, reason: str) -> None:
        """Let ``get`` end once all is taken; ``reason`` is for people, the first one holds."""
        self.reason = self.reason or reason
        self._changed.set()

    async def get(self) -> AriEvent | None:
        """Take the oldest event, waiting for one; None when the queue is closed and empty."""
        while not self._events:
            if self.reason is not None:
                return None
            self._changed.clear()
            await self._changed.wait()
        return self._events.popleft()
