"""What value an utterance holds, given the kind that was asked for: several hypotheses in, the values that fit out.

A recogniser's other hypotheses are looked at too: the first in which a value of the right length, with the right check
digit, is said in full is taken. Where none holds one, the first is mended: groups that were written apart are joined
("600 12" is 612), a letter that does not fit its number is exchanged for the one that sounds like it and does, or a
digit for one that sounds like it. What had to be mended is no certain reading and wants to be confirmed; where two
mendings fit, both are given, and only the caller can tell.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.language.amounts import read_amount
from ivr.language.dates import find_dates
from ivr.language.dictated_identifiers import IDENTIFIERS, mended_identifier, said_identifier
from ivr.language.email_dictation import best_email, dictated_email
from ivr.language.identifiers import HOME, PHONE_LENGTHS, SAID_PLUS, normal_form
from ivr.language.numbers import digit_runs, numerals

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Sequence

CURRENCIES = {HOME: "EUR", "MX": "MXN", "AR": "ARS", "CO": "COP", "CL": "CLP"}
"""What an amount is in when its currency is not said."""
_SHOWN_OF_CARD = 4


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


def noted_as(kind: str, value: str) -> tuple[str, str]:
    """Give what may be kept of a value, and its kind: of a card number the last four digits only."""
    return ("card_last4", value[-_SHOWN_OF_CARD:]) if kind == "card" else (kind, value)


def _said(kind: str, text: str, now: dt.datetime, country: str) -> str | None:
    reader = _READERS.get(kind)
    if reader is None:
        raise ValueError(f"{kind!r} cannot be read from speech; use one of {', '.join(sorted(READABLE))}")
    return reader(text, now, country)


def _mended(kind: str, text: str, country: str) -> Iterator[str]:
    match kind:
        case "phone":
            yield from (value for digits in _joinings(text) if (value := normal_form("phone", digits, country)))
        case _:
            yield from mended_identifier(kind, text, country)


# --- numbers --------------------------------------------------------------------------------


def _phone(text: str, now: dt.datetime, country: str) -> str | None:
    del now
    wanted = PHONE_LENGTHS.get(country, 0)
    for run in reversed(digit_runs(text)):
        sign = "+" if SAID_PLUS.search(text[: run.start]) else ""
        value = normal_form("phone", sign + run.digits, country) or normal_form("phone", run.digits, country)
        if value and (len(run.digits) >= wanted or value.startswith("+")):
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


# --- the rest -------------------------------------------------------------------------------


def _email(text: str, now: dt.datetime, country: str) -> str | None:
    del now, country
    return dictated_email(text)


def _amount(text: str, now: dt.datetime, country: str) -> str | None:
    del now
    return read_amount(text, CURRENCIES[country])


def _date(text: str, now: dt.datetime, country: str) -> str | None:
    del country
    found = find_dates(text, now)
    return found[-1].value if found else None


def _identifier(kind: str) -> Callable[[str, dt.datetime, str], str | None]:
    return lambda text, _now, country: said_identifier(kind, text, country)


_READERS: dict[str, Callable[[str, dt.datetime, str], str | None]] = {
    "phone": _phone,
    "email": _email,
    "spelling": _email,
    "amount": _amount,
    "date": _date,
} | {kind: _identifier(kind) for kind in IDENTIFIERS}
READABLE = frozenset(_READERS)
