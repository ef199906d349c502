"""The ways to say that two phrases are alike, side by side: each finds the nearest term under the same rule of firing.

Cosine, L2 and L1 compare counts of letter n-grams, Levenshtein letters, the phonetic level sounds, the vector level
n-grams of sounds with context; the hybrid is the product's bank. Only the distance and its limits differ: the limits
are those with the best F0.5 (a right word broken weighs double) on the tuning set.
"""

from __future__ import annotations

import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from ivr.language.correction.bank import CorrectionBank, Level, full_bank
from ivr.language.correction.firing import Firing, bare
from ivr.language.correction.phonetic import PhoneticLevel, Vocabulary, find_nearest
from ivr.language.correction.vectors import VectorLevel
from ivr.trials.speech.correction_scores import effect

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ivr.language.correction.phonetic import Nearest
    from ivr.language.correction.values import Correction, Entry, HeardWord, Term
    from ivr.trials.speech.correction_scores import Case, Effect

Floats: TypeAlias = NDArray[np.float64]
DIMENSIONS = 1024
GRAMS = 1, 2, 3
DISTANCES = 0.14, 0.2, 0.26, 0.32, 0.38, 0.44
MARGINS = 0.0, 0.1, 0.2
BETA = 0.5


class DistanceLevel:
    """A level by any distance between a phrase and all terms."""

    def __init__(self, terms: Sequence[Term], distances: Callable[[str], Floats], firing: Firing) -> None:
        self._terms = tuple(terms)
        self._distances = distances
        self._firing = firing
        self._vocabulary = Vocabulary(terms)

    def find(self, words: Sequence[HeardWord], slots: frozenset[str]) -> list[Correction]:
        """Give the corrections of an utterance, none overlapping."""

        def nearest(window: Sequence[HeardWord], beside: frozenset[str]) -> Nearest | None:
            del beside
            distances = self._distances(" ".join(bare(word.text) for word in window))
            fits = [at for at, term in enumerate(self._terms) if term.kind == "term" or term.kind in slots]
            first, second = sorted(fits, key=lambda at: distances[at])[:2]
            return self._terms[first], float(distances[first]), float(distances[second] - distances[first])

        return find_nearest(words, nearest, self._vocabulary, ("distance", slots, self._firing))


def letter_counts(phrase: str) -> Floats:
    """Count the letters and their pairs and triples, ends marked."""
    marked = f"<{phrase}>"
    counts = np.zeros(DIMENSIONS)
    for size in GRAMS:
        for start in range(len(marked) - size + 1):
            counts[zlib.crc32(marked[start : start + size].encode()) % DIMENSIONS] += 1
    return counts


def vector_distance(kind: str, terms: Sequence[Term]) -> Callable[[str], Floats]:
    """Give a distance 0..1 to every term: cosine, L2 or L1 of the counts, the last two by their largest value."""
    rows = np.array([letter_counts(bare(term.text)) for term in terms])
    lengths = np.linalg.norm(rows, axis=1)

    def cosine(phrase: str) -> Floats:
        counts = letter_counts(phrase)
        return np.asarray(1 - rows @ counts / (lengths * np.linalg.norm(counts)), np.float64)

    def l2(phrase: str) -> Floats:
        counts = letter_counts(phrase)
        return np.asarray(np.linalg.norm(rows - counts, axis=1) / (lengths + np.linalg.norm(counts)), np.float64)

    def l1(phrase: str) -> Floats:
        counts = letter_counts(phrase)
        return np.asarray(np.abs(rows - counts).sum(axis=1) / (rows.sum(axis=1) + counts.sum()), np.float64)

    return {"cosine": cosine, "L2": l2, "L1": l1}[kind]


def letter_distance(terms: Sequence[Term]) -> Callable[[str], Floats]:
    """Give the edit distance of the letters to every term, 0..1."""
    folded = [bare(term.text) for term in terms]
    return lambda phrase: np.asarray(
        process.cdist([phrase], folded, scorer=Levenshtein.normalized_distance)[0], np.float64
    )


def methods(entries: Sequence[Entry], terms: Sequence[Term]) -> dict[str, Callable[[Firing], CorrectionBank]]:
    """Name the methods; each builds a bank with the limits that it is given."""

    def by(distances: Callable[[str], Floats]) -> Callable[[Firing], CorrectionBank]:
        return lambda firing: CorrectionBank([DistanceLevel(terms, distances, firing)])

    def level(make: Callable[[Firing], Level]) -> Callable[[Firing], CorrectionBank]:
        return lambda firing: CorrectionBank([make(firing)])

    return {
        "cosine": by(vector_distance("cosine", terms)),
        "L2": by(vector_distance("L2", terms)),
        "L1": by(vector_distance("L1", terms)),
        "Levenshtein": by(letter_distance(terms)),
        "phonetic": level(lambda firing: PhoneticLevel(terms, firing)),
        "vectors of sound": level(lambda firing: VectorLevel(terms, firing)),
        "hybrid": lambda _: full_bank(entries, terms),
    }


def tune(make: Callable[[Firing], CorrectionBank], cases: Sequence[Case]) -> Firing:
    """Choose distance and margin by the best F0.5 on the tuning cases; the wider limits where several are best."""
    best, chosen = -1.0, Firing()
    for distance in DISTANCES:
        for margin in MARGINS:
            firing = replace(Firing(), distance=distance, margin=margin)
            value = f_score(effect(cases, make(firing)))
            if value > best:
                best, chosen = value, firing
    return chosen


def f_score(done: Effect) -> float:
    """Weigh precision double against recall."""
    precision, recall = done.precision or 0.0, done.recall or 0.0
    weight = BETA**2
    return (1 + weight) * precision * recall / max(1e-9, weight * precision + recall)
