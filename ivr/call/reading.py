"""Reads a stream with a watch in the hand: one may look whether something came, and look again later."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

Piece = TypeVar("Piece")


class Reading(Generic[Piece]):
    """Owns the stream: closing this ends it, whatever it waits for."""

    def __init__(self, pieces: AsyncGenerator[Piece, None]) -> None:
        self._pieces = pieces
        self._coming: asyncio.Task[Piece | None] | None = None

    async def came(self, within: float) -> bool:
        """Wait up to ``within`` seconds; say whether ``take`` has something to give."""
        if self._coming is None:
            self._coming = asyncio.ensure_future(self._next())
        done, _ = await asyncio.wait({self._coming}, timeout=max(within, 0.0))
        return bool(done)

    def take(self) -> Piece | None:
        """Give what came, None at the stream's end; raises what the stream raised."""
        coming, self._coming = self._coming, None
        return coming.result() if coming is not None else None

    async def _next(self) -> Piece | None:
        return await anext(self._pieces, None)

    async def aclose(self) -> None:
        """End the stream."""
        coming, self._coming = self._coming, None
        if coming is not None:
            coming.cancel()
            await asyncio.wait({coming})
            if not coming.cancelled():
                coming.exception()  # it failed as it was ended: nobody is interested any more
        await self._pieces.aclose()
