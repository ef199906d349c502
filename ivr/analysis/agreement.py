"""How far the live transcript is from the one made without hurry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidfuzz.distance import Levenshtein

from ivr.language.numbers import digit_runs
from ivr.language.words import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.metadata import Segment, TurnRecord


def disagreement(live: str, offline: str) -> float | None:
    """Word errors of ``live`` per word of ``offline``; None when neither has words.

    Case, accents, punctuation and the writing of numbers do not count.
    """
    reference, heard = _compared(offline), _compared(live)
    if not reference:
        return 1.0 if heard else None
    return round(Levenshtein.distance(reference, heard) / len(reference), 4)


def live_disagreement(turns: Sequence[TurnRecord], segments: Sequence[Segment]) -> float | None:
    """Compare what the agent understood during the call with what the caller said, keyed digits left out."""
    live = " ".join(turn.heard for turn in turns if turn.who == "caller" and not turn.by_keys)
    return disagreement(live, " ".join(segment.text for segment in segments if segment.who == "caller"))


def _compared(text: str) -> list[str]:
    parts: list[str] = []
    at = 0
    for run in digit_runs(text):
        parts += words(text[at : run.start]) + list(run.digits)
        at = run.end
    return parts + words(text[at:])
