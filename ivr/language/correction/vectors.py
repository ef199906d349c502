"""Level 2: nearest neighbours among phonetic n-gram vectors, the context as second opinion.

Sentence embeddings are the wrong vectors for misheard words: they put vaca nearer to toro than to baca.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Protocol

import numpy as np

from ivr.language.correction.firing import Firing, bare
from ivr.language.correction.phonetic import Nearest, find_nearest
from ivr.language.phonetics import phonetic_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from ivr.language.correction.values import Correction, HeardWord, Term

LEVEL = "vector"
DIMENSIONS = 512
_LONGEST_GRAM = 3
_NEIGHBOURS = 6
_CONTEXT_BONUS = 0.1


class TermIndex(Protocol):
    """Finds the rows with the largest inner product."""

    def search(self, query: NDArray[np.float32], count: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Take (n, DIMENSIONS); give scores and row numbers (n, count), best first."""
        ...


class ExactIndex:
    """A TermIndex by one matrix product: right, and quick up to some 10,000 terms."""

    def __init__(self, rows: NDArray[np.float32]) -> None:
        self._rows = rows

    def search(self, query: NDArray[np.float32], count: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Take (n, DIMENSIONS); give scores and row numbers (n, count), best first."""
        scores = query @ self._rows.T
        order = np.argsort(-scores, axis=1, kind="stable")[:, : min(count, len(self._rows))].astype(np.int64)
        return np.take_along_axis(scores, order, axis=1), order


def sound_vector(text: str) -> NDArray[np.float32]:
    """Count the 1- to 3-grams of the phonetic key, ends marked, into a unit vector (DIMENSIONS,)."""
    key = f"<{phonetic_key(text)}>"
    vector = np.zeros(DIMENSIONS, np.float32)
    for size in range(1, _LONGEST_GRAM + 1):
        for start in range(len(key) - size + 1):
            vector[zlib.crc32(key[start : start + size].encode()) % DIMENSIONS] += 1.0
    return vector / np.float32(np.linalg.norm(vector))


class VectorLevel:
    """Finds the term whose sound vector is nearest; words that often stand near it bring it nearer."""

    def __init__(
        self,
        terms: Iterable[Term],
        firing: Firing | None = None,
        index: Callable[[NDArray[np.float32]], TermIndex] = ExactIndex,
    ) -> None:
        self._firing = firing or Firing()
        self._terms = tuple(terms)
        self._known = frozenset(bare(term.text) for term in self._terms)
        rows = np.array([sound_vector(term.text) for term in self._terms], np.float32).reshape(-1, DIMENSIONS)
        self._index = index(rows)

    def find(self, words: Sequence[HeardWord], slots: frozenset[str]) -> list[Correction]:
        """Give the corrections of an utterance, none overlapping."""

        def nearest(window: Sequence[HeardWord], beside: frozenset[str]) -> Nearest | None:
            return self.nearest(" ".join(word.text for word in window), beside, slots)

        return find_nearest(words, nearest, (LEVEL, self._known, self._firing))

    def nearest(self, heard: str, beside: frozenset[str], slots: frozenset[str]) -> Nearest | None:
        """Give the nearest term that fits a slot; distance = 1 - cosine - 0.1 where the context agrees."""
        if not self._terms:
            return None
        scores, rows = self._index.search(sound_vector(heard)[None], _NEIGHBOURS)
        ranked: list[tuple[float, Term]] = []
        for score, row in zip(scores[0], rows[0], strict=True):
            term = self._terms[row]
            if term.kind == "term" or term.kind in slots:
                bonus = _CONTEXT_BONUS if term.context & beside else 0.0
                ranked.append((max(0.0, 1.0 - float(score) - bonus), term))
        if not ranked:
            return None
        ranked.sort(key=lambda each: each[0])
        distance, best = ranked[0]
        second = next((other for other, term in ranked[1:] if bare(term.text) != bare(best.text)), 1.0)
        return best, distance, second - distance
