"""What is to be learned from a sentence as it was heard beside the same sentence as it was meant."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rapidfuzz.distance import Levenshtein

from ivr.language.correction.bank_file import check_entry
from ivr.language.correction.firing import WIDEST, bare, is_common
from ivr.language.correction.values import Entry
from ivr.language.phonetics import phonetic_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FARTHEST = 0.6
"""Distance of the sounds beyond which a word was not misheard but replaced: "pues" for "el martes"."""
SHORTEST = 4
"""Letters; shorter words (y, si, ya, lo) are misheard as each other both ways and teach nothing."""


def lessons(heard: str, meant: str, terms: frozenset[str], kind: str = "term") -> list[Entry]:
    """List the misheard phrases.

    Only terms of the field (``terms``, folded) and words that are not common Spanish, such as names, are learned; a
    phrase of common words only as a term of the field and tied to the words beside it. What people say anyhow is
    misheard both ways: of 449 corrections learned from real errors without this rule, 354 broke right words.
    """
    given, wanted = _Words(heard), _Words(meant)
    learned = []
    for change in _changes(given.bare, wanted.bare):
        first, last, start, end = change
        entry = Entry(" ".join(given.bare[first:last]), " ".join(wanted.written[start:end]), kind)
        if check_entry(entry) or not _worth_learning(entry):
            continue
        sides = _rest_of_term(wanted.bare, start, end, terms)
        if sides is None and kind == "term" and all(is_common(word) for word in wanted.bare[start:end]):
            continue
        if all(is_common(word) for word in given.bare[first:last]):
            if sides is None and kind == "term":
                continue
            before, after = sides if sides and any(sides) else (True, True)
            entry = replace(entry, before=given.side(first - 1, before), after=given.side(last, after))
        learned.append(entry)
    return learned


class _Words:
    """A sentence's words, as they were written without signs and folded."""

    def __init__(self, text: str) -> None:
        self.written = [_stripped(word) for word in text.split()]
        self.bare = [bare(word) for word in self.written]

    def side(self, at: int, wanted: bool) -> frozenset[str]:
        """Give the word at a place as context; "^" and "$" are beyond the ends."""
        if not wanted:
            return frozenset()
        return frozenset({"^" if at < 0 else "$" if at >= len(self.bare) else self.bare[at]})


def _rest_of_term(words: Sequence[str], start: int, end: int, terms: frozenset[str]) -> tuple[bool, bool] | None:
    """Say whether words ``start`` to ``end`` are a term or part of one that goes on to the left, to the right."""
    for left in range(min(start, WIDEST) + 1):
        for right in range(min(len(words) - end, WIDEST) + 1):
            if " ".join(words[start - left : end + right]) in terms:
                return left > 0, right > 0
    return None


def as_entries(given: Entry, terms: frozenset[str]) -> list[Entry]:
    """Take what a person wrote: a phrase as it is, a sentence beside the same sentence put right by its lessons."""
    shared = {bare(word) for word in given.heard.split()} & {bare(word) for word in given.meant.split()}
    if not shared or given.before or given.after:
        return [given]
    return lessons(given.heard, given.meant, terms, given.kind)


def _changes(given: Sequence[str], wanted: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """Give the stretches (first, last) of the one and (start, end) of the other text that differ, ends exclusive."""
    first = start = 0
    same = [step for step in Levenshtein.opcodes(given, wanted) if step.tag == "equal"]
    ends = [(step.src_start, step.dest_start, step.src_end, step.dest_end) for step in same]
    for last, end, resume, restart in [*ends, (len(given), len(wanted), 0, 0)]:
        if 0 < last - first <= WIDEST and 0 < end - start <= WIDEST:
            yield first, last, start, end
        first, start = resume, restart


def _worth_learning(entry: Entry) -> bool:
    """Whether both sides are content words that sound alike, and not the same word written otherwise."""
    if min(len(entry.heard), len(entry.meant)) < SHORTEST:
        return False
    if all(len(word) < SHORTEST for word in entry.meant.split()):
        return False
    heard, meant = phonetic_key(entry.heard), phonetic_key(entry.meant)
    return Levenshtein.normalized_distance(heard, meant) <= FARTHEST


def _stripped(word: str) -> str:
    return word.strip(".,;:!?¡¿\"'()«»…")
