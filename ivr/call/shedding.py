"""What a process leaves out when it cannot keep its tick, and when it takes it up again. Pure.

Stages drop out one by one in their stated order, the costliest and least needed first. They come back in the reverse
order, each after a calm time; one that had to go again soon after it came back stays away twice as long.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

STAGES = ("isolation", "denoise", "prosody")
"""The order in which stages drop out."""


@dataclass(frozen=True, slots=True)
class SheddingPolicy:
    """Ticks and seconds that a tick is late."""

    window: int = 50
    late: float = 0.010
    late_share: float = 0.1
    """A window with more late ticks than this is one that the process cannot keep."""
    calm: int = 500
    """Ticks without an overloaded window after which one stage comes back."""
    longest: int = 15_000
    """The most calm ticks that are ever asked for (5 minutes)."""


@dataclass(frozen=True, slots=True)
class StageChanged:
    """A stage dropped out (``on`` is False) or came back; ``late_share`` is that of the window that decided it."""

    stage: str
    on: bool
    late_share: float


class LoadShedding:
    """The decision, fed with every tick's lateness. Others ask ``allows(stage)``; a stage is known by its name."""

    def __init__(self, stages: tuple[str, ...] = STAGES, policy: SheddingPolicy | None = None) -> None:
        self._policy = policy or SheddingPolicy()
        self._stages = stages
        self._off = 0
        self._window: deque[bool] = deque(maxlen=self._policy.window)
        self._calm = 0
        self._asked = self._policy.calm
        self._since_back = self._policy.longest
        self.dropped = 0
        """How often a stage dropped out."""

    @property
    def off(self) -> tuple[str, ...]:
        """The stages that are left out now."""
        return self._stages[: self._off]

    def allows(self, stage: str) -> bool:
        """Whether a stage may work; one that is in no order always may."""
        return stage not in self.off

    def feed(self, late: float) -> StageChanged | None:
        """Take how many seconds a tick came late; answer what changes because of it."""
        self._window.append(late > self._policy.late)
        self._calm += 1
        self._since_back += 1
        if len(self._window) < self._policy.window:
            return None
        share = sum(self._window) / len(self._window)
        if share > self._policy.late_share:
            self._calm = 0
            return self._drop(share)
        if self._off and self._calm >= self._asked:
            return self._take_back(share)
        return None

    def _drop(self, share: float) -> StageChanged | None:
        if self._off == len(self._stages):
            return None
        soon = self._since_back < 2 * self._asked
        self._asked = min(2 * self._asked, self._policy.longest) if soon else self._policy.calm
        self._window.clear()
        self._off += 1
        self.dropped += 1
        return StageChanged(self._stages[self._off - 1], on=False, late_share=share)

    def _take_back(self, share: float) -> StageChanged:
        self._off -= 1
        self._calm = self._since_back = 0
        return StageChanged(self._stages[self._off], on=True, late_share=share)
