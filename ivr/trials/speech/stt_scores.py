"""How well texts were heard: errors by kind, names found again. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidfuzz.distance import Levenshtein

from ivr.language.word_errors import normalise
from ivr.trials.speech.statistics import bootstrap_interval, ratio_interval

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Score:
    """One utterance: reference words, and what became of them."""

    words: int
    substituted: int
    deleted: int
    inserted: int

    @property
    def errors(self) -> int:
        """All of them."""
        return self.substituted + self.deleted + self.inserted


def score(said: str, heard: str) -> Score:
    """Compare what was heard with what was said, both normalised as ``word_errors`` does."""
    reference = normalise(said)
    kinds = [edit.tag for edit in Levenshtein.editops(reference, normalise(heard))]
    return Score(len(reference), kinds.count("replace"), kinds.count("delete"), kinds.count("insert"))


def word_rights(said: str, heard: Sequence[str]) -> list[bool]:
    """Say of each heard word whether it was said; a word that is several tokens ("5421") is right when all are."""
    tokens, owners = [], []
    for number, word in enumerate(heard):
        parts = normalise(word)
        tokens += parts
        owners += [number] * len(parts)
    right = [True] * len(heard)
    for edit in Levenshtein.editops(normalise(said), tokens):
        if edit.tag in {"replace", "insert"}:
            right[owners[edit.dest_pos]] = False
    return right


def recalled(entities: Sequence[str], heard: str) -> list[bool]:
    """Say of each name whether it stands in the text, whole and in order, accents folded."""
    text = f" {' '.join(normalise(heard))} "
    return [f" {' '.join(normalise(entity))} " in text for entity in entities]


def rate_cell(scores: Sequence[Score], seed: int) -> str:
    """Write a word error rate in percent with its interval over utterances."""
    errors, words = [one.errors for one in scores], [one.words for one in scores]
    low, high = ratio_interval(errors, words, seed)
    return f"{100 * sum(errors) / sum(words):.1f} [{100 * low:.1f}, {100 * high:.1f}]"


def share_cell(hits: Sequence[bool], seed: int) -> str:
    """Write a share in percent with its interval."""
    low, high = bootstrap_interval([100.0 * hit for hit in hits], seed)
    return f"{100 * sum(hits) / len(hits):.1f} [{low:.1f}, {high:.1f}]"


def difference(ours: Sequence[Score], theirs: Sequence[Score], seed: int) -> tuple[float, float, float]:
    """Give our word error rate minus theirs in points, with the interval over utterances heard by both."""
    more = [mine.errors - other.errors for mine, other in zip(ours, theirs, strict=True)]
    words = [one.words for one in ours]
    low, high = ratio_interval(more, words, seed)
    return 100 * sum(more) / sum(words), 100 * low, 100 * high
