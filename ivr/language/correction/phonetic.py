"""Level 3: the edit distance between phonetic keys, over windows of one to four words.

Levenshtein over phonemes against the field's own phrases: arXiv 2102.09680 (Spanish telesales).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from ivr.language.correction.firing import WIDEST, Firing, bare, doubted, out_of_place, protected
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
        self._known = frozenset(bare(term.text) for term in self._terms)

    def find(self, words: Sequence[HeardWord], slots: frozenset[str]) -> list[Correction]:
        """Give the corrections of an utterance, none overlapping."""

        def nearest(window: Sequence[HeardWord], beside: frozenset[str]) -> Nearest | None:
            del beside
            return self.nearest(" ".join(word.text for word in window), slots)

        return find_nearest(words, nearest, (LEVEL, self._known, self._firing))

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


def find_nearest(
    words: Sequence[HeardWord],
    nearest: Callable[[Sequence[HeardWord], frozenset[str]], Nearest | None],
    rule: tuple[str, frozenset[str], Firing],
) -> list[Correction]:
    """Ask ``nearest`` about every doubtful window; keep the best of those that overlap."""
    level, known, firing = rule
    found: list[Correction] = []
    for first in range(len(words)):
        for last in range(first + 1, min(first + WIDEST, len(words)) + 1):
            window = words[first:last]
            heard = " ".join(word.text for word in window)
            if any(protected(word.text) or bare(word.text) in known for word in window):
                break
            if not doubted(window, firing) or not out_of_place(window):
                continue
            beside = frozenset(bare(word.text) for word in (*words[max(0, first - 2) : first], *words[last : last + 2]))
            hit = nearest(window, beside)
            if hit is None or hit[1] > firing.distance or hit[2] < firing.margin:
                continue
            term, distance, margin = hit
            reason = f"doubtful, not a common word, distance {distance:.2f}, margin {margin:.2f}"
            found.append(Correction(first, last, heard, term.text, level, round(1 - distance, 3), reason))
    return without_overlap(found)


def without_overlap(found: Iterable[Correction]) -> list[Correction]:
    """Keep the best of the corrections that share a word, in the order of the words."""
    kept: list[Correction] = []
    for item in sorted(found, key=lambda each: (-each.score, each.first - each.last)):
        if all(item.last <= other.first or other.last <= item.first for other in kept):
            kept.append(item)
    return sorted(kept, key=lambda each: each.first)
