"""What goes into and comes out of the correction bank."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any


class State(Enum):
    """Where an entry of the bank is in its life."""

    CANDIDATE = "candidate"
    ACTIVE = "active"
    DEMOTED = "demoted"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class HeardWord:
    """A recognised word; ``confidence`` 0..1, None where nobody knows it (typed text)."""

    text: str
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A misheard phrase and what was meant.

    ``before`` and ``after`` are folded words of which one must stand beside it ("^" and "$" are the ends of the
    utterance); an empty set allows any. ``kind`` is the type of slot that it fills; ``term`` fits anywhere.
    """

    heard: str
    meant: str
    kind: str = "term"
    before: frozenset[str] = frozenset()
    after: frozenset[str] = frozenset()
    entry_id: int | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase of this field that may be meant; ``context`` are words that often stand near it."""

    text: str
    kind: str = "term"
    context: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Correction:
    """One change: words ``first`` to ``last`` (exclusive) of the utterance. ``score`` 0..1, 1 = exact."""

    first: int
    last: int
    heard: str
    meant: str
    level: str
    score: float
    reason: str
    entry_id: int | None = None

    def record(self) -> dict[str, Any]:
        """Give it as the metadata keeps it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Corrected:
    """An utterance after the bank."""

    raw: str
    text: str
    corrections: tuple[Correction, ...] = ()
