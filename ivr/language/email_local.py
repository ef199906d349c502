"""How the part of an e-mail address before the @ is written, from the words in which it was said.

Names are said whole or spelled, single letters by their names ("jota garcía"), and remarks tell how it is written
("todo junto", "con zeta"); both ways of reading an address, in a sentence and as an answer, read it so.
"""

from __future__ import annotations

import re

from ivr.language.letters import LETTER_NAMES
from ivr.language.spelling import pieces, rewritten

REMARK = (
    r"(?:\btodo\s+)?\b(?:junto|seguido|pegado|sin\s+(?:espacios?|acentos?|tildes?|puntos|guiones)"
    r"|(?:en|con)\s+(?:letras?\s+)?(?:minusculas?|mayusculas?)|(?:todo\s+)minusculas?)\b"
)
"""Pattern (on folded text) of what is said about how an address is written, and is not in it."""
_REMARK = re.compile(rf"[\s,]*{REMARK}[\s,]*")
_NAMED = {
    name: letter for letter, names in LETTER_NAMES.items() for name in names if len(name) > 1 and letter not in "dñ"
} | {"ene con tilde": "n"}
"""Letters' names that are no word of a name; "de" is one ("juan de dios")."""
_NAME_OF_LETTER = "|".join(sorted(_NAMED, key=len, reverse=True))
_LETTER = re.compile(rf"\b({_NAME_OF_LETTER})\b")
_WITH = re.compile(rf"([a-z]+)[\s,]+con\s+(?:la\s+)?(?:letra\s+)?(\b[a-z]\b|{_NAME_OF_LETTER})\b")
LETTERS = frozenset(name for name in _NAMED if " " not in name) | frozenset("abcdefghijklmnopqrstuvwxyz") | {"de"}
"""Words that name a letter."""
_FEWEST_LETTERS, _LETTERS_SHARE = 3, 0.6
_LINKS = frozenset({"de", "en", "el", "al", "em"})
"""What is left of a letter's name between the words by which letters are told."""
_APART = "'"
"""Stands between a letter and its neighbours, so that they are not taken for one name."""


def without_remarks(said: str) -> str:
    """Take out of a folded text what is said about the writing; "perez con zeta" is written with its z."""
    said = _REMARK.sub(" ", said)
    return _WITH.sub(lambda match: rewritten(match[1], _NAMED.get(match[2], match[2])), said)


def letters_written(said: str) -> str:
    """Write letters that are called by their names, each apart ("jota garcia" -> "'j' garcia")."""
    return _LETTER.sub(lambda match: f"{_APART}{_NAMED[match[1]]}{_APART}", said)


def spelled_local(said: str) -> str:
    """Put together what is spelled letter by letter; "" where most is said in words."""
    read = [piece for piece in pieces(said) if piece.spelled or piece.text not in _LINKS]
    letters = sum(piece.text.isalpha() for piece in read)
    named = sum(piece.spelled and piece.text.isalpha() for piece in read)
    if named < _FEWEST_LETTERS or named < _LETTERS_SHARE * letters:
        return ""
    return "".join(piece.text for piece in read)
