"""How the hand-overs of all calls of a process went."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.metadata import HandoverRecord


class HandoverBoard:
    """Counts how hand-overs went, for all calls of a process."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._waited = 0.0

    def note(self, record: HandoverRecord) -> None:
        """Add one that is settled."""
        self._counts[record.outcome or "failed"] += 1
        self._counts["late"] += record.late
        self._waited += record.waited_seconds or 0.0

    def figures(self) -> dict[str, float]:
        """Give the counts by outcome, those over the limit, and the seconds waited in all."""
        return {**self._counts, "waited_seconds": round(self._waited, 3)}
