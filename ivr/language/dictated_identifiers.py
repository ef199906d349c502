"""Reads documents, accounts and codes of letters and digits from speech; pure, used by ``readings``.

Each must be of its kind as a whole: the check digit (IBAN, CURP, CUIT, card, the letter of a DNI or NIE) finds it among
the words around it, which look like letters too ("mi IBAN es ES91").
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stdnum.es import dni, nie

from ivr.language.identifiers import HOME, normal_form
from ivr.language.letters import sounds_like
from ivr.language.numbers import digit_runs
from ivr.language.spelling import pieces
from ivr.language.words import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

IDENTIFIERS = frozenset({"dni", "nie", "iban", "curp", "cuit", "card", "postal_code"})
_DIGITS_ALIKE = ("26", "36", "67", "23", "12", "05", "25")
"""Digits that are taken for each other on a telephone, measured on dictated numbers."""
_DNI_DIGITS = 8
_IBAN_DIGITS = 22
"""Digits of a Spanish account, the check digits with them."""
_CUIT_DIGITS = 11
_SHORTEST_IBAN = 15
_NIE_LETTERS = "xyz"
_LETTER = re.compile(r"[a-z]")
_EXAMPLE = re.compile(r"\b(?:de|como)\s+([^\W\d_]{3,})\W*$")
_SPELLED_FORMS = {
    "iban": re.compile(r"(?=([a-z]{2}\d{2}[a-z0-9]{11,30}))"),
    "curp": re.compile(r"(?=([a-z]{4}\d{6}[hmx][a-z]{5}[a-z0-9]\d))"),
}
_SPANISH = re.compile(r"\bes\W*$")


def said_identifier(kind: str, text: str, country: str) -> str | None:
    """Give the identifier that the words say in full; the last one, since a correction comes last."""
    match kind:
        case "dni" | "nie":
            return _document(kind, text)
        case "iban" | "curp":
            return _spelled(kind, text) or (_spanish_account(text, country) if kind == "iban" else None)
        case _:
            runs = reversed(digit_runs(text))
            return next((value for run in runs if (value := normal_form(kind, run.digits, country))), None)


def mended_identifier(kind: str, text: str, country: str) -> Iterator[str]:
    """List what the words may mean where something in them was misheard.

    Cards are never mended: of a card only the end is read back, so that nobody could tell.
    """
    match kind:
        case "dni" | "nie":
            yield from _mended_document(kind, text)
        case "iban" if country == HOME:
            for digits in _runs_of(text, _IBAN_DIGITS):
                yield from (value for one in one_digit_off(digits) if (value := normal_form("iban", f"ES{one}")))
        case "cuit":
            for digits in _runs_of(text, _CUIT_DIGITS):
                yield from (value for one in one_digit_off(digits) if (value := normal_form("cuit", one)))
        case _:
            return


def one_digit_off(digits: str) -> Iterator[str]:
    """Exchange one digit at a time for one that sounds like it."""
    for at, digit in enumerate(digits):
        for pair in _DIGITS_ALIKE:
            if digit in pair:
                yield digits[:at] + pair.replace(digit, "", 1) + digits[at + 1 :]


def _runs_of(text: str, wanted: int) -> Iterator[str]:
    yield from (run.digits for run in reversed(digit_runs(text)) if len(run.digits) == wanted)


# --- accounts and codes of letters and digits -------------------------------------------------


def _spelled(kind: str, text: str) -> str | None:
    """Find the stretch that fits: words that were written whole ("HNERXN") count as their letters."""
    joined = "".join(piece.text for piece in pieces(text))
    for match in _SPELLED_FORMS[kind].finditer(joined):
        for end in range(len(match[1]), _SHORTEST_IBAN - 1, -1):
            if value := normal_form(kind, match[1][:end]):
                return value
    return None


def _spanish_account(text: str, country: str) -> str | None:
    """Read a Spanish account whose country was left out, as at home and on keys, or written as a word ("es 91")."""
    for run in reversed(digit_runs(text)):
        if country == HOME or _SPANISH.search(fold(text[: run.start])):
            value = normal_form("iban", f"ES{run.digits}")
            if value:
                return value
    return None


# --- documents ------------------------------------------------------------------------------


def _document(kind: str, text: str) -> str | None:
    for lead, digits, letters in _documents(text):
        for letter in letters:
            if value := normal_form(kind, f"{lead}{digits}{letter}"):
                return value
    return None


def _documents(text: str) -> Iterator[tuple[str, str, list[str]]]:
    """Give what may be a document number: the letter before (foreigners'), the digits, the letters heard after them."""
    folded = fold(text)
    for run in reversed(digit_runs(text)):
        after = list(_letters(text[run.end :]))
        before = [piece.text for piece in pieces(text[: run.start])][-1:]
        lead = before[0] if before and before[0] in _NIE_LETTERS else ""
        wanted = _DNI_DIGITS - len(lead)
        yield lead, run.digits, after
        if len(run.digits) == wanted + 1 and _EXAMPLE.search(folded[run.end :]):
            yield lead, run.digits[:wanted], after  # "zeta de Zaragoza" was written "7 de Zaragoza"


def _letters(tail: str) -> Iterator[str]:
    """List the letters that the words after a number may mean, the likeliest first."""
    named = [piece.text for piece in pieces(tail) if _LETTER.fullmatch(piece.text)]
    yield from named[:1]
    example = _EXAMPLE.search(fold(tail))
    if example:
        yield example[1][0]


def _mended_document(kind: str, text: str) -> Iterator[str]:
    for lead, digits, letters in _documents(text):
        if kind == "nie" and not lead:
            continue
        wanted = _DNI_DIGITS - len(lead)
        if not lead and len(digits) > wanted:  # what was said before the number was taken for digits
            last = digits[-wanted:]
            yield from [last + letter.upper() for letter in letters if dni.is_valid(last + letter)]
        if len(digits) != wanted:
            continue
        fitting = _check_letter(lead, digits)
        if not letters or any(sounds_like(letter, fitting.lower()) for letter in letters):
            yield f"{lead}{digits}{fitting}".upper()
        for other in one_digit_off(digits) if letters else ():
            if _check_letter(lead, other).lower() in letters:
                yield f"{lead}{other}{_check_letter(lead, other)}".upper()


def _check_letter(lead: str, digits: str) -> str:
    return str(nie.calc_check_digit(lead.upper() + digits) if lead else dni.calc_check_digit(digits))
