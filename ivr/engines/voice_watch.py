"""The watch over one voice that speaks a clause: when it has lost it, and when the next must begin. Pure."""

from __future__ import annotations

from dataclasses import dataclass

DRY_MOST = 0.2
"""Seconds of silence on the line, in the middle of speech, after which a voice is left."""
RESCUE = 0.12
"""Seconds more that the one after it gets: with the last one's own start this stays under 0.4."""
SETTLE = 0.1
"""A voice is not judged sooner after its last sound: streams come in bursts."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to the first sound of a clause: of a reply, and where an earlier clause is still heard (at the least).

    ``within``: of silence on the line in the middle of a clause.
    """

    first: float = 1.2
    between: float = 0.3
    within: float = DRY_MOST


@dataclass(slots=True)
class Watch:
    """All times are the caller's monotonic seconds. ``cut``: it continues a clause in which another voice broke off."""

    patience: Patience
    asked_at: float
    buffered: float = 0.0
    """Seconds of sound that waited to be heard when it was asked."""
    cut: bool = False
    last_sound: float | None = None
    dry_at: float = 0.0
    """When the line falls silent, or has."""

    def __post_init__(self) -> None:
        """Begin with what is still heard."""
        self.dry_at = self.asked_at + self.buffered

    def look(self, now: float, buffered: float) -> None:
        """Learn how much sound waits to be heard now; while the line is held (a pause) it stays as it is."""
        self.dry_at = now + buffered if buffered > 0 else min(self.dry_at, now)

    def sounded(self, now: float) -> None:
        """Note that sound came."""
        self.last_sound = now

    @property
    def leave_at(self) -> float:
        """When it is left, unless sound comes."""
        if self.last_sound is not None:
            return max(self.last_sound + SETTLE, self.dry_at + self.patience.within)
        if self.cut:
            return max(self.asked_at + SETTLE / 2, self.dry_at + DRY_MOST + RESCUE)
        if self.buffered > 0:
            return max(self.asked_at + self.patience.between, self.dry_at + DRY_MOST)
        return self.asked_at + self.patience.first

    def begin_next_at(self, lead: float) -> float:
        """When the next voice is asked, which takes ``lead`` seconds to its first sound: before this one is left."""
        since = self.asked_at if self.last_sound is None else self.last_sound + SETTLE
        return max(since, self.leave_at - lead)
