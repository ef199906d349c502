"""Puts packets back in order and absorbs the network's jitter with as little delay as it can.

It starts with no delay at all. A packet that comes after its tick makes the buffer deeper by itself, since nothing
is skipped; when the buffer has been deeper than needed for ``CALM_TICKS``, one packet is dropped to win the
delay back. It holds at most ``CAPACITY`` packets and drops the oldest beyond that.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

CAPACITY = 50
CALM_TICKS = 100
JUMP = 500
"""Sequence distance that is taken for a new stream rather than for loss."""
HALF = 1 << 15
WRAP = 1 << 16


class Gap(Enum):
    """Why there is no packet for this tick."""

    LOST = "lost"
    EMPTY = "empty"


@dataclass(slots=True)
class JitterStats:
    """Counters, packets."""

    lost: int = 0
    late: int = 0
    duplicates: int = 0
    reordered: int = 0
    overflows: int = 0
    resyncs: int = 0
    skipped: int = 0


def distance(later: int, earlier: int) -> int:
    """Count the steps from ``earlier`` to ``later`` in 16-bit sequence space; negative when it lies before."""
    return (later - earlier + HALF) % WRAP - HALF


class JitterBuffer:
    """Payloads by sequence number; one ``pop`` a tick."""

    def __init__(self) -> None:
        self._packets: dict[int, bytes | None] = {}
        self._next: int | None = None
        self._highest: int | None = None
        self._spare = CAPACITY
        self._calm = 0
        self.stats = JitterStats()

    def __len__(self) -> int:
        """Count the packets that wait."""
        return len(self._packets)

    def reset(self) -> None:
        """Forget the stream: another begins."""
        self._packets.clear()
        self._next = self._highest = None
        self._spare, self._calm = CAPACITY, 0

    def push(self, sequence: int, payload: bytes | None) -> None:
        """Take a packet; None holds the place of one that carries no sound."""
        if self._next is None or self._highest is None:
            self._next = self._highest = sequence
        elif abs(distance(sequence, self._highest)) > JUMP:
            self.reset()
            self.stats.resyncs += 1
            self._next = self._highest = sequence
        elif distance(sequence, self._next) < 0:
            self.stats.late += 1
            return
        elif sequence in self._packets:
            self.stats.duplicates += 1
            return
        elif distance(sequence, self._highest) < 0:
            self.stats.reordered += 1
        else:
            self._highest = sequence
        self._packets[sequence] = payload
        if len(self._packets) > CAPACITY:
            self.stats.overflows += 1
            self._skip()

    def pop(self) -> bytes | Gap:
        """Take this tick's payload, or say why there is none."""
        while self._next is not None and self._packets:
            sequence, self._next = self._next, (self._next + 1) % WRAP
            if sequence not in self._packets:
                self.stats.lost += 1
                return Gap.LOST
            payload = self._packets.pop(sequence)
            if payload is not None:
                self._win_delay_back()
                return payload
        self._spare, self._calm = CAPACITY, 0
        return Gap.EMPTY

    def _win_delay_back(self) -> None:
        self._spare = min(self._spare, len(self._packets))
        self._calm += 1
        if self._calm >= CALM_TICKS:
            if self._spare:
                self.stats.skipped += 1
                self._skip()
            self._spare, self._calm = CAPACITY, 0

    def _skip(self) -> None:
        """Drop the oldest packet."""
        if self._next is None:
            return
        oldest = min(self._packets, key=lambda sequence: distance(sequence, self._next or 0))
        del self._packets[oldest]
        self._next = (oldest + 1) % WRAP
