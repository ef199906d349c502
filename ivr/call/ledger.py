"""What the caller really heard of each reply: the truth that feeds conversation, transcript and recording."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Clause:
    """A piece of speech on its way to the line; sample counts at the line's rate.

    ``samples`` grows while the clause is synthesised; ``complete`` says that it will grow no more.
    """

    text: str
    interruptible: bool = True
    samples: int = 0
    played: int = 0
    complete: bool = False
    started_at: float | None = None
    ended_at: float | None = None

    @property
    def heard(self) -> str:
        """The words that were played; a clause cut in the middle counts in proportion, never a word too many."""
        if self.complete and self.played >= self.samples:
            return self.text
        if not self.samples or not self.played:
            return ""
        words = self.text.split()
        return " ".join(words[: int(len(words) * self.played / self.samples)])


@dataclass(frozen=True, slots=True)
class Spoken:
    """One reply as it went out; times in seconds since the call's first tick."""

    text: str
    heard: str
    start: float
    end: float
    interrupted: bool


def account(clauses: list[Clause], now: float) -> Spoken | None:
    """Sum a reply up; None when nothing of it was heard and nothing was meant to be."""
    if not clauses:
        return None
    started = [clause.started_at for clause in clauses if clause.started_at is not None]
    ended = [clause.ended_at for clause in clauses if clause.ended_at is not None]
    text = " ".join(clause.text for clause in clauses)
    heard = " ".join(part for clause in clauses if (part := clause.heard))
    whole = all(clause.complete and clause.played >= clause.samples for clause in clauses)
    end = max(ended) if ended and whole else now
    return Spoken(text, heard, min(started, default=now), end, not whole)
