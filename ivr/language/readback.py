"""Values -> words, grouped as people of a country say them, to be confirmed by the caller."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

from ivr.language.identifiers import HOME
from ivr.language.letters import LETTER_NAMES, letter_words
from ivr.language.spoken import date_words, digit_words, email_words, money_words, number_words, time_words

_PHONE_GROUPS = {"ES": (3, 2, 2, 2), "MX": (2, 2, 2, 2, 2), "AR": (2, 4, 4), "CO": (3, 3, 4), "CL": (1, 4, 4)}
_CODES = {"52": "MX", "54": "AR", "57": "CO", "56": "CL", "34": "ES"}
_GROUPS = {"dni": (2, 3, 3), "cuit": (2, 3, 3, 2, 1), "postal_code": (2, 3)}
_PAIR = 2
_SHOWN_OF_CARD = 4
_MOST_SPELLED = 14
"""A longer part of an address is too long to be spelled to somebody."""


def read_back(kind: str, value: str) -> str:
    """Say a value in its normal form, as it should be confirmed ("seis uno dos, treinta y cuatro, ...")."""
    match kind:
        case "phone":
            return _phone(value)
        case "dni" | "nie":
            return _document(value)
        case "email":
            return email_words(value)
        case "amount":
            number, _, currency = value.partition(" ")
            return money_words(Decimal(number), currency or "EUR")
        case "date":
            return _date(value)
        case "time":
            return time_words(dt.time.fromisoformat(value))
        case "card":
            return f"la terminada en {digit_words(value[-_SHOWN_OF_CARD:], _SHOWN_OF_CARD)}"
        case "iban" | "curp":
            return _in_fours(value)
        case "cuit" | "postal_code":
            return grouped(value, _GROUPS[kind])
        case _:
            return digit_words(value) if value.isdigit() else value


def grouped(digits: str, sizes: tuple[int, ...]) -> str:
    """Say digits in groups: pairs as numbers, all else and what begins with 0 digit by digit."""
    said, at = [], 0
    for size in (*sizes, len(digits)):
        group = digits[at : at + size]
        at += size
        if len(group) == _PAIR and not group.startswith("0"):
            said.append(number_words(int(group)))
        elif group:
            said.append(digit_words(group, len(group)))
    return ", ".join(said)


def _phone(value: str) -> str:
    if not value.startswith("+"):
        return grouped(value, _PHONE_GROUPS[HOME])
    code = value[1:3]
    country = _CODES.get(code)
    if country is None:
        return f"más {digit_words(value[1:])}"
    return f"más {number_words(int(code))}, {grouped(value[3:], _PHONE_GROUPS[country])}"


def _document(value: str) -> str:
    lead = f"{letter_words(value[0])}, " if value[0].isalpha() else ""
    digits = re.sub(r"\D", "", value)
    return f"{lead}{grouped(digits, _GROUPS['dni'] if not lead else (1, 3, 3))}, letra {letter_words(value[-1])}"


def _date(value: str) -> str:
    if value.startswith("--"):
        return date_words(dt.date.fromisoformat(f"2024{value[1:]}"))
    date = dt.date.fromisoformat(value)
    return f"{date_words(date)} de {number_words(date.year)}"


def _in_fours(value: str) -> str:
    """Say four characters at a time; the semicolon between them is heard as a longer pause."""
    return "; ".join(spelled_words(value[at : at + 4]) for at in range(0, len(value), 4))


def spelled_words(value: str) -> str:
    """Spell letters, digits and signs one by one ("ge, a, erre, ce, i, a")."""
    return ", ".join(
        LETTER_NAMES[char][0]
        if char in LETTER_NAMES
        else number_words(int(char))
        if char.isdigit()
        else email_words(char)
        for char in value.lower()
    )


def spelled_email(value: str) -> str:
    """Say an address with the part before the @ spelled, where it is short enough to be followed."""
    local, _, host = value.partition("@")
    return f"{spelled_words(local)}, arroba {email_words(host)}" if len(local) <= _MOST_SPELLED else email_words(value)
