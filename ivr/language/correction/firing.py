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

    from ivr.language.correction.values import HeardWord

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
    """The limits: confidence below which a word is doubted, phonetic distance at most, margin at least."""

    doubt: float = 0.75
    distance: float = 0.34
    margin: float = 0.15


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


def doubted(window: Sequence[HeardWord], firing: Firing) -> bool:
    """Whether the recogniser was unsure of a word of the window; a confidence that nobody knows is no doubt."""
    return any(word.confidence is not None and word.confidence < firing.doubt for word in window)


def out_of_place(window: Sequence[HeardWord]) -> bool:
    """Whether the window is not Spanish that people say: no common word but short ones, and one uncommon."""
    common = common_words()
    folded = [bare(word.text) for word in window]
    strange = [word for word in folded if word not in common]
    return (
        bool(strange)
        and sum(map(len, folded)) >= _SHORTEST
        and all(len(word) <= _SHORT for word in folded if word in common)
    )
