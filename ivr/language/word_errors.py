"""Word error rate of what speech-to-text made of a text.

Both texts are normalised alike: lower case, no punctuation, accents folded, numbers as single digits whether they
were written "4521" or "cuatro mil quinientos veintiuno". With ``accents=True`` accents count.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidfuzz.distance import Levenshtein

from ivr.language.numbers import digit_runs
from ivr.language.words import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class WordErrors:
    """Substitutions, insertions and deletions against ``words`` reference words."""

    errors: int
    words: int

    @property
    def rate(self) -> float:
        """Errors per reference word; of nothing said it is 0 when nothing was heard, else 1."""
        if self.words:
            return self.errors / self.words
        return float(self.errors > 0)


def normalise(text: str, *, accents: bool = False) -> list[str]:
    """List the words that are compared."""
    text = unicodedata.normalize("NFC", text)
    parts: list[str] = []
    at = 0
    for run in digit_runs(text):
        parts += _WORD.findall(text[at : run.start].lower())
        parts += list(run.digits)
        at = run.end
    parts += _WORD.findall(text[at:].lower())
    return parts if accents else [fold(part) for part in parts]


def word_errors(said: str, heard: str, *, accents: bool = False) -> WordErrors:
    """Compare what was heard with what was said."""
    reference = normalise(said, accents=accents)
    return WordErrors(Levenshtein.distance(reference, normalise(heard, accents=accents)), len(reference))


def total(parts: Iterable[WordErrors]) -> WordErrors:
    """Add up, so that long turns weigh more than short ones."""
    listed = list(parts)
    return WordErrors(sum(part.errors for part in listed), sum(part.words for part in listed))
