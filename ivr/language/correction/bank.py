"""The bank: its levels in order, each on the words that no earlier one touched, or to complete what it began."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from ivr.language.correction.exact import ExactLevel
from ivr.language.correction.firing import common_words, folded, is_common
from ivr.language.correction.phonetic import PhoneticLevel
from ivr.language.correction.values import Corrected, Correction, HeardWord, Term
from ivr.language.correction.vectors import ExactIndex, VectorLevel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from ivr.language.correction.values import Entry
    from ivr.language.correction.vectors import TermIndex

_AROUND = re.compile(r"^(\W*)(.*?)(\W*)$", re.DOTALL)


class Level(Protocol):
    """One way to find corrections."""

    def find(self, words: Sequence[HeardWord], slots: frozenset[str]) -> list[Correction]:
        """Give the corrections of an utterance, none overlapping."""
        ...


class CorrectionBank:
    """Mends utterances. Live it has the exact level only; after the call all three."""

    def __init__(self, levels: Sequence[Level]) -> None:
        self._levels = tuple(levels)
        common_words()  # read from its file now, not within a call

    def correct(self, words: Sequence[HeardWord], slots: frozenset[str] = frozenset()) -> Corrected:
        """Mend an utterance; ``slots`` are the types of value that the dialogue waits for."""
        raw = " ".join(word.text for word in words)
        kept: list[Correction] = []
        for level in self._levels:
            for item in level.find(words, slots):
                met = [other for other in kept if other.first < item.last and item.first < other.last]
                if all(_completes(item, other) for other in met):
                    kept = [*(other for other in kept if other not in met), item]
        kept.sort(key=lambda each: each.first)
        return Corrected(raw, _written(words, kept), tuple(kept))


def live_bank(entries: Iterable[Entry]) -> CorrectionBank:
    """Build the bank for calls: exact entries only, under a millisecond a word."""
    return CorrectionBank([ExactLevel(entries)])


def full_bank(
    entries: Sequence[Entry], terms: Sequence[Term], index: Callable[[NDArray[np.float32]], TermIndex] = ExactIndex
) -> CorrectionBank:
    """Build the bank for after the call: exact entries, then vectors (searched in ``index``), then sound.

    What the entries mean are terms of the field too, but not a part of a term, and not a term with words beside it:
    such a lesson would be nearer to what was heard than the term itself.
    """
    known = {folded(term.text) for term in terms}
    taught = {folded(entry.meant): Term(entry.meant, entry.kind) for entry in entries}
    fresh = [term for said, term in taught.items() if said not in known and not any(map(is_common, said.split()))]
    beside = [term for term in fresh if any(_holds(one, term.text) or _holds(term.text, one) for one in known)]
    wanted = [*terms, *(term for term in fresh if term not in beside)]
    return CorrectionBank([ExactLevel(entries), VectorLevel(wanted, index=index), PhoneticLevel(wanted)])


def _completes(item: Correction, part: Correction) -> bool:
    """Whether a correction of more words says more than an earlier one: the whole term, not a part of it."""
    return item.first <= part.first and part.last <= item.last and _holds(item.meant, part.meant)


def _holds(whole: str, part: str) -> bool:
    """Whether a phrase holds another one and more."""
    return folded(whole) != folded(part) and f" {folded(part)} " in f" {folded(whole)} "


def _written(words: Sequence[HeardWord], corrections: Sequence[Correction]) -> str:
    """Write the utterance with its corrections, the signs around each window kept."""
    parts: list[str] = []
    position = 0
    for item in corrections:
        parts += [word.text for word in words[position : item.first]]
        opening = _AROUND.match(words[item.first].text)
        closing = _AROUND.match(words[item.last - 1].text)
        before = opening.group(1) if opening else ""
        after = closing.group(3) if closing else ""
        capital = words[item.first].text.lstrip("¿¡\"'(«")[:1].isupper()
        parts.append(f"{before}{item.meant[:1].upper() + item.meant[1:] if capital else item.meant}{after}")
        position = item.last
    return " ".join([*parts, *(word.text for word in words[position:])])
