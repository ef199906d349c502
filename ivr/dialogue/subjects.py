"""What a persona does not talk about: known in a caller's words, and in those of a hosted model. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ivr.language.words import plain, words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from ivr.dialogue.persona import Refused
    from ivr.language.intents import Intent

SURE = 0.6
"""Confidence from which a caller's intent is refused for itself."""
_STEM = 4
"""Letters from which on a plural is the same word."""
_DECLINES = re.compile(r"\b(?:no|ni|nunca|tampoco|cannot|cant|dont|not|wont|nao|non)\b")
TELLING = 3
"""Letters that one word of an entry needs, so that it does not fit nearly every sentence."""


def _bare(word: str) -> str:
    return word.removesuffix("s") if len(word) > _STEM else word


class Subjects:
    """The refused subjects of a persona, by their names, ready to be looked for."""

    def __init__(self, refused: Mapping[str, Refused]) -> None:
        self._known = [
            (name, _entries(one.words), _entries(one.unless), frozenset(one.intents)) for name, one in refused.items()
        ]

    def asked(self, said: str, intent: Intent, *, served: bool) -> str:
        """Name the refused subject that a caller's turn is about; "" for none. ``said`` is folded.

        ``served``: the turn clearly wants something that we do, in which names and sayings are no subject.
        """
        if not served and (found := self._named(said)):
            return found
        if intent.confidence < SURE:
            return ""
        return next((name for name, _, _, intents in self._known if intent.name in intents), "")

    def told(self, clause: str) -> str:
        """Name the refused subject that an agent's clause goes into; "" for none, or where it declines."""
        said = plain(clause)
        return "" if _DECLINES.search(said) else self._named(said)

    def _named(self, said: str) -> str:
        heard = {_bare(word) for word in said.split()}
        return next(
            (name for name, wanted, unless, _ in self._known if _fits(wanted, heard) and not _fits(unless, heard)), ""
        )


def _entries(texts: Iterable[str]) -> list[frozenset[str]]:
    return [frozenset(map(_bare, words(text))) for text in texts]


def _fits(entries: Iterable[frozenset[str]], heard: Collection[str]) -> bool:
    return any(all(word in heard for word in entry) for entry in entries)
