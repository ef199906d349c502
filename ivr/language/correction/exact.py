"""Level 1: an exact dictionary with context, the only level fast and safe enough for every live word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.language.correction.firing import WIDEST, Firing, bare, is_common, protected
from ivr.language.correction.values import Correction, Entry, HeardWord

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LEVEL = "exact"


class ExactLevel:
    """Finds entries in O(1) a word: at most four look-ups, however large the bank is."""

    def __init__(self, entries: Iterable[Entry], firing: Firing | None = None) -> None:
        self._firing = firing or Firing()
        self._entries: dict[tuple[str, ...], list[Entry]] = {}
        for entry in entries:
            heard = tuple(bare(word) for word in entry.heard.split())
            self._entries.setdefault(heard, []).append(entry)

    def find(self, words: Sequence[HeardWord], slots: frozenset[str]) -> list[Correction]:
        """Give the corrections of an utterance, longest window first, none overlapping."""
        folded = ["^", *(bare(word.text) for word in words), "$"]
        found: list[Correction] = []
        position = 0
        while position < len(words):
            hit = self._at(words, folded, position, slots)
            if hit is None:
                position += 1
            else:
                found.append(hit)
                position = hit.last
        return found

    def _at(
        self, words: Sequence[HeardWord], folded: Sequence[str], first: int, slots: frozenset[str]
    ) -> Correction | None:
        for last in range(min(first + WIDEST, len(words)), first, -1):
            window = words[first:last]
            for entry in self._entries.get(tuple(folded[first + 1 : last + 1]), ()):
                reason = self._reason(entry, window, (folded[first], folded[last + 1]), slots)
                if reason:
                    heard = " ".join(word.text for word in window)
                    return Correction(first, last, heard, entry.meant, LEVEL, 1.0, reason, entry.entry_id)
        return None

    def _reason(self, entry: Entry, window: Sequence[HeardWord], beside: tuple[str, str], slots: frozenset[str]) -> str:
        before, after = beside
        if any(protected(word.text) for word in window) or (entry.kind != "term" and entry.kind not in slots):
            return ""
        if any(word.confidence is not None and word.confidence >= self._firing.doubt for word in window):
            return ""
        if (entry.before and before not in entry.before) or (entry.after and after not in entry.after):
            return ""
        in_context = bool(entry.before or entry.after)
        if not in_context and all(is_common(word.text) for word in window):
            return ""
        return f"between {before!r} and {after!r}" if in_context else "not a common word"
