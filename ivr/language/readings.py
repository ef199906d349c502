"""What value an utterance holds, given the kind that was asked for: several hypotheses in, the values that fit out.

A recogniser's other hypotheses are looked at too: the first in which a value of the right length, with the right check
digit, is said in full is taken. Where none holds one, the first is mended: groups that were written apart are joined
("600 12" is 612), a letter that does not fit its number is exchanged for the one that sounds like it and does, or a
digit for one that sounds like it. What had to be mended is no certain reading and wants to be confirmed; where two
mendings fit, both are given, and only the caller can tell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stdnum.es import dni

from ivr.language.amounts import read_amount
from ivr.language.dates import find_dates
from ivr.language.email_dictation import best_email, dictated_email
from ivr.language.identifiers import HOME, PHONE_LENGTHS, normal_form
from ivr.language.letters import sounds_like
from ivr.language.numbers import digit_runs, numerals
from ivr.language.spelling import pieces
from ivr.language.words import fold

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Sequence

DIGITS_ALIKE = ("26", "36", "67", "23", "12", "05", "25")
"""Digits that are taken for each other on a telephone, measured on dictated numbers."""
_DNI_DIGITS = 8
_NIE_LETTERS = "xyz"
_LETTER = re.compile(r"[a-z]")
_EXAMPLE = re.compile(r"\b(?:de|como)\s+([^\W\d_]{3,})\W*$")


@dataclass(frozen=True, slots=True)
class Reading:
    """A value in its normal form; ``certain`` when the words say it in full."""

    value: str
    certain: bool = True


def read_value(
    kind: str,
    hypotheses: Sequence[str],
    now: dt.datetime,
    country: str = HOME,
    denied: frozenset[str] = frozenset(),
) -> list[Reading]:
    """List the values that an utterance may hold: one, none, or several that only the caller can tell apart.

    What the caller has ``denied`` is not among them.
    """
    for text in hypotheses:
        value = _said(kind, text, now, country)
        if value and value not in denied:
            return [Reading(value)]
    for text in hypotheses:
        mended = [value for value in dict.fromkeys(_mended(kind, text, country)) if value not in denied]
        if mended:
            return [Reading(value, certain=False) for value in mended]
    return []


def choose_hypothesis(slots: frozenset[str], hypotheses: Sequence[str], now: dt.datetime, country: str = HOME) -> int:
    """Give the place of the first hypothesis that says in full a value of a kind that is waited for; 0 when none."""
    kinds = sorted(slots & READABLE)
    for place, text in enumerate(hypotheses):
        if any(_said(kind, text, now, country) for kind in kinds):
            return place
    return 0


def choose_text(slots: frozenset[str], hypotheses: Sequence[str], now: dt.datetime, country: str = HOME) -> str:
    """Give the hypothesis that is chosen; an address is put together from the best parts of them all."""
    chosen = hypotheses[choose_hypothesis(slots, hypotheses, now, country)]
    best = best_email(hypotheses) if "email" in slots else None
    return chosen if best is None or best == dictated_email(chosen) else best


def _said(kind: str, text: str, now: dt.datetime, country: str) -> str | None:
    reader = _READERS.get(kind)
    if reader is None:
        raise ValueError(f"{kind!r} cannot be read from speech; use one of {', '.join(sorted(READABLE))}")
    return reader(text, now, country)


def _mended(kind: str, text: str, country: str) -> Iterator[str]:
    match kind:
        case "phone":
            yield from (value for digits in _joinings(text) if (value := normal_form("phone", digits, country)))
        case "dni":
            yield from _mended_dni(text)
        case _:
            return


# --- numbers --------------------------------------------------------------------------------


def _phone(text: str, now: dt.datetime, country: str) -> str | None:
    del now
    runs = [run.digits for run in digit_runs(text)]
    wanted = PHONE_LENGTHS.get(country, 0)
    for digits in reversed(runs):
        value = normal_form("phone", ("+" if f"+{digits[:2]}" in text else "") + digits, country)
        if value and (len(digits) >= wanted or value.startswith("+")):
            return value
    return None


def _joinings(text: str) -> Iterator[str]:
    """Join groups that were written apart though they are one number ("600 12", "90 5"), one place at a time.

    A "1" before the number is what speech-to-text makes of "es el".
    """
    groups = [number.digits for number in numerals(text)]
    for at in range(len(groups) - 1):
        big, small = groups[at], groups[at + 1]
        zeros = len(big) - len(big.rstrip("0"))
        if 0 < len(small) <= zeros and not small.startswith("0"):
            yield "".join([*groups[:at], big[: -len(small)] + small, *groups[at + 2 :]])
    whole = "".join(groups)
    if whole.startswith("1"):
        yield whole[1:]


# --- documents ------------------------------------------------------------------------------


def _document(text: str, now: dt.datetime, country: str) -> str | None:
    del now, country
    for lead, digits, letters in _documents(text):
        for letter in letters:
            if value := normal_form("dni", f"{lead}{digits}{letter}"):
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


def _mended_dni(text: str) -> Iterator[str]:
    for lead, digits, letters in _documents(text):
        if not lead and len(digits) > _DNI_DIGITS:  # what was said before the number was taken for digits
            last = digits[-_DNI_DIGITS:]
            yield from [last + letter.upper() for letter in letters if dni.is_valid(last + letter)]
        if lead or len(digits) != _DNI_DIGITS:
            continue
        fitting = dni.calc_check_digit(digits)
        if not letters:
            yield digits + fitting
            continue
        if any(sounds_like(letter, fitting.lower()) for letter in letters):
            yield digits + fitting
        for other in _one_digit_off(digits):
            if dni.calc_check_digit(other).lower() in letters:
                yield other + dni.calc_check_digit(other)


def _one_digit_off(digits: str) -> Iterator[str]:
    for at, digit in enumerate(digits):
        for pair in DIGITS_ALIKE:
            if digit in pair:
                yield digits[:at] + pair.replace(digit, "", 1) + digits[at + 1 :]


# --- the rest -------------------------------------------------------------------------------


def _email(text: str, now: dt.datetime, country: str) -> str | None:
    del now, country
    return dictated_email(text)


def _amount(text: str, now: dt.datetime, country: str) -> str | None:
    del now
    return read_amount(text, "EUR" if country == HOME else "MXN")


def _date(text: str, now: dt.datetime, country: str) -> str | None:
    del country
    found = find_dates(text, now)
    return found[-1].value if found else None


def _checked(kind: str) -> Callable[[str, dt.datetime, str], str | None]:
    """Read identifiers of letters and digits: the longest stretch that was spelled, if its check digit fits."""

    def read(text: str, now: dt.datetime, country: str) -> str | None:
        del now
        return normal_form(kind, "".join(piece.text for piece in pieces(text) if piece.spelled), country)

    return read


_READERS: dict[str, Callable[[str, dt.datetime, str], str | None]] = {
    "phone": _phone,
    "dni": _document,
    "email": _email,
    "spelling": _email,
    "amount": _amount,
    "date": _date,
} | {kind: _checked(kind) for kind in ("nie", "curp", "cuit", "iban", "card", "postal_code")}
READABLE = frozenset(_READERS)
