"""When a correction may fire: everything must agree, because a right word broken is worse than a wrong one kept."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from ivr.language.phonetics import without_accents

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.language.correction.values import HeardWord, Term

WIDEST = 4
"""Words in one window: "equi li" is two, "a te ese ele" four."""
_SHORT = 3
_SHORTEST = 4
_ANSWERS = "si no vale claro ok correcto exacto nunca jamas tampoco"
_NUMBERS = (
    "un uno una dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciseis diecisiete "
    "dieciocho diecinueve veinte veintiun veintiuno veintidos veintitres veinticuatro veinticinco veintiseis "
    "veintisiete veintiocho veintinueve treinta cuarenta cincuenta sesenta setenta ochenta noventa cero cien ciento "
    "doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos mil millon "
    "millones medio media"
)
_SPELLING = "arroba punto guion barra com es"
_PROTECTED = frozenset(f"{_ANSWERS} {_NUMBERS} {_SPELLING}".split())
_NUMBER_STEMS = ("veinti", "treinti", "dieci")
_WRITTEN = re.compile(r"\d|@|\w\.\w|://")


@dataclass(frozen=True, slots=True)
class Firing:
    """The limits.

    ``doubt`` is the confidence from which on an exact entry leaves a word alone. Beyond it, at most ``distance`` to the
    nearest term and at least ``margin`` to the next one; the word's confidence must be under 1 - ``sureness`` x
    distance, so that what sounds almost the same needs little doubt and what does not needs much. A phrase of common
    words may only be a value that the dialogue waits for, and with a mean confidence under ``guess``.
    """

    doubt: float = 0.75
    distance: float = 0.30
    margin: float = 0.1
    sureness: float = 0.75
    guess: float = 0.6


def bare(word: str) -> str:
    """Fold a word and drop the signs around it."""
    return without_accents(word).strip(".,;:!?¡¿\"'()«»…-")


def folded(phrase: str) -> str:
    """Fold every word of a phrase."""
    return " ".join(bare(word) for word in phrase.split())


@cache
def common_words() -> frozenset[str]:
    """Give the folded common words of Spanish (common_es.txt says where they are from)."""
    text = files("ivr.language.correction").joinpath("common_es.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))


def is_common(word: str) -> bool:
    """Whether people say the word so often that hearing it proves nothing."""
    return bare(word) in common_words()


def protected(word: str) -> bool:
    """Whether a word may decide a call and is therefore only ever asked about: digits, numbers, e-mails, yes, no."""
    plain = bare(word)
    return bool(_WRITTEN.search(word)) or plain in _PROTECTED or plain.startswith(_NUMBER_STEMS)


def may_be_misheard(window: Sequence[HeardWord], of_terms: frozenset[str], *, awaited: bool) -> bool:
    """Whether to look for a term at all: enough letters, not all words certain, and not plain Spanish.

    ``of_terms`` are the words that terms are made of; plain Spanish may still be a value where one is ``awaited``.
    """
    plain = [bare(word.text) for word in window]
    if sum(map(len, plain)) < _SHORTEST or all(word.confidence in {None, 1.0} for word in window):
        return False
    return awaited or (any(map(_strange, plain)) and not [word for word in plain if _usual(word) - of_terms])


def folded_words(words: Sequence[HeardWord]) -> str:
    """Fold the words of a window."""
    return " ".join(bare(word.text) for word in words)


def agrees(window: Sequence[HeardWord], standing: Sequence[str], hit: tuple[Term, float], firing: Firing) -> bool:
    """Whether the words' confidences and commonness let the window be the term at this distance.

    ``standing`` are the stretches of the window that are terms as they are: only a longer term may take them in.
    """
    term, distance = hit
    full = folded(term.text)
    own = frozenset(full.split())
    if any(phrase == full or not own.issuperset(phrase.split()) for phrase in standing):
        return False
    other = [word for word in window if bare(word.text) not in own]
    sure = [word.confidence for word in other if word.confidence is not None]
    if not sure or min(sure) >= 1 - firing.sureness * distance:
        return False
    if not any(_usual(bare(word.text)) for word in other) and any(_strange(bare(word.text)) for word in other):
        return True
    return term.kind != "term" and sum(sure) / len(sure) < firing.guess


def _strange(word: str) -> bool:
    return word not in common_words()


def _usual(word: str) -> frozenset[str]:
    """Give the word if it is common and not a short one, which may be a piece of anything."""
    return frozenset({word}) if len(word) > _SHORT and word in common_words() else frozenset()
