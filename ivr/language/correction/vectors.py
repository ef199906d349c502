"""Level 2: nearest neighbours among vectors of sound and context.

A vector counts the phonetic n-grams of a phrase, and beside them the words near it. Sentence embeddings are the wrong
vectors for misheard words: they put vaca nearer to toro than to baca.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Protocol

import numpy as np

from ivr.language.correction.firing import Firing, bare
from ivr.language.correction.phonetic import Nearest, Vocabulary, find_nearest
from ivr.language.phonetics import phonetic_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from ivr.language.correction.values import Correction, HeardWord, Term

LEVEL = "vector"
SOUND = 512
CONTEXT = 128
DIMENSIONS = SOUND + CONTEXT
_LONGEST_GRAM = 3
_NEIGHBOURS = 6
_CONTEXT_WEIGHT = 0.1
"""How much nearer a term comes whose context agrees wholly; sound decides, context is a second opinion."""


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
    """Count the 1- to 3-grams of the phonetic key, ends marked, into a unit vector (SOUND,)."""
    key = f"<{phonetic_key(text)}>"
    vector = np.zeros(SOUND, np.float32)
    for size in range(1, _LONGEST_GRAM + 1):
        for start in range(len(key) - size + 1):
            vector[zlib.crc32(key[start : start + size].encode()) % SOUND] += 1.0
    return vector / np.float32(np.linalg.norm(vector))


def context_vector(words: Iterable[str]) -> NDArray[np.float32]:
    """Hash folded words into a unit vector (CONTEXT,); zeros of none."""
    vector = np.zeros(CONTEXT, np.float32)
    for word in words:
        vector[zlib.crc32(word.encode()) % CONTEXT] += 1.0
    return vector / np.float32(np.linalg.norm(vector) or 1.0)


class VectorLevel:
    """Finds the term whose vector is nearest, by sound above all, by the words that often stand near it besides."""

    def __init__(
        self,
        terms: Iterable[Term],
        firing: Firing | None = None,
        index: Callable[[NDArray[np.float32]], TermIndex] = ExactIndex,
    ) -> None:
        self._firing = firing or Firing()
        self._terms = tuple(terms)
        self._vocabulary = Vocabulary(self._terms)
        rows = np.array([_term_vector(term) for term in self._terms], np.float32).reshape(-1, DIMENSIONS)
        self._index = index(rows)

    def find(self, words: Sequence[HeardWord], slots: frozenset[str]) -> list[Correction]:
        """Give the corrections of an utterance, none overlapping."""

        def nearest(window: Sequence[HeardWord], beside: frozenset[str]) -> Nearest | None:
            return self.nearest(" ".join(word.text for word in window), beside, slots)

        return find_nearest(words, nearest, self._vocabulary, (LEVEL, slots, self._firing))

    def nearest(self, heard: str, beside: frozenset[str], slots: frozenset[str]) -> Nearest | None:
        """Give the nearest term that fits a slot; distance = 1 - cosine of sound - 0.1 cosine of context."""
        if not self._terms:
            return None
        query = np.concatenate([sound_vector(heard), context_vector(beside)])
        scores, rows = self._index.search(query[None], _NEIGHBOURS)
        ranked: list[tuple[float, Term]] = []
        for score, row in zip(scores[0], rows[0], strict=True):
            term = self._terms[row]
            if term.kind == "term" or term.kind in slots:
                ranked.append((max(0.0, 1.0 - float(score)), term))
        if not ranked:
            return None
        distance, best = ranked[0]
        second = next((other for other, term in ranked[1:] if bare(term.text) != bare(best.text)), 1.0)
        return best, distance, second - distance


def _term_vector(term: Term) -> NDArray[np.float32]:
    return np.concatenate([sound_vector(term.text), np.float32(_CONTEXT_WEIGHT) * context_vector(term.context)])
