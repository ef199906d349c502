"""Level 3: the edit distance between phonetic keys, over windows of one to four words.

Levenshtein over phonemes against the field's own phrases: arXiv 2102.09680 (Spanish telesales).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from ivr.language.correction.firing import (
    WIDEST,
    Firing,
    agrees,
    bare,
    folded,
    folded_words,
    may_be_misheard,
    protected,
)
from ivr.language.correction.values import Correction, HeardWord, Term
from ivr.language.phonetics import phonetic_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

LEVEL = "phonetic"
Nearest = tuple[Term, float, float]
"""A term, its distance 0..1, and how much farther the next other term is."""


class PhoneticLevel:
    """Finds the term that sounds nearest to a doubtful window."""

    def __init__(self, terms: Iterable[Term], firing: Firing | None = None) -> None:
        self._firing = firing or Firing()
        self._terms = tuple(terms)
        self._keys = [phonetic_key(term.text) for term in self._terms]
        self._vocabulary = Vocabulary(self._terms)

    def find(self, words: Sequence[HeardWord], slots: frozenset[str]) -> list[Correction]:
        """Give the corrections of an utterance, none overlapping."""

        def nearest(window: Sequence[HeardWord], beside: frozenset[str]) -> Nearest | None:
            del beside
            return self.nearest(" ".join(word.text for word in window), slots)

        return find_nearest(words, nearest, self._vocabulary, (LEVEL, slots, self._firing))

    def nearest(self, heard: str, slots: frozenset[str]) -> Nearest | None:
        """Give the nearest term that fits a slot."""
        cutoff = min(1.0, self._firing.distance + self._firing.margin)
        hits = process.extract(
            phonetic_key(heard), self._keys, scorer=Levenshtein.normalized_distance, limit=6, score_cutoff=cutoff
        )
        ranked = [
            (self._terms[index], float(distance))
            for _, distance, index in hits
            if self._terms[index].kind == "term" or self._terms[index].kind in slots
        ]
        if not ranked:
            return None
        best, distance = ranked[0]
        second = next((other for term, other in ranked[1:] if bare(term.text) != bare(best.text)), 1.0)
        return best, distance, second - distance


class Vocabulary:
    """What a level must know of its terms: their words, and where they already stand in an utterance."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._terms = frozenset(folded(term.text) for term in terms)
        self.words = frozenset(word for term in self._terms for word in term.split())

    def standing(self, words: Sequence[HeardWord]) -> list[tuple[int, int]]:
        """Give the stretches of words, ends exclusive, that are a term as they are."""
        spans = ((first, last) for first in range(len(words)) for last in range(first + 1, first + WIDEST + 1))
        return [(first, last) for first, last in spans if folded_words(words[first:last]) in self._terms]


def find_nearest(
    words: Sequence[HeardWord],
    nearest: Callable[[Sequence[HeardWord], frozenset[str]], Nearest | None],
    vocabulary: Vocabulary,
    rule: tuple[str, frozenset[str], Firing],
) -> list[Correction]:
    """Ask ``nearest`` about every window that may be misheard; keep the best of those that overlap."""
    level, slots, firing = rule
    standing = vocabulary.standing(words)
    found: list[Correction] = []
    for first in range(len(words)):
        for last in range(first + 1, min(first + WIDEST, len(words)) + 1):
            window = words[first:last]
            if protected(window[-1].text):
                break
            if _cuts(first, last, standing) or not may_be_misheard(window, vocabulary.words, awaited=bool(slots)):
                continue
            beside = frozenset(bare(word.text) for word in (*words[max(0, first - 2) : first], *words[last : last + 2]))
            hit = nearest(window, beside)
            if hit is None or hit[1] > firing.distance or hit[2] < firing.margin:
                continue
            term, distance, margin = hit
            inside = [folded_words(words[start:end]) for start, end in standing if first <= start and end <= last]
            if not agrees(window, inside, hit[:2], firing):
                continue
            heard = " ".join(word.text for word in window)
            reason = f"doubtful, not a common word, distance {distance:.2f}, margin {margin:.2f}"
            found.append(Correction(first, last, heard, term.text, level, round(1 - distance, 3), reason))
    return without_overlap(found)


def _cuts(first: int, last: int, standing: Iterable[tuple[int, int]]) -> bool:
    """Whether a window takes a part of a term that stands there, and leaves the rest."""
    return any(start < last and first < end and not (first <= start and end <= last) for start, end in standing)


def without_overlap(found: Iterable[Correction]) -> list[Correction]:
    """Keep the best of the corrections that share a word, in the order of the words."""
    kept: list[Correction] = []
    for item in sorted(found, key=lambda each: (-each.score, each.first - each.last)):
        if all(item.last <= other.first or other.last <= item.first for other in kept):
            kept.append(item)
    return sorted(kept, key=lambda each: each.first)
