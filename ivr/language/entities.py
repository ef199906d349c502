"""Finds what a caller names - numbers, addresses, days, amounts - and gives each its normal form.

phone 654321987, or E.164 when foreign; email; dni 12345678Z; nie X1234567L; iban without spaces; card_last4;
account_id; amount "37.80 EUR"; date ISO or "--03-03" without a year; time "17:30"; postal_code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stdnum import iban as iban_rules
from stdnum.es import dni as dni_rules
from stdnum.es import nie as nie_rules
from stdnum.exceptions import ValidationError

from ivr.language.amounts import find_amounts
from ivr.language.dates import find_dates
from ivr.language.emails import find_emails
from ivr.language.hours import find_hours
from ivr.language.identifiers import SAID_PLUS, phone
from ivr.language.letters import LETTER_NAMES
from ivr.language.numbers import digit_runs
from ivr.language.words import fold

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

ACCOUNT_DIGITS = 6
_POSTAL_DIGITS = 5
_LAST_PROVINCE = 52


@dataclass(frozen=True, slots=True)
class Entity:
    """A thing the caller named: its type, normal form, and the words at ``text[start:end]``."""

    type: str
    value: str
    text: str
    start: int
    end: int


_DNI_LETTER = re.compile(r"[\s,.-]*(?:letra\s|con\s(?:la\s)?letra\s|y\s(?:la\s)?letra\s)?([a-z])\b(?:\sde\s\w+)?")
_LETTER_NAMES = {
    "equis": "x",
    "zeta": "z",
    "zeda": "z",
    "ye": "y",
    "i griega": "y",
    "ele": "l",
    "ese": "s",
    "jota": "j",
    "hache": "h",
    "ka": "k",
    "eme": "m",
    "ene": "n",
    "pe": "p",
    "cu": "q",
    "erre": "r",
    "te": "t",
    "uve": "v",
    "be": "b",
    "ce": "c",
    "de": "d",
    "efe": "f",
    "ge": "g",
    "a": "a",
    "e": "e",
}
_DNI_NAMED = re.compile(
    r"[\s,.-]*(?:letra\s|con\s(?:la\s)?letra\s|y\s(?:la\s)?letra\s)?("
    + "|".join(sorted(_LETTER_NAMES, key=len)[::-1])
    + r")\b"
)
_NIE_FIRST = re.compile(r"\b(x|y|z|equis|i griega|ye|zeta)[\s,.-]*$")
_IBAN = re.compile(r"\b([a-z]{2})\s?(\d{2}(?:[\s-]?\d{1,4}){3,12})\b")
_LETTER_NAME = "|".join(sorted((name for names in LETTER_NAMES.values() for name in names), key=len)[::-1])
_TWO_LETTERS = re.compile(rf"\b({_LETTER_NAME}|[a-z])[\s,.-]+({_LETTER_NAME}|[a-z])[\s,.-]*$")
_LETTER_OF = {name: letter for letter, names in LETTER_NAMES.items() for name in names}
_FEWEST_IBAN_DIGITS = 13
_POSTAL_WORDS = re.compile(r"\b(?:codigo postal|c\.? ?p\.?)\b")
_CARD_WORDS = re.compile(r"\b(?:tarjeta|visa|master ?card|maestro|amex|american express)\b")
_NO_PHONE_WORDS = re.compile(
    r"\b(?:pedido|factura|recibo|referencia|expediente|incidencia|reclamacion|albaran|tiquet|ticket|seguimiento|envio"
    r"|reserva|localizador|poliza|serie)\b(?!.*\b(?:telefono|movil|fijo|llam\w+|contact\w+)\b)[^.,;?!]*$"
)
"""What a number after it is that may look like a phone's."""
_ACCOUNT_WORDS = re.compile(r"\b(?:cuenta|cliente|contrato|abonado)\b")


def find_entities(text: str, now: dt.datetime, *, account_digits: int = ACCOUNT_DIGITS) -> list[Entity]:
    """List the entities of a text in the order in which they were said; none overlaps another."""
    found: list[Entity] = []
    for finder in (_emails, _ibans, _documents, _amounts):
        _add(found, finder(text))
    _add(
        found,
        (Entity("date", day.value, text[day.start : day.end], day.start, day.end) for day in find_dates(text, now)),
    )
    _add(
        found,
        (Entity("time", hour.value, text[hour.start : hour.end], hour.start, hour.end) for hour in find_hours(text)),
    )
    _add(found, _digit_entities(text, account_digits))
    return sorted(found, key=lambda entity: entity.start)


def _add(found: list[Entity], more: Iterator[Entity]) -> None:
    for entity in more:
        if not any(entity.start < other.end and other.start < entity.end for other in found):
            found.append(entity)


def _emails(text: str) -> Iterator[Entity]:
    for email in find_emails(text):
        yield Entity("email", email.value, text[email.start : email.end], email.start, email.end)


def _ibans(text: str) -> Iterator[Entity]:
    folded = fold(text)
    read = [(match[1], re.sub(r"\D", "", match[2]), match.start(), match.end()) for match in _IBAN.finditer(folded)]
    for run in digit_runs(text):
        if len(run.digits) >= _FEWEST_IBAN_DIGITS and (said := _TWO_LETTERS.search(folded[: run.start])):
            country = "".join(_LETTER_OF.get(letter, letter) for letter in said.groups())
            read.append((country, run.digits, said.start(), run.end))
    for country, digits, start, end in read:
        value = country.upper() + digits
        if iban_rules.is_valid(value):
            yield Entity("iban", value, text[start:end], start, end)


def _documents(text: str) -> Iterator[Entity]:
    folded = fold(text)
    for run in digit_runs(text):
        first = _NIE_FIRST.search(folded[: run.start])
        letter = _DNI_NAMED.match(folded, run.end) or _DNI_LETTER.match(folded, run.end)
        if letter is None:
            continue
        last = _LETTER_NAMES.get(letter[1], letter[1]).upper()
        if first and len(run.digits) == len("1234567"):
            number, start, kind = (
                _LETTER_NAMES.get(first[1], first[1]).upper() + run.digits + last,
                first.start(),
                "nie",
            )
        else:
            number, start, kind = run.digits + last, run.start, "dni"
        try:
            value = (nie_rules if kind == "nie" else dni_rules).validate(number)
        except ValidationError:
            continue
        yield Entity(kind, value, text[start : letter.end()], start, letter.end())


def _amounts(text: str) -> Iterator[Entity]:
    for amount in find_amounts(text):
        yield Entity("amount", amount.value, text[amount.start : amount.end], amount.start, amount.end)


def _digit_entities(text: str, account_digits: int) -> Iterator[Entity]:
    folded = fold(text)
    for run in digit_runs(text):
        said, before = text[run.start : run.end], folded[max(0, run.start - 40) : run.start]
        kind, value = _digit_kind(run.digits, before, account_digits)
        if plus := SAID_PLUS.search(text[: run.start]):
            foreign = phone("+" + run.digits)
            if foreign or plus[0].startswith("+"):
                kind, value = ("phone", foreign) if foreign else (None, "")
        if kind:
            yield Entity(kind, value, said, run.start, run.end)


def _digit_kind(digits: str, before: str, account_digits: int) -> tuple[str | None, str]:
    if _CARD_WORDS.search(before) and len(digits) in {4, 16}:
        return "card_last4", digits[-4:]
    if _POSTAL_WORDS.search(before) and len(digits) == _POSTAL_DIGITS and int(digits[:2]) <= _LAST_PROVINCE:
        return "postal_code", digits
    if len(digits) == account_digits or (_ACCOUNT_WORDS.search(before) and len(digits) >= account_digits):
        return ("account_id", digits) if len(digits) == account_digits else (None, "")
    number = None if _NO_PHONE_WORDS.search(before) else phone(digits)
    return ("phone", number) if number else (None, "")
