"""Amounts of money, spoken or written ("mil doscientos euros con cincuenta" -> "1200.50 EUR")."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ivr.language.dates import Found
from ivr.language.numbers import COUNTED, numerals
from ivr.language.words import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ivr.language.numbers import Numeral

_PESOS = {
    "mexican": "MXN",
    "colombian": "COP",
    "argentin": "ARS",
    "chilen": "CLP",
    "uruguay": "UYU",
    "dominican": "DOP",
}
_CURRENCY = {"e": "EUR", "€": "EUR", "p": "MXN", "d": "USD", "u": "USD", "$": "USD", "s": "PEN"}
_CODES = "|".join(["eur", "usd", "pen", *_PESOS.values()]).lower()
_UNIT = re.compile(
    rf"\s*(?:de\s)?(?:(?P<code>{_CODES})|(?P<name>euros?|€|pesos?|dolar(?:es)?|(?:us)?\$|soles)"
    rf"(?:\s(?P<of>{'|'.join(_PESOS)})[ao]?s?)?)(?!\w)"
)
_SIGN = re.compile(rf"(?<!\w)(?:(?P<code>{_CODES})|(?P<name>€|(?:us)?\$)(?P<of>))\s?(?=\d)")
_CENTS_AFTER_UNIT = re.compile(r"\s*,?\s*(?:(?:con|y)\s+)?")
_CENTS_AFTER_NUMBER = re.compile(r"\s*,?\s*(?:con|coma)\s+")
_CENTS_OF_ANSWER = re.compile(r"\s?,?\s?(?:con|coma|y)\s")
_CENT_UNIT = re.compile(r"\s*(?P<name>centimo|centavo)s?\b(?:\s+de\s+(?P<of>euro|dolar|peso|sol)(?:e?s)?\b)?")
_CENTS_OF = {"centimo": "EUR", "centavo": "MXN"}
_AND_HALF = re.compile(r"\s*y\s+medio\b")
_HALF = re.compile(r"\bmedio\s(euro|dolar|peso)\b|\b(euro|dolar|peso)\sy\smedio\b")
_WRITTEN = re.compile(
    r"(?<![\d.,'\u2019])(?:(?P<whole>\d{1,3}(?:\.\d{3})+|\d{1,3}(?:,\d{3})+(?=\.)|\d+)[.,'\u2019](?P<cents>\d{1,2})"
    r"|(?P<thousands>\d{1,3}(?:,\d{3})+))(?![.,'\u2019]?\d)"
)
_ONE = re.compile(r"\bun(?=\s(?:euro|peso|dolar|centimo|centavo)\b)")
"""An article that counts."""
_CHARGED = re.compile(
    r"\b(?:cobr\w+|pag(?!in)\w+|cuestan?|costo|costaba|costado|gast\w+|debo|debia|deuda|facturas?|facturad\w+|recibos?"
    r"|importes?|cuotas?|precio|total|saldo|cargos?|cargad\w+|abonad\w+|abono|devuelt\w+|devolv\w+"
    r"|sal(?:e|en|ia|ido)\s(?:a|por))\b[^.,;:?!\d]{0,30}$"
)
"""What makes a price of the number after it, though no currency is named."""
_NO_PRICE_AFTER = re.compile(r"\b(?:el|la|al|del|un|las|numero|telefono|dia)\s$")
_NO_WHOLE_AFTER = re.compile(r"\b(?:las?|dia|unos|unas|entre|o)\s$")
_PER_TIME = re.compile(r"\s(?:al|por|cada)\s(?:mes|ano|trimestre)\b|\smensual(?:es)?\b")
_PRICE_ENDS = re.compile(rf"\s*(?:$|[.;?!])|{_PER_TIME.pattern}")
_MOST_CENTS = 99
_CENT_DIGITS = 2
_YEARS = range(1900, 2100)
"""What is said as a year is not the euros of "treinta y nueve noventa y cinco"."""


def find_amounts(text: str) -> list[Found]:
    """List the amounts that are named with their currency, or as what is charged or paid (then in euros).

    One may be found twice, its best reading first.
    """
    folded = _ONE.sub("1 ", fold(text))
    return [*_written(folded), *_spoken(folded), *_halves(folded), *_charged(folded)]


def _currency(unit: re.Match[str]) -> str:
    if unit["code"]:
        return unit["code"].upper()
    return _PESOS.get(unit["of"] or "") or _CURRENCY[unit["name"][0]]


def _cents_currency(unit: re.Match[str]) -> str:
    return _CURRENCY[unit["of"][0]] if unit["of"] else _CENTS_OF[unit["name"]]


def _number(written: re.Match[str]) -> str:
    """Write a number without the sign between its thousands and with both its cents."""
    whole = re.sub("[.,]", "", written["whole"] or written["thousands"])
    return f"{whole}.{written['cents'] or '00':0<2}"


def _written(folded: str) -> Iterator[Found]:
    for match in _WRITTEN.finditer(folded):
        if unit := _UNIT.match(folded, match.end()):
            yield Found(f"{_number(match)} {_currency(unit)}", match.start(), unit.end())
    for sign in _SIGN.finditer(folded):
        if written := _WRITTEN.match(folded, sign.end()):
            yield Found(f"{_number(written)} {_currency(sign)}", sign.start(), written.end())
        elif numbers := [number for number in numerals(folded) if number.start == sign.end()]:
            yield Found(f"{numbers[0].value}.00 {_currency(sign)}", sign.start(), numbers[0].end)


def _spoken(folded: str) -> Iterator[Found]:
    numbers = numerals(folded)
    taken = 0
    for at, number in enumerate(numbers):
        unit = _UNIT.match(folded, number.end)
        named = unit or _CENT_UNIT.match(folded, number.end)
        if named is None or number.start < taken:
            continue
        currency = _currency(named) if unit else _cents_currency(named)
        start, value, end = number.start, f"{number.value}.00" if unit else f"0.{number.value:02}", named.end()
        if (whole := _whole_before(folded, numbers[:at], number)) is not None and whole.start >= taken:
            start, value = whole.start, f"{whole.value}.{number.value:02}"
        elif unit is None and number.value > _MOST_CENTS:
            continue
        elif unit and (half := _AND_HALF.match(folded, end)):
            value, end = f"{number.value}.50", half.end()
        elif unit and at + 1 < len(numbers) and (cents_end := _cents_end(folded, end, numbers[at + 1])):
            value, end = f"{number.value}.{numbers[at + 1].value:02}", cents_end
        yield Found(f"{value} {currency}", start, end)
        taken = end


def _whole_before(folded: str, before: Sequence[Numeral], cents: Numeral) -> Numeral | None:
    """Give the number whose cents follow it before their unit ("treinta y nueve (con) noventa y cinco euros")."""
    if not before:
        return None
    if _joined(folded, before[-1].end, cents, _CENTS_AFTER_NUMBER):
        return before[-1]
    return before[-1] if _beside(folded, before, cents) else None


def _beside(folded: str, before: Sequence[Numeral], cents: Numeral) -> bool:
    """Tell whether exactly two numbers stand side by side as a price is said, and not an hour, a year or a guess."""
    whole = before[-1]
    if folded[whole.end : cents.start].strip() or len(cents.digits) != _CENT_DIGITS or whole.value in _YEARS:
        return False
    apart = len(before) == 1 or folded[before[-2].end : whole.start].strip() not in {"", "-", "."}
    return apart and not _NO_WHOLE_AFTER.search(folded[: whole.start])


def _joined(folded: str, end: int, cents: Numeral, link: re.Pattern[str]) -> bool:
    return cents.value <= _MOST_CENTS and link.fullmatch(folded[end : cents.start]) is not None


def _cents_end(folded: str, end: int, cents: Numeral) -> int:
    """Say where the cents after a currency end; 0 when the number after it is something else."""
    if not _joined(folded, end, cents, _CENTS_AFTER_UNIT):
        return 0
    if unit := _CENT_UNIT.match(folded, cents.end):
        return unit.end()
    between = folded[end : cents.start]
    linked = re.search(r"\b(?:con|y)\b", between)
    closed = not between.strip() and len(cents.digits) == _CENT_DIGITS and _PRICE_ENDS.match(folded, cents.end)
    return cents.end if linked or closed else 0


def _halves(folded: str) -> Iterator[Found]:
    for match in _HALF.finditer(folded):
        value, name = ("0.50", match[1]) if match[1] else ("1.50", match[2])
        yield Found(f"{value} {_CURRENCY[name[0]]}", match.start(), match.end())


def _charged(folded: str) -> Iterator[Found]:
    """Find prices without a currency, which need a word of money before them: with cents, or by the month."""
    numbers = numerals(folded)
    prices = [Found(_number(match), match.start(), match.end()) for match in _WRITTEN.finditer(folded)]
    for at, number in enumerate(numbers):
        cents = numbers[at + 1] if at + 1 < len(numbers) else None
        if at and not folded[numbers[at - 1].end : number.start].strip():
            continue
        if cents and _joined(folded, number.end, cents, _CENTS_AFTER_NUMBER):
            prices.append(Found(f"{number.value}.{cents.value:02}", number.start, cents.end))
        elif _PER_TIME.match(folded, number.end):
            prices.append(Found(f"{number.value}.00", number.start, number.end))
    for price in prices:
        before = folded[: price.start]
        if (
            _CHARGED.search(before)
            and not _NO_PRICE_AFTER.search(before)
            and not re.match(COUNTED, folded[price.end :])
        ):
            yield Found(f"{price.value} EUR", price.start, price.end)


def read_amount(text: str, currency: str) -> str | None:
    """Read the answer to "how much?", where the currency may be left out ("cuarenta y cinco con noventa")."""
    folded = _ONE.sub("1 ", fold(text))
    if named := [*_written(folded), *_spoken(folded), *_halves(folded)]:
        return named[0].value
    if written := _WRITTEN.search(folded):
        return f"{_number(written)} {currency}"
    numbers = numerals(text)
    match numbers:
        case [whole] if _AND_HALF.match(folded, whole.end):
            return f"{whole.value}.50 {currency}"
        case [whole]:
            return f"{whole.value}.00 {currency}"
        case [whole, cents] if _joined(folded, whole.end, cents, _CENTS_OF_ANSWER) or _beside(folded, [whole], cents):
            return f"{whole.value}.{cents.value:02} {currency}"
        case _:
            return None
