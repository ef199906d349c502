"""Sentences of an operator with values in them, as they are spoken: "{order:digits}", "{eta:date}"."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

from ivr.language.spoken import date_words, day_words, digit_words, email_words, money_words, phone_words, time_words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ivr.dialogue.guide import Guide

_SLOT = re.compile(r"\{(\w+)(?::(\w+))?\}")
_DATE, _MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}"), re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}\S*")
_FORM_OF_KIND = {
    "digits": "digits",
    "account": "digits",
    "date": "date",
    "time": "time",
    "phone": "phone",
    "email": "email",
}


def _date(value: str, now: dt.datetime) -> str:
    return date_words(dt.date.fromisoformat(value[:10]), now.date())


def _day(value: str, now: dt.datetime) -> str:
    return day_words(dt.date.fromisoformat(value[:10]), now.date())


def _time(value: str, now: dt.datetime) -> str:
    del now
    return time_words(dt.time.fromisoformat(value[11:16] if _MOMENT.fullmatch(value) else value[:5]))


def _moment(value: str, now: dt.datetime) -> str:
    return f"{_day(value, now)} a {_time(value, now)}"


def _as_is(value: str, now: dt.datetime) -> str:
    if _MOMENT.fullmatch(value):
        return _moment(value, now)
    return _day(value, now) if _DATE.fullmatch(value) else value


FORMS: dict[str, Callable[[str, dt.datetime], str]] = {
    "date": _date,
    "day": _day,
    "time": _time,
    "moment": _moment,
    "money": lambda value, _now: money_words(value),
    "phone": lambda value, _now: phone_words(value),
    "email": lambda value, _now: email_words(value),
    "digits": lambda value, _now: digit_words(re.sub(r"\D", "", value)),
    "text": lambda value, _now: value,
}
"""Ways to speak a value, by their names in the file."""


def told(guide: Guide, text: str, values: Mapping[str, Any], now: dt.datetime) -> str | None:
    """Fill a sentence in; None where a value is missing, or is not what its form wants."""
    lacking = [name for name, _ in _SLOT.findall(text) if values.get(name, "") is None or values.get(name, "") == ""]
    if lacking:
        return None
    try:
        return _SLOT.sub(lambda slot: _spoken(guide, slot[1], slot[2], str(values[slot[1]]), now), text)
    except (ValueError, ArithmeticError):
        return None


def _spoken(guide: Guide, name: str, form: str | None, value: str, now: dt.datetime) -> str:
    if (words := guide.words.get(name, {}).get(value)) is not None:
        return words
    kind = next((slot.kind for slot in guide.slots if slot.name == name), "")
    speak = FORMS.get(form or _FORM_OF_KIND.get(kind, ""), _as_is)
    return speak(value, now)
