"""What a call teaches about its caller: how long this person pauses within a turn.

A pause counts when the caller goes on after it. The estimate starts from the average caller's pause and moves with
each one heard: the posterior mean of a Gamma prior on the rate of exponential pauses, so the first odd pause
moves it little, and no caller moves it beyond the bounds.
"""

from __future__ import annotations

from dataclasses import dataclass

PRIOR_PAUSES = 8.0
"""How many pauses the average caller counts for."""
BRISKEST = 0.7
SLOWEST = 1.6
"""Bounds of the factor on the average caller's pause."""
SHORTEST_PAUSE = 0.2
"""A shorter silence is part of speaking."""
LONGEST_PAUSE = 2.0
"""A longer one is cut to this: the caller was looking something up."""


@dataclass(frozen=True, slots=True)
class CallerPace:
    """The pauses heard so far: how many, and their seconds together."""

    pauses: int = 0
    seconds: float = 0.0

    def factor(self, average: float) -> float:
        """Say how long this caller pauses, against ``average`` seconds: 1 at first, ``BRISKEST`` to ``SLOWEST``."""
        expected = (PRIOR_PAUSES + self.pauses) * average
        return min(SLOWEST, max(BRISKEST, (PRIOR_PAUSES * average + self.seconds) / expected))

    def went_on_after(self, pause: float) -> CallerPace:
        """Learn from a pause, in seconds, after which the caller went on."""
        if pause < SHORTEST_PAUSE:
            return self
        return CallerPace(self.pauses + 1, self.seconds + min(pause, LONGEST_PAUSE))
