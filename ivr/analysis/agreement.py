"""How far the live transcript is from the one made without hurry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.language.word_errors import word_errors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.metadata import Segment, TurnRecord


def disagreement(live: str, offline: str) -> float | None:
    """Word errors of ``live`` per word of ``offline``; None when neither has words."""
    found = word_errors(offline, live)
    return round(found.rate, 4) if found.words or found.errors else None


def live_disagreement(turns: Sequence[TurnRecord], segments: Sequence[Segment]) -> float | None:
    """Compare what the agent understood during the call with what the caller said, keyed digits left out."""
    live = " ".join(turn.heard for turn in turns if turn.who == "caller" and not turn.by_keys)
    return disagreement(live, " ".join(segment.text for segment in segments if segment.who == "caller"))
