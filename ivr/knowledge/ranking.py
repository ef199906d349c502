"""Which passages fit a question, and how likely the first one answers it.

The nearness of meaning (sentence vectors: the mean of the whole passage's and of its nearest sentence's) decides; rare
words that both share add to it. The chance that the answer is right is a logistic function of three figures, fitted on
``lookup_tuning.yaml`` (``ivr bench knowledge`` measures it on other questions).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from ivr.knowledge.terms import Words, terms_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from ivr.knowledge.documents import Passage

    NewIndex = Callable[[NDArray[np.float32]], "VectorIndex"]

SURE = 0.55
"""Chance of being right from which on an answer is spoken."""
RELATED = 0.2
"""Chance from which on passages are shown to a language model, which judges them itself."""
_SCALE, _SHARED = 10.0, 1 / 30
"""What the cosine and the BM25 score are worth in the order."""
_TOP = 3
_SLIGHTEST = 1e-6
_CANDIDATES = 64
"""Passages, and sentences, that an index is asked for: those that it leaves out are far from the first three."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Of the logistic function: constant, height, coverage, gap to the next passage."""

    constant: float
    height: float
    coverage: float
    gap: float

    def chance(self, height: float, coverage: float, gap: float) -> float:
        """Say how likely the first passage is the right one, 0..1."""
        evidence = self.constant + self.height * height + self.coverage * coverage + self.gap * gap
        return 1 / (1 + math.exp(-evidence))


# height is the mean cosine, or the BM25 score over the logarithm of the number of passages
BY_MEANING = Weights(-43.99, 48.30, 2.289, 4.870)
BY_WORDS = Weights(-4.924, 1.861, 3.297, 0.692)


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found; ``row`` is its place in the catalogue, ``score`` is comparable within one search."""

    row: int
    score: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """The best passages, the best first, and the chance that the first answers the question."""

    hits: tuple[Hit, ...] = ()
    chance: float = 0.0


class VectorIndex(Protocol):
    """Finds the rows with the largest inner product."""

    def search(self, query: NDArray[np.float32], count: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Take (n, dimensions); give scores and row numbers (n, count), best first."""
        ...


class Meaning:
    """Vectors of unit length: one for each passage, one for each sentence (``owners``: whose it is)."""

    def __init__(
        self,
        whole: NDArray[np.float32],
        parts: NDArray[np.float32],
        owners: NDArray[np.int64],
        index: NewIndex | None = None,
    ) -> None:
        self.whole, self.parts, self._owners = whole, parts, owners
        self._indexes = (index(whole), index(parts)) if index is not None else None

    def near(self, question: NDArray[np.float32]) -> NDArray[np.float32]:
        """Say how near each passage is to the question's vector, (passages,); -1 for those that an index left out."""
        nearest = np.full(len(self.whole), -1.0, np.float32)
        if self._indexes is None:
            np.maximum.at(nearest, self._owners, self.parts @ question)
            return np.asarray((self.whole @ question + nearest) / 2, np.float32)
        (_, passages), (_, sentences) = (index.search(question[None], _CANDIDATES) for index in self._indexes)
        candidates = np.union1d(passages[0], self._owners[sentences[0]])
        theirs = np.flatnonzero(np.isin(self._owners, candidates))
        np.maximum.at(nearest, self._owners[theirs], self.parts[theirs] @ question)
        nearest[candidates] = (nearest[candidates] + self.whole[candidates] @ question) / 2
        return nearest


def rank(question: str, passages: Sequence[Passage], words: Words, near: NDArray[np.float32] | None) -> Ranking:
    """Order the passages; without vectors (``near`` None) by their words alone."""
    if not passages:
        return Ranking()
    terms = terms_of(question)
    shared = words.score(terms)
    scores = shared / math.log(1 + len(passages)) if near is None else near * _SCALE + shared * _SHARED
    order = np.argsort(-scores, kind="stable")[: _TOP + 1]
    if scores[order[0]] <= _SLIGHTEST:
        return Ranking()
    first = int(order[0])
    gap = float(scores[first] - scores[order[1]]) if len(order) > 1 else 0.0
    coverage = words.coverage(terms, passages[first].whole)
    height = float(scores[first] if near is None else near[first])
    weights = BY_WORDS if near is None else BY_MEANING
    chance = weights.chance(height, coverage, gap) if terms else 0.0
    hits = tuple(Hit(int(row), round(float(scores[row]), 4)) for row in order[:_TOP] if scores[row] > _SLIGHTEST)
    return Ranking(hits, round(chance, 3))
