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


def lessons(heard: str, meant: str) -> list[Entry]:
    """List the misheard phrases; those that people say for themselves too are tied to the words beside them."""
    given, wanted = heard.split(), meant.split()
    ends = ["^", *(bare(word) for word in given), "$"]
    learned = []
    for first, last, start, end in _changes([bare(word) for word in given], [bare(word) for word in wanted]):
        misheard = [bare(word) for word in given[first:last]]
        entry = Entry(" ".join(misheard), " ".join(_stripped(word) for word in wanted[start:end]))
        if check_entry(entry) or not _worth_learning(entry):
            continue
        if all(is_common(word) for word in misheard):
            entry = replace(entry, before=frozenset({ends[first]}), after=frozenset({ends[last + 1]}))
        learned.append(entry)
    return learned


def as_entries(given: Entry) -> list[Entry]:
    """Take what a person wrote: a phrase as it is, a sentence beside the same sentence put right by its lessons."""
    shared = {bare(word) for word in given.heard.split()} & {bare(word) for word in given.meant.split()}
    if not shared or given.before or given.after:
        return [given]
    return [replace(entry, kind=given.kind) for entry in lessons(given.heard, given.meant)]


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
