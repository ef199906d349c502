"""What of a passage is said on the telephone: its one or two sentences that answer, in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ivr.knowledge.terms import terms_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ivr.knowledge.documents import Passage

LONGEST = 300
"""Characters of a spoken answer; a single sentence may be longer."""
_SHARED = 0.02
"""What a word that question and sentence share is worth, in cosine."""
_FAR = 0.03
"""How much worse a second sentence may fit."""


def answer_from(passage: Passage, question: str, near: NDArray[np.float32] | None) -> str:
    """Take the sentence that fits best, and the next one where it goes on about the same.

    ``near``: how near each sentence's meaning is to the question's; None where nobody knows.
    """
    wanted = set(terms_of(question))
    fits = np.array([_SHARED * len(wanted & set(terms_of(sentence))) for sentence in passage.sentences])
    fits = fits if near is None else fits + near
    best = int(np.argmax(fits))
    chosen = [best]
    following = best + 1 if best + 1 < len(fits) else best - 1
    if following >= 0 and fits[best] - fits[following] <= _FAR:
        pair = sorted([best, following])
        if sum(len(passage.sentences[one]) for one in pair) <= LONGEST:
            chosen = pair
    return " ".join(_ended(passage.sentences[one]) for one in chosen)


def _ended(sentence: str) -> str:
    return sentence if sentence[-1] in ".!?…" else sentence.rstrip(" ,;:") + "."
