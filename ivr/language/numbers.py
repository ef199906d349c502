"""Spoken Spanish numbers -> digits, as callers dictate them and as speech-to-text writes them.

"seis cinco cuatro, 321" is 654321, "ciento veintitrés cuatrocientos cincuenta y seis" is 123456, "doble cinco" is 55,
"54 mil 321" is 54321. Groups that follow each other with nothing but separators between them make one run.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ivr.language.words import fold

_UNITS = dict(
    zip(["cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve"], range(10), strict=True)
)
_ONE = {"un": 1, "una": 1}
_TEENS = dict(
    zip(
        [
            "diez",
            "once",
            "doce",
            "trece",
            "catorce",
            "quince",
            "dieciseis",
            "diecisiete",
            "dieciocho",
            "diecinueve",
            "veinte",
            "veintiuno",
            "veintidos",
            "veintitres",
            "veinticuatro",
            "veinticinco",
            "veintiseis",
            "veintisiete",
            "veintiocho",
            "veintinueve",
        ],
        range(10, 30),
        strict=True,
    )
) | {"veintiun": 21, "veintiuna": 21}
_TENS = dict(
    zip(
        ["treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa"],
        range(30, 100, 10),
        strict=True,
    )
)
_HUNDREDS = {"cien": 100, "ciento": 100, "quinientos": 500, "setecientos": 700, "novecientos": 900} | {
    f"{unit}cientos": value * 100 for unit, value in _UNITS.items() if unit in ["dos", "tres", "cuatro", "seis", "ocho"]
}
_HUNDREDS |= {word[:-2] + "as": value for word, value in _HUNDREDS.items() if word.endswith("tos")}
_MILLIONS = ("millon", "millones")
_FIRST_TENS_WITH_Y = 20
_TIMES = {"doble": 2, "triple": 3, "cuadruple": 4}
_PLURALS = {"ceros": 0, "unos": 1, "doses": 2, "treses": 3, "cuatros": 4, "cincos": 5, "seises": 6, "sietes": 7} | {
    "ochos": 8,
    "nueves": 9,
}
_CONNECTORS = {"y", "luego", "despues", "eh", "em", "este", "pues", "guion", "barra", "espacio", "mas", "coma", "punto"}

_TOKEN = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+(?![0-9]|,[0-9])|[0-9]+|[^\W\d_]+|[^\s]")


@dataclass(frozen=True, slots=True)
class Numeral:
    """One spoken or written number: its digits (leading zeros kept) and its place in the text."""

    digits: str
    start: int
    end: int

    @property
    def value(self) -> int:
        """The number as an integer."""
        return int(self.digits)


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    start: int
    end: int

    @property
    def is_digits(self) -> bool:
        return self.text[0] in "0123456789"


def _tokens(text: str) -> list[_Token]:
    return [_Token(match.group(), match.start(), match.end()) for match in _TOKEN.finditer(fold(text))]


def _word(tokens: list[_Token], at: int) -> str:
    return tokens[at].text if at < len(tokens) else ""


def _below_hundred(tokens: list[_Token], at: int) -> tuple[int, int] | None:
    word = _word(tokens, at)
    if word in _TENS:
        unit = _word(tokens, at + 2)
        if _word(tokens, at + 1) == "y" and unit in _UNITS | _ONE and unit != "cero":
            return _TENS[word] + (_UNITS | _ONE)[unit], at + 3
        return _TENS[word], at + 1
    value = (_UNITS | _TEENS).get(word)
    return None if value is None else (value, at + 1)


def _below_thousand(tokens: list[_Token], at: int) -> tuple[int, int] | None:
    """Read a number under 1000 from ``at``: its value and where it ends."""
    word = _word(tokens, at)
    if word not in _HUNDREDS:
        return _below_hundred(tokens, at)
    rest = None if word == "cien" else _below_hundred(tokens, at + 1) or _article(tokens, at + 1)
    if rest is None or rest[0] == 0:
        return _HUNDREDS[word], at + 1
    return _HUNDREDS[word] + rest[0], rest[1]


def _part(tokens: list[_Token], at: int) -> tuple[int, int] | None:
    """Read what may stand before or after "mil": words under 1000 or up to three written digits."""
    if at < len(tokens) and tokens[at].is_digits:
        written = tokens[at].text
        return (int(written), at + 1) if len(written) <= len("999") else None
    return _below_thousand(tokens, at)


def _below_million(tokens: list[_Token], at: int) -> tuple[int, int] | None:
    """Read a number under a million: "mil", "once mil", "54 mil 321"."""
    bare = _word(tokens, at) == "mil"
    first = (1, at) if bare else _one(tokens, at, "mil") or _part(tokens, at)
    if first is None or _word(tokens, first[1]) != "mil":
        return first
    value, end = first[0] * 1_000, first[1] + 1
    rest = _part(tokens, end) or _article(tokens, end)
    if rest is None or _word(tokens, rest[1]) == "mil":
        return value, end
    return value + rest[0], rest[1]


def _article(tokens: list[_Token], at: int) -> tuple[int, int] | None:
    """Read the "un" of "cuatrocientos un euros": after a number it counts."""
    return (1, at + 1) if _word(tokens, at) in _ONE else None


def _one(tokens: list[_Token], at: int, *scales: str) -> tuple[int, int] | None:
    """Read the "un" of "un millón": on its own it is an article."""
    return (1, at + 1) if _word(tokens, at) in _ONE and _word(tokens, at + 1) in scales else None


def _bare_million(tokens: list[_Token], at: int) -> tuple[int, int] | None:
    """Read the "millón" of "millón y medio", which is said without its "un"."""
    return (1, at) if [_word(tokens, at + ahead) for ahead in range(3)] == ["millon", "y", "medio"] else None


def _with_unit(tokens: list[_Token], value: int, end: int) -> tuple[int, int]:
    """Read on after tens that speech-to-text wrote apart from their unit ("970 y 2", "30 y cuatro")."""
    unit = _word(tokens, end + 1)
    one = (_UNITS | _ONE).get(unit) or (int(unit) if unit.isdecimal() and len(unit) == 1 else 0)
    if not tokens[end - 1].is_digits or _word(tokens, end) != "y" or not one:
        return value, end
    return (value, end) if value % 10 or value % 100 < _FIRST_TENS_WITH_Y else (value + one, end + 2)


def _millions(tokens: list[_Token], at: int, millions: int) -> tuple[int, int]:
    """Read on after "millones", at ``at``: "y medio", or the thousands and units."""
    value = millions * 1_000_000
    if (_word(tokens, at), _word(tokens, at + 1)) == ("y", "medio"):
        return value + 500_000, at + 2
    rest = _below_million(tokens, at)
    if rest is None or _word(tokens, rest[1]) in _MILLIONS:
        return value, at
    return value + rest[0], rest[1]


def _cardinal(tokens: list[_Token], at: int) -> tuple[str, int] | None:
    """Read one number with its thousands and millions: its digits and where it ends."""
    if _word(tokens, at) == "medio" and _word(tokens, at + 1) == "millon":
        return "500000", at + 2
    first = _one(tokens, at, *_MILLIONS) or _bare_million(tokens, at) or _below_million(tokens, at)
    written = tokens[at].text.replace(".", "") if at < len(tokens) and tokens[at].is_digits else ""
    if first is None and written:
        first = int(written), at + 1
    if first is None:
        return None
    value, end = _with_unit(tokens, *first)
    if _word(tokens, end) in _MILLIONS:
        value, end = _millions(tokens, end + 1, value)
    return (written if written and end == at + 1 else str(value)), end


def _group(tokens: list[_Token], at: int) -> tuple[str, int] | None:
    """Read one group of digits: a number, "doble cinco" or "tres ceros"."""
    times = _TIMES.get(_word(tokens, at))
    if times is not None:
        inner = _cardinal(tokens, at + 1)
        if inner is not None and len(inner[0]) == 1:
            return inner[0] * times, inner[1]
        return None
    number = _cardinal(tokens, at)
    if number is not None and len(number[0]) == 1 and _word(tokens, number[1]) in _PLURALS:
        return str(_PLURALS[_word(tokens, number[1])]) * int(number[0]), number[1] + 1
    return number


def numerals(text: str) -> list[Numeral]:
    """List the numbers in a text, spoken or written, in order; decimals count as two."""
    tokens = _tokens(text)
    found: list[Numeral] = []
    at = 0
    while at < len(tokens):
        group = _group(tokens, at)
        if group is None:
            at += 1
            continue
        digits, end = group
        if digits:
            found.append(Numeral(digits, tokens[at].start, tokens[end - 1].end))
        at = end
    return found


def _joins(between: str) -> bool:
    return all(word in _CONNECTORS for word in re.findall(r"[^\W\d_]+", fold(between)))


def digit_runs(text: str) -> list[Numeral]:
    """List the digit strings that a text dictates: neighbouring groups are joined, whatever the punctuation."""
    runs: list[Numeral] = []
    for group in numerals(text):
        last = runs[-1] if runs else None
        if last is not None and _joins(text[last.end : group.start]):
            runs[-1] = Numeral(last.digits + group.digits, last.start, group.end)
        else:
            runs.append(group)
    return runs


def heard_digits(text: str, wanted: int = 0) -> str:
    """Give the digits of an answer: the last run of ``wanted`` length, else the longest, else nothing."""
    runs = [run.digits for run in digit_runs(text)]
    exact = [run for run in runs if wanted and len(run) == wanted]
    if exact:
        return exact[-1]
    return max(runs, key=len, default="")


SMALL_UNIT = r"(?:uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve)"
SMALL_NUMBER = (
    r"(?:\d{1,2}|uno|un|una|primero|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce|quince"
    r"|dieciseis|diecisiete|dieciocho|diecinueve|veinti\w+|veinte"
    rf"|(?:treinta|cuarenta|cincuenta)(?:\sy\s(?:{SMALL_UNIT}|un|una)\b)?)"
)
"""Pattern (on folded text) of a number below 60, as days, hours and minutes are said."""
COUNTED = (
    r"(?:\s?[%º°]|\s(?:por\sciento|euros?|pesos?|soles|dolares|centimos|centavos|minutos?|segundos|horas?|dias|semanas"
    r"|meses|anos|veces|gigas?|megas?|[gm]b|personas|llamadas|lineas|grados|kilos|metros|kilometros|puntos|cosas"
    r"|opciones|facturas|tarifas)\b)"
)
"""Pattern of what follows a number that counts something, and so is neither a price, an hour nor a day."""


def small_number(word: str) -> int:
    """Read what SMALL_NUMBER, or a spoken year, matched; 0 when it is no number."""
    if word in {"un", "una", "primero"}:
        return 1
    found = numerals(word)
    return found[0].value if found else 0
