"""What must not be read by everybody in a text: card numbers, DNI, NIE, IBAN, phones and e-mails, spoken or written."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from stdnum import luhn

from ivr.language.entities import find_entities
from ivr.language.numbers import digit_runs

LABELS = {
    "card": "[tarjeta]",
    "dni": "[DNI]",
    "nie": "[NIE]",
    "iban": "[IBAN]",
    "phone": "[teléfono]",
    "email": "[correo]",
}
_ANY_DAY = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - dates are not looked for
_SHORTEST_CARD, _LONGEST_CARD = 13, 19
_USUAL = (15, 16)
_DIGITS = re.compile(r"\d[\d\s.-]*\d|\d")


@dataclass(frozen=True, slots=True)
class Private:
    """A private stretch of a text, ``text[start:end]``."""

    kind: str
    start: int
    end: int


def find_private(text: str) -> list[Private]:
    """List the private stretches in their order; none overlaps another."""
    named = [Private(one.type, one.start, one.end) for one in find_entities(text, _ANY_DAY) if one.type in LABELS]
    found = [one for one in named if one.kind == "iban"]  # some of them hold what could be a card
    for one in (*find_cards(text), *named):
        if all(one.end <= other.start or other.end <= one.start for other in found):
            found.append(one)
    return sorted(found, key=lambda one: one.start)


def find_cards(text: str) -> list[Private]:
    """List the runs of digits in which a card number is: 13 to 19 digits whose last one fits the others (Luhn).

    The whole run is private, since more may have been said without a stop.
    """
    return [Private("card", run.start, run.end) for run in digit_runs(text) if _has_card(run.digits)]


def _has_card(digits: str) -> bool:
    """Look at the whole run; only where it is longer than any card, at its parts, of which some fit by chance."""
    parts = [digits]
    if len(digits) > _LONGEST_CARD:
        parts = [digits[at : at + length] for length in _USUAL for at in range(len(digits) - length + 1)]
    return any(len(part) >= _SHORTEST_CARD and len(set(part)) > 1 and luhn.is_valid(part) for part in parts)


def redact(text: str) -> str:
    """Put a label in the place of each private stretch."""
    return _labelled(text, find_private(text))


def redact_digits(text: str) -> str:
    """Put the card's label in the place of all digits: of an answer to a question for a card, however it was heard."""
    spoken = _labelled(text, [Private("card", run.start, run.end) for run in digit_runs(text)])
    return _DIGITS.sub(LABELS["card"], spoken)


def _labelled(text: str, found: list[Private]) -> str:
    pieces, at = [], 0
    for one in found:
        pieces += [text[at : one.start], LABELS[one.kind]]
        at = one.end
    return "".join([*pieces, text[at:]])
