"""How a Spanish text is written that was said: "veintiún euros" as 21 €, "cero nueve uno" as 091, addresses with @.

Words that only look like numbers stay ("uno de los dos"), and days keep their words ("el 2 de marzo"): what day was
meant is told by ``ivr.language.entities``.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from ivr.language.entities import find_entities
from ivr.language.numbers import digit_runs, numerals
from ivr.language.words import fold

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from ivr.language.entities import Entity

_SIGNS = {"EUR": "€", "USD": "US$", "MXN": "MXN"}
_BY_VALUE = {"email", "iban", "dni", "nie"}
_ARTICLE = re.compile(r"^\w*(?:las?|al?)\s", re.IGNORECASE)
_ONE = re.compile(r"\buna\b", re.IGNORECASE)
_DECIMAL = re.compile(r"\s*(?:coma|punto)\s*")

_PERCENT = re.compile(r"por\s+ciento$")
_MILLIONS = re.compile(r"millon(?:es)?$")
_OF = re.compile(r"\s+de(?=\s)", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")

_Piece = tuple[int, int, str]
"""Where a stretch begins and ends, and what is written for it."""


def written(text: str, now: dt.datetime) -> str:
    """Write numbers, amounts, hours, e-mails and documents of a text as people write them; the rest stays."""
    pieces = [piece for entity in find_entities(text, now) for piece in _of_entity(entity)]
    taken = [(first, last) for first, last, _ in pieces]
    pieces += [piece for piece in _numbers(text) if not any(a < piece[1] and piece[0] < b for a, b in taken)]
    for first, last, new in sorted(pieces, reverse=True):
        text = text[:first] + new + text[last:]
    return text


def _of_entity(entity: Entity) -> Iterator[_Piece]:
    kind, said = entity.type, entity.text
    if kind in _BY_VALUE:
        yield entity.start, entity.end, entity.value
    elif kind == "amount":
        yield entity.start, entity.end, _amount(entity.value)
    elif kind == "time" and (numerals(said) or _ONE.search(said)):
        article = _ARTICLE.match(said)
        yield entity.start, entity.end, (article.group() if article else "") + entity.value
    elif kind == "date":
        for number in numerals(said):
            yield entity.start + number.start, entity.start + number.end, number.digits


def _amount(value: str) -> str:
    number, currency = value.split()
    whole, cents = number.split(".")
    return f"{_grouped(int(whole))}{'' if cents == '00' else ',' + cents} {_SIGNS.get(currency, currency)}"


def _numbers(text: str) -> Iterator[_Piece]:
    """Write each number of two digits and more; one digit alone is a word like any other, digits stay as they are."""
    groups = numerals(text)
    for run in digit_runs(text):
        said = fold(text[run.start : run.end])
        inside = [group for group in groups if run.start <= group.start and group.end <= run.end]
        between = [text[one.end : two.start] for one, two in pairwise(inside)]
        percent = _PERCENT.search(fold(text[: run.end]))
        if percent and said == "ciento":
            yield percent.start(), run.end, "%"
        elif not _LETTER.search(said):
            continue
        elif len(between) == 1 and _DECIMAL.fullmatch(fold(between[0])):
            yield run.start, run.end, f"{inside[0].digits},{inside[1].digits}"
        elif _MILLIONS.search(said):
            of = _OF.match(text, run.end)
            yield run.start, of.end() if of else run.end, _grouped(run.value)
        elif len(run.digits) > 1:
            yield run.start, run.end, run.digits


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", ".")
