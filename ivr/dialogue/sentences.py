"""Cuts a reply into clauses for speech, while it is still being written.

The first clause comes as early as it can (a comma is enough), so that the caller hears something soon; later
ones end where a sentence does. Nothing is cut inside a number, an abbreviation, an e-mail or a web address.
"""

from __future__ import annotations

import re

FEWEST_FIRST_WORDS = 2
"""Words that a comma must close for the first clause to go out."""
LONGEST = 220
"""Characters after which a clause is cut at the next comma or space, sentence end or not."""

_END = re.compile(r"(?P<mark>[.!?…]+[\"»”')\]]*|[;:\n]|,)(?P<space>\s+|$)")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(¿¡\"«])(?:srs?|sras?|srtas?|drs?|dras?|dn?a?|ud|uds|vd|vds|avda?|c|pza|n[uú]m|n|tel|tfno|p|pág|págs|ej|etc"
    r"|art|aprox|máx|mín|admón|cía|izq|dcha|dto|dpto|ext|fdo|gral|ing|lic|prof|profa|st|sto|sta|mr|mrs|ms|no|vs"
    r"|[A-ZÁÉÍÓÚÑ](?:\.\s?[A-ZÁÉÍÓÚÑ])*)$",
    re.IGNORECASE,
)
_SINGLE_LETTER = re.compile(r"(?:^|[\s(¿¡\"«])[a-záéíóúñ]$")
_ORDINAL = re.compile(r"\d$")


class ClauseSplitter:
    """Takes a reply in pieces, gives it back in clauses; joined with spaces they are the reply.

    ``begins_reply=False``: the text goes on from an earlier one, so no clause of it is the first.
    """

    def __init__(self, *, begins_reply: bool = True) -> None:
        self._rest = ""
        self._first = begins_reply

    def feed(self, text: str) -> list[str]:
        """Take the next piece of the reply; answer the clauses that are complete by now."""
        self._rest += text
        clauses: list[str] = []
        while (end := self._next_end()) is not None:
            clause, self._rest = self._rest[:end].strip(), self._rest[end:]
            if clause:
                clauses.append(clause)
                self._first = False
        return clauses

    def flush(self) -> list[str]:
        """Give what is left at the end of the reply, and start anew."""
        clause, self._rest, self._first = self._rest.strip(), "", True
        return [clause] if clause else []

    def _next_end(self) -> int | None:
        """Find where the first clause of the rest ends; None while that is not certain."""
        for match in _END.finditer(self._rest):
            if not match["space"]:
                break
            if self._ends_clause(match):
                return match.end()
        if len(self._rest) > LONGEST:
            cut = max(self._rest.rfind(", ", 0, LONGEST), self._rest.rfind(" ", 0, LONGEST))
            return cut + 1 if cut > 0 else None
        return None

    def _ends_clause(self, match: re.Match[str]) -> bool:
        before, mark = self._rest[: match.start()], match["mark"]
        if not re.search(r"\w", before):
            return False
        if mark == ",":
            enough = len(before.split()) >= FEWEST_FIRST_WORDS
            return self._first and enough and not _ORDINAL.search(before)
        if mark in ";:\n":
            return mark == "\n" or not _ORDINAL.search(before)
        if mark == ".":
            return self._is_full_stop(before, self._rest[match.end() :])
        return True

    @staticmethod
    def _is_full_stop(before: str, after: str) -> bool:
        if _SINGLE_LETTER.search(before.lower()):
            return False
        if not _ABBREVIATION.search(before):
            return True
        word = before.rsplit(maxsplit=1)[-1].strip('(¿¡"«')
        ends_anyway = word.lower() in {"etc", "no", "c", "p", "n", "ms", "ext", "st"} and len(word) > 1
        return ends_anyway and (after[:1].isupper() or after[:1] in {"¿", "¡"})


def clauses(text: str) -> list[str]:
    """Cut a whole text."""
    splitter = ClauseSplitter()
    return [*splitter.feed(text), *splitter.flush()]
