"""The agent's mouth: clauses in, one 20 ms frame a tick out; can pause, resume at the exact sample, and be cut."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

from ivr.audio.frame import BYTES_PER_SAMPLE
from ivr.audio.resample import Resampler
from ivr.call.ledger import Clause, Spoken, account

if TYPE_CHECKING:
    from ivr.audio.frame import AudioFrame

AHEAD_SECONDS = 30
"""Sound kept ahead of the line; the writer waits beyond it."""


class Playout:
    """One call's outgoing sound at ``rate`` Hz."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._frame_bytes = rate // 50 * BYTES_PER_SAMPLE
        self._silence = bytes(self._frame_bytes)
        self._waiting: deque[Clause] = deque()
        self._clauses: list[Clause] = []
        self._sound: dict[int, bytearray] = {}
        self._ahead = 0
        self._room = asyncio.Event()
        self._room.set()
        self._paused = False
        self._open = False

    # --- the writer's side ---------------------------------------------------------------

    def begin(self) -> None:
        """Start a reply."""
        self._waiting.clear()
        self._sound.clear()
        self._clauses = []
        self._ahead = 0
        self._room.set()
        self._paused = False
        self._open = True

    def clause(self, text: str, *, interruptible: bool = True) -> ClauseWriter:
        """Queue the next clause; sound is added through the writer."""
        clause = Clause(text, interruptible)
        self._clauses.append(clause)
        self._waiting.append(clause)
        self._sound[id(clause)] = bytearray()
        return ClauseWriter(self, clause, self._rate)

    def finish(self) -> None:
        """No more clauses will come: the reply ends with the last one."""
        self._open = False

    async def _add(self, clause: Clause, pcm: bytes) -> None:
        sound = self._sound.get(id(clause))
        if sound is None:
            return
        sound += pcm
        clause.samples += len(pcm) // BYTES_PER_SAMPLE
        self._ahead += len(pcm)
        if self._ahead > AHEAD_SECONDS * self._rate * BYTES_PER_SAMPLE:
            self._room.clear()
            await self._room.wait()

    # --- the line's side -----------------------------------------------------------------

    @property
    def idle(self) -> bool:
        """Whether the reply is complete and all of it went out."""
        return not self._open and not self._waiting

    @property
    def interruptible(self) -> bool:
        """Whether what is being said now may be interrupted."""
        return not self._waiting or self._waiting[0].interruptible

    @property
    def remaining(self) -> float:
        """Seconds of sound still to go, as far as synthesised; infinite while more may come."""
        if self._open or any(not clause.complete for clause in self._waiting):
            return float("inf")
        return self.buffered

    @property
    def buffered(self) -> float:
        """Seconds of sound that wait to be played."""
        return self._ahead / (self._rate * BYTES_PER_SAMPLE)

    def pause(self) -> None:
        """Fall silent, keeping the place."""
        self._paused = True

    def resume(self) -> None:
        """Go on at the exact sample."""
        self._paused = False

    def next(self, now: float) -> bytes | None:
        """Take the next 20 ms of speech that starts at ``now``; None when there is none to say."""
        if self._paused or not self._waiting:
            return None
        frame = bytearray()
        while self._waiting and len(frame) < self._frame_bytes:
            clause = self._waiting[0]
            sound = self._sound[id(clause)]
            piece = sound[: self._frame_bytes - len(frame)]
            del sound[: len(piece)]
            if piece:
                frame += piece
                clause.played += len(piece) // BYTES_PER_SAMPLE
                clause.started_at = now if clause.started_at is None else clause.started_at
                clause.ended_at = now + 0.02
            if sound or not clause.complete:
                break
            self._waiting.popleft()
            del self._sound[id(clause)]
        if not frame:
            return None
        self._ahead -= len(frame)
        if not self._room.is_set() and self._ahead < AHEAD_SECONDS * self._rate:
            self._room.set()
        return bytes(frame) + self._silence[len(frame) :]

    def close(self, now: float) -> Spoken | None:
        """End the reply here, whole or cut, and account for what was heard."""
        spoken = account(self._clauses, now)
        self.begin()
        self._open = False
        return spoken


class ClauseWriter:
    """Feeds one clause; resamples to the line."""

    def __init__(self, playout: Playout, clause: Clause, rate: int) -> None:
        self._playout = playout
        self._clause = clause
        self._rate = rate
        self._resampler: Resampler | None = None

    async def write(self, frame: AudioFrame) -> None:
        """Add sound of any rate; waits while the line is far behind."""
        pcm = frame.pcm
        if frame.rate != self._rate:
            self._resampler = self._resampler or Resampler(frame.rate, self._rate)
            pcm = self._resampler.feed(pcm)
        await self._playout._add(self._clause, pcm)  # noqa: SLF001 - the writer is the playout's other half

    async def complete(self) -> None:
        """Say that the clause is whole."""
        if self._resampler is not None:
            await self._playout._add(self._clause, self._resampler.flush())  # noqa: SLF001 - same
        self._clause.complete = True
