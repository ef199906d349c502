"""Spoken Spanish hours -> "17:30" ("las cinco y media de la tarde", "a las 10", "1:15 p. m.", "al mediodía")."""

from __future__ import annotations

import re

from ivr.language.dates import Found
from ivr.language.numbers import SMALL_NUMBER, small_number
from ivr.language.words import fold

_PART = r"(?:\s*(?:de|por|en)\sla\s(manana|tarde|noche|madrugada)|\s*del?\s(mediodia)|\s*([ap])\.?\s?m\b\.?)"
_MINUTES = rf"(?:media|cuarto|{SMALL_NUMBER})"
_CLOCK = re.compile(rf"\b(?:las?\s)?(\d{{1,2}})(?::|\.|h)(\d{{2}})\b(?!\s?(?:euros|€))(?:\s?h(?:oras)?\b)?{_PART}?")
_HOUR = re.compile(
    rf"\blas?\s({SMALL_NUMBER})\b(?:\s(y|menos)\s({_MINUTES})\b)?(?:\s(?:en\spunto|horas|y\spico))?,?{_PART}?"
)
_BARE = re.compile(rf"\b({SMALL_NUMBER})\b(?:\s(y|menos)\s({_MINUTES})\b)?(?:\s(?:en\spunto|horas))?{_PART}")
_NAMED = re.compile(r"\b(?:al?\s)?(mediodia|medianoche)\b")
_MORNING_FROM = 8
"""A bare hour below this is meant in the afternoon: nobody asks for a call at three in the morning."""
_NOON = 12
_HOURS, _MINUTES_IN_HOUR = 24, 60
_DAY = _HOURS * _MINUTES_IN_HOUR


def find_hours(text: str) -> list[Found]:
    """List the hours named in a text, in order."""
    folded = fold(text)
    found: list[Found] = []
    for pattern in (_CLOCK, _HOUR, _BARE, _NAMED):
        for match in pattern.finditer(folded):
            if any(match.start() < other.end and other.start < match.end() for other in found):
                continue
            value = _read_named(match) if pattern is _NAMED else _read(match, clock=pattern is _CLOCK)
            if value:
                found.append(Found(value, match.start(), match.end()))
    return sorted(found, key=lambda item: item.start)


def part_of_day(text: str) -> str | None:
    """Tell which part of the day a text names without an hour: "morning", "afternoon", or None."""
    said = fold(text)
    if re.search(r"\b(?:por|de|en) la manana\b|\btemprano\b", said):
        return "morning"
    return "afternoon" if re.search(r"\b(?:por|de|en) la (?:tarde|noche)\b", said) else None


def _read_named(match: re.Match[str]) -> str:
    return "12:00" if match[1] == "mediodia" else "00:00"


def _read(match: re.Match[str], *, clock: bool) -> str | None:
    if clock:
        hour, minute, part = int(match[1]), int(match[2]), match[3] or match[4] or match[5]
    else:
        hour, minute, part = small_number(match[1]), _minutes(match[3]), match[4] or match[5] or match[6]
    before = not clock and match[2] == "menos"
    hour = _in_part(hour, part, exact=clock and len(match[1]) > 1 and match[1].startswith("0"))
    if not (0 <= hour < _HOURS and 0 <= minute < _MINUTES_IN_HOUR):
        return None
    hour, minute = divmod((hour * _MINUTES_IN_HOUR + (-minute if before else minute)) % _DAY, _MINUTES_IN_HOUR)
    return f"{hour:02}:{minute:02}"


def _minutes(word: str | None) -> int:
    if word is None:
        return 0
    return {"media": 30, "cuarto": 15}.get(word) or small_number(word)


def _in_part(hour: int, part: str | None, *, exact: bool) -> int:
    """Put an hour of the clock face into the day."""
    if part == "noche" and hour == _NOON:
        return 0
    afternoon = part in {"tarde", "noche", "p"} or (part == "mediodia" and hour < _NOON - 1)
    if afternoon and hour < _NOON:
        return hour + _NOON
    if part in {"manana", "madrugada", "a"}:
        return 0 if hour == _NOON and part != "manana" else hour
    if part is None and not exact and 0 < hour < _MORNING_FROM:
        return hour + _NOON
    return hour
