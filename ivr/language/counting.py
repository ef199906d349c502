"""Number words of the languages that callers switch to: from a number to its words, and back."""

from __future__ import annotations

import re
from functools import cache

from num2words import num2words

from ivr.language.words import fold

_MOST = 999
"""The largest number whose words are read as one; account numbers are told in smaller ones."""
_UNITS = [
    "cero",
    "un",
    "dous",
    "tres",
    "catro",
    "cinco",
    "seis",
    "sete",
    "oito",
    "nove",
    "dez",
    "once",
    "doce",
    "trece",
    "catorce",
    "quince",
    "dezaseis",
    "dezasete",
    "dezaoito",
    "dezanove",
]
_TENS = ["vinte", "trinta", "corenta", "cincuenta", "sesenta", "setenta", "oitenta", "noventa"]
_HUNDREDS = [
    "cen",
    "douscentos",
    "trescentos",
    "catrocentos",
    "cincocentos",
    "seiscentos",
    "setecentos",
    "oitocentos",
    "novecentos",
]
_SECOND = 2
"""Is an ordinal less often than a moment ("one second")."""
_FEWEST_TEENS, _THOUSAND, _MILLION = 20, 1000, 1_000_000
_ARTICLES = {"ca": ("un", "una", "u"), "gl": ("un", "unha"), "pt": ("um", "uma")}
"""Words for one that are the article as well: numbers only beside another number."""
_FEMININE = {"un": "unha", "dous": "dúas", "um": "uma", "dois": "duas", "u": "una", "dos": "dues"}
"""One and two before a feminine noun, such as the hours."""


def number_words(value: int, language: str) -> str:
    """Say a cardinal from 0 to a million in English, Catalan, Galician or Portuguese."""
    if language == "gl":
        return _galician(value)
    return str(num2words(value, lang=language))


def feminine(value: int, language: str) -> str:
    """Say a cardinal before a feminine noun (Portuguese "duas", Catalan "dues")."""
    said = number_words(value, language)
    return _FEMININE.get(said, said)


def ordinal_words(value: int) -> str:
    """Say an English ordinal ("twenty-first")."""
    return str(num2words(value, lang="en", to="ordinal"))


def _galician(value: int) -> str:
    """Say a cardinal in Galician, which num2words does not know ("corenta e cinco", "mil douscentos")."""
    if value < _FEWEST_TEENS:
        return _UNITS[value]
    if value < 100:  # noqa: PLR2004 - tens
        ten, unit = divmod(value, 10)
        return _TENS[ten - 2] + (f" e {_UNITS[unit]}" if unit else "")
    if value < _THOUSAND:
        hundred, rest = divmod(value, 100)
        head = "cento" if hundred == 1 and rest else _HUNDREDS[hundred - 1]
        return f"{head} {_galician(rest)}" if rest else head
    size, one, many = (_THOUSAND, "mil", "mil") if value < _MILLION else (_MILLION, "un millón", "millóns")
    count, rest = divmod(value, size)
    head = one if count == 1 else f"{_galician(count)} {many}"
    return f"{head} {_galician(rest)}" if rest else head


@cache
def _spellings(language: str) -> dict[str, str]:
    """Give every way to write a number up to 999 in folded words -> its digits."""
    found: dict[str, str] = {}
    for value in range(_MOST + 1):
        said = fold(number_words(value, language)).replace("-", " ")
        for spelling in {said, said.replace(" and ", " "), said.replace(" e ", " ")}:
            found.setdefault(spelling, str(value))
    for value in (1, 2):
        found.setdefault(fold(feminine(value, language)), str(value))
    if language == "ca":
        found.setdefault("u", "1")
    if language == "en":  # days of a month
        found |= {ordinal_words(value).replace("-", " "): str(value) for value in range(1, 32) if value != _SECOND}
    return found


@cache
def _numbers(language: str) -> re.Pattern[str]:
    longest_first = sorted(_spellings(language), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(longest_first)})\b")


def with_digits(said: str, language: str) -> str:
    """Write the number words of folded text in digits ("one two twenty five" -> "1 2 25")."""
    spellings = _spellings(language)

    def written(match: re.Match[str]) -> str:
        if match[0] in _ARTICLES.get(language, ()):
            beside = said[: match.start()].split()[-1:] + said[match.end() :].split()[:1]
            if not any(word.isdigit() or (word in spellings and word != match[0]) for word in beside):
                return match[0]
        return spellings[match[0]]

    return _numbers(language).sub(written, said)
