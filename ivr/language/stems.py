"""Words as a search compares them: without case, accents and Spanish endings."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import snowballstemmer

from ivr.language.words import fold, words

if TYPE_CHECKING:
    from collections.abc import Iterable

_SPANISH = snowballstemmer.stemmer("spanish")


def stems_of(texts: Iterable[str]) -> list[str]:
    """Give the stems that texts are found by, each once, sorted."""
    return sorted({stem for text in texts for word in _split(text) for stem in _both(word)})


def wanted_stems(text: str) -> list[tuple[str, ...]]:
    """Give for each word of a question the stems of which one must be there; [] for a text without a word."""
    return [_both(word) for word in dict.fromkeys(_split(text))]


def _split(text: str) -> list[str]:
    """List the words with their accents; ``fold`` keeps the number of characters, so the places are the same."""
    lowered = "".join(char.lower()[0] for char in text)
    folded, found, at = fold(text), [], 0
    for word in words(text):
        at = folded.index(word, at)
        found.append(lowered[at : at + len(word)])
        at += len(word)
    return found


@lru_cache(maxsize=50_000)
def _both(word: str) -> tuple[str, ...]:
    """Stem a word as it is written, and without its accents, as many write it.

    Snowball's Spanish rules (https://snowballstem.org/algorithms/spanish/stemmer.html) know endings by their accents:
    "cobraría" gives "cobr", "cobraria" gives "cobrari". Kept are both, so that either way of writing finds the other.
    """
    return tuple(sorted({fold(_SPANISH.stemWord(word)), _SPANISH.stemWord(fold(word))}))
