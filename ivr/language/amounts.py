"""Amounts of money, spoken or written ("mil doscientos euros con cincuenta" -> "1200.50 EUR")."""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import TYPE_CHECKING

from ivr.language.dates import Found
from ivr.language.numbers import numerals
from ivr.language.words import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ivr.language.numbers import Numeral

_UNIT = re.compile(r"\s*(?:de\s)?(euros?|€|eur|pesos?|dolar(?:es)?|usd|mxn)(?!\w)")
_CURRENCY = {"e": "EUR", "€": "EUR", "p": "MXN", "m": "MXN", "d": "USD", "u": "USD"}
_CENTS_AFTER_UNIT = re.compile(r"\s*,?\s*(?:(?:con|y)\s+)?")
_CENTS_AFTER_NUMBER = re.compile(r"\s*,?\s*(?:con|coma)\s+")
_CENT_UNIT = re.compile(r"\s*(?:centimos?|centavos?)\b")
_WRITTEN = re.compile(r"(?<![\d.,])(\d{1,3}(?:\.\d{3})+|\d+)[.,](\d{1,2})(?![\d.,]\d|\d)")
_ONE = re.compile(r"\bun(?=\s(?:euro|peso|dolar|centimo|centavo)\b)")
"""An article that counts."""
_MOST_CENTS = 99


def find_amounts(text: str) -> list[Found]:
    """List the amounts that are named with their currency; one may be found twice, its best reading first."""
    folded = _ONE.sub(" 1", fold(text))
    return [*_written(folded), *_spoken(folded)]


def _written(folded: str) -> Iterator[Found]:
    for match in _WRITTEN.finditer(folded):
        if unit := _UNIT.match(folded, match.end()):
            value = f"{match[1].replace('.', '')}.{match[2]:0<2} {_CURRENCY[unit[1][0]]}"
            yield Found(value, match.start(), unit.end())


def _spoken(folded: str) -> Iterator[Found]:
    before: Numeral | None = None
    numbers = numerals(folded)
    for number, after in zip_longest(numbers, numbers[1:]):
        unit = _UNIT.match(folded, number.end)
        if unit is None:
            before = number
            continue
        currency = _CURRENCY[unit[1][0]]
        if before is not None and _joined(folded, before.end, number, _CENTS_AFTER_NUMBER):
            yield Found(f"{before.value}.{number.value:02} {currency}", before.start, unit.end())
        elif after is not None and (end := _cents_end(folded, unit.end(), after)):
            yield Found(f"{number.value}.{after.value:02} {currency}", number.start, end)
        else:
            yield Found(f"{number.value}.00 {currency}", number.start, unit.end())
        before = None


def _joined(folded: str, end: int, cents: Numeral, link: re.Pattern[str]) -> bool:
    return cents.value <= _MOST_CENTS and link.fullmatch(folded[end : cents.start]) is not None


def _cents_end(folded: str, end: int, cents: Numeral) -> int:
    """Say where the cents after a currency end; 0 when the number after it is something else."""
    if not _joined(folded, end, cents, _CENTS_AFTER_UNIT):
        return 0
    unit = _CENT_UNIT.match(folded, cents.end)
    linked = re.search(r"\b(?:con|y)\b", folded[end : cents.start])
    return unit.end() if unit else cents.end if linked else 0


def read_amount(text: str, currency: str) -> str | None:
    """Read the answer to "how much?", where the currency may be left out ("cuarenta y cinco con noventa")."""
    folded = fold(text)
    if named := find_amounts(text):
        return named[0].value
    if written := _WRITTEN.search(folded):
        return f"{written[1].replace('.', '')}.{written[2]:0<2} {currency}"
    numbers = numerals(text)
    match numbers:
        case [whole]:
            return f"{whole.value}.00 {currency}"
        case [whole, cents] if _joined(folded, whole.end, cents, re.compile(r"\s?,?\s?(?:con|coma|y)\s")):
            return f"{whole.value}.{cents.value:02} {currency}"
        case _:
            return None
