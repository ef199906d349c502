"""Puts packets back in order and absorbs the network's jitter with as little delay as it can.

It starts with no delay at all and grows only by what happens. A packet that comes after its tick makes the buffer
deeper by itself, because nothing is skipped: what was lost is skipped only as far as silence has already stood in
for it, so that a burst of losses adds no delay. Packets that overtake each other make it wait a little for the
missing one (``patience``). Delay that was not needed for a while becomes ``surplus``: the stream drops that many
packets where the caller is quiet, and one is dropped anyway when no quiet comes.

Sender and receiver clocks drift apart; both directions are covered by the same two rules. Timestamps do not move
the sound: a sender that pauses (DTX) and goes on is played when it goes on.

Overflow rule: at most ``CAPACITY`` packets wait, the oldest is dropped beyond that.
"""

from __future__ import annotations

from collections import deque
from enum import Enum

from ivr.ports import LinkStats

CAPACITY = 50
TICK = 0.02
GUARD = 0.005
"""Seconds that a packet should at least have waited when its tick comes."""
CALM = 1.0
MAX_CALM = 16.0
"""Seconds for which spare packets must have been useless before they are called surplus; doubles after a mistake."""
BACKLOG = 3
HASTE = 0.2
"""With more than ``BACKLOG`` packets to spare (a stall, a burst), the seconds instead of ``CALM``."""
MAX_PATIENCE = 3
PATIENT_FOR = 10.0
"""Seconds for which overtaking is expected after it was seen."""
JUMP = 100
"""Sequence distance that is taken for a new stream, once a second packet confirms it (RFC 3550, A.1)."""
HALF = 1 << 15
WRAP = 1 << 16


class Gap(Enum):
    """Why there is no packet for this tick."""

    LOST = "lost"
    EMPTY = "empty"


def distance(later: int, earlier: int) -> int:
    """Count the steps from ``earlier`` to ``later`` in 16-bit sequence space; negative when it lies before."""
    return (later - earlier + HALF) % WRAP - HALF


class JitterBuffer:
    """Payloads by sequence number; one ``pop`` a packet time. Times are seconds of one monotonic clock.

    Counts ``lost`` (not there when its turn came, even if it came ``late``), ``late``, ``duplicates``,
    ``reordered``, ``resyncs`` and ``skipped`` in ``stats``.
    """

    def __init__(self, stats: LinkStats | None = None) -> None:
        self.stats = stats if stats is not None else LinkStats()
        self.surplus = 0
        """Packets that may be dropped to win delay back."""
        self.span = TICK
        """Seconds of sound in one packet."""
        self._packets: dict[int, tuple[bytes | None, float]] = {}
        self._given_up: deque[int] = deque(maxlen=CAPACITY)
        self._calm = CALM
        self._skipped_at = float("-inf")
        self._patience = 0
        self._patient_until = 0.0
        self.reset()

    def __len__(self) -> int:
        """Count the packets that wait."""
        return len(self._packets)

    def reset(self) -> None:
        """Forget the stream: another begins."""
        self._packets.clear()
        self._given_up.clear()
        self._next: int | None = None
        self._highest = 0
        self._suspect: int | None = None
        self._covered = 0
        self._watch(None)

    # --- in ------------------------------------------------------------------------------

    def push(self, sequence: int, payload: bytes | None, arrived: float) -> None:
        """Take a packet; None holds the place of one that carries no sound."""
        if self._next is None:
            self._next = self._highest = sequence
        elif not self._expected(sequence, arrived):
            return
        self._packets[sequence] = (payload, arrived)
        if len(self._packets) > CAPACITY:
            self._drop_oldest(arrived)

    def _expected(self, sequence: int, now: float) -> bool:
        """Judge where a packet belongs; False when it is to be dropped."""
        ahead = distance(sequence, self._highest)
        if abs(ahead) > JUMP:
            return self._jumped(sequence)
        self._suspect = None
        if ahead > 0:
            self._highest = sequence
            return True
        if sequence in self._packets:
            self.stats.duplicates += 1
            return False
        if distance(sequence, self._next or 0) >= 0:
            self.stats.reordered += 1
            return True
        if sequence in self._given_up:
            self._given_up.remove(sequence)
            self.stats.late += 1
            self._patience = min(max(self._patience, 1 - ahead), MAX_PATIENCE)
            self._patient_until = now + PATIENT_FOR
        else:
            self.stats.duplicates += 1
        return False

    def _jumped(self, sequence: int) -> bool:
        if sequence != self._suspect:
            self._suspect = (sequence + 1) % WRAP
            return False
        self.reset()
        self.stats.resyncs += 1
        self._next = self._highest = sequence
        return True

    # --- out -----------------------------------------------------------------------------

    def pop(self, now: float) -> bytes | Gap:
        """Take the next payload, or say why there is none."""
        while self._packets and self._next is not None:
            sequence = self._next
            if sequence not in self._packets:
                if self._waits(now):
                    break
                self._give_up(sequence)
                if not self._covered:
                    return Gap.LOST
                self._covered -= 1
                continue
            payload, arrived = self._packets.pop(sequence)
            self._next = (sequence + 1) % WRAP
            if payload is not None:
                self._covered = 0
                self._assess(now - arrived, now)
                return payload
        self._covered = min(self._covered + 1, JUMP)
        if self._covered == 1 and now - self._skipped_at < 2 * self._calm:
            self._calm = min(self._calm * 2, MAX_CALM)
            self._skipped_at = float("-inf")
        self._watch(now)
        return Gap.EMPTY

    def _waits(self, now: float) -> bool:
        """Say whether the missing packet is still worth waiting for."""
        patience = self._patient(now)
        return self._covered < patience and len(self._packets) <= patience

    def _patient(self, now: float) -> int:
        """Say how many packets deep it is worth being, for those that overtake each other."""
        if now > self._patient_until:
            self._patience = 0
        return self._patience

    def _give_up(self, sequence: int) -> None:
        self._given_up.append(sequence)
        self._next = (sequence + 1) % WRAP
        self.stats.lost += 1

    # --- winning delay back --------------------------------------------------------------

    def forgo(self, now: float) -> None:
        """Learn that a popped packet was not played, to win its time back."""
        self.surplus = max(0, self.surplus - 1)
        self.stats.skipped += 1
        self._skipped_at = now

    def _watch(self, now: float | None) -> None:
        """Begin to watch how many packets, and how much time, are never needed."""
        self._watched_from = now
        self._spare = CAPACITY
        self._slack = float("inf")
        self.surplus = 0

    def _assess(self, waited: float, now: float) -> None:
        self._spare = min(self._spare, len(self._packets))
        self._slack = min(self._slack, waited)
        if self._watched_from is None:
            self._watched_from = now
        if now - self._watched_from < (HASTE if self._spare > BACKLOG else self._calm):
            return
        unmet = self.surplus
        surplus = min(self._spare - self._patient(now), int((self._slack - GUARD) / self.span))
        self._watch(now)
        self.surplus = max(0, surplus)
        if unmet and self.surplus:
            self.surplus -= 1
            self._drop_oldest(now)

    def _drop_oldest(self, now: float) -> None:
        oldest = min(self._packets, key=lambda sequence: distance(sequence, self._next or 0))
        del self._packets[oldest]
        self._next = (oldest + 1) % WRAP
        self.stats.skipped += 1
        self._skipped_at = now
