"""Spoken Spanish hours -> "17:30" ("las cinco y media de la tarde", "a las 10", "1:15 p. m.", "al mediodía")."""

from __future__ import annotations

import re

from ivr.language.dates import Found
from ivr.language.numbers import COUNTED, SMALL_NUMBER, SMALL_UNIT, small_number
from ivr.language.words import fold

_PART = (
    r"(?:\s*(?:de|por|en)\sla\s(?P<part>manana|tarde|noche|madrugada)|\s*del?\s(?P<noon>mediodia)"
    r"|\s*(?P<half>[ap])\.?\s?m\b\.?)"
)
_PART_BEFORE = re.compile(
    r"\b(?:(?:esta|la|ayer|manana|hoy)\s(?P<part>manana|tarde|noche|madrugada)|anoche),?\s(?:(?:a|sobre|hacia)\s)?$"
)
_MINUTES = (
    rf"(?:\s(?P<link>y|menos)\s(?P<minutes>media|cuarto|{SMALL_NUMBER})\b"
    rf"|\s(?P<beside>cero\s{SMALL_UNIT}|[0-5]\d|(?!(?:{SMALL_UNIT}|un|una|primero|\d+)\b){SMALL_NUMBER})"
    rf"\b(?!{COUNTED}|[\s,.]*(?:{SMALL_NUMBER}|cero|cien\w*|mil)\b))"
)
"""After an hour: "y media", "menos diez", or beside it ("diecisiete treinta", "ocho cero cinco")."""
_H = r"\s?h(?:r?s)?"
_CLOCK = re.compile(
    rf"\b(?:las?\s)?(?P<hour>\d{{1,2}})(?::|\.|h)(?P<minutes>\d{{2}})\b(?!\s?(?:euros|€))(?:\s?h(?:oras)?\b)?{_PART}?"
)
_TO = re.compile(
    rf"\b(?:faltan?\s(?:un\s)?(?:cuarto|(?P<lacking>{SMALL_NUMBER}))|(?<!de\s)(?:(?:un\s)?cuarto|(?P<minutes>cinco|diez|veinte|"
    rf"veinticinco|5|10|20|25)))(?:\sminutos)?\spara\slas?\s(?P<hour>{SMALL_NUMBER})\b{_PART}?"
)
_THE = rf"(?:las\s|la\s(?=(?:una|1)\b)(?!\w+(?:[\s,]+(?:\d+|{SMALL_NUMBER}|cero)\b){{2}}))"
"""Before an hour: "la" goes with one o'clock alone, and "la 1 2 3 4" is a number that is spelled."""
_HOUR = re.compile(
    rf"\b{_THE}(?P<hour>{SMALL_NUMBER})(?:{_H})?\b{_MINUTES}?(?:\s(?:en\spunto|horas|y\spico))?(?:,?{_PART})?"
)
_BARE = re.compile(rf"\b(?P<hour>{SMALL_NUMBER})\b{_MINUTES}?(?:\s(?:en\spunto|horas))?{_PART}")
_ALONE = re.compile(rf"^(?P<hour>\d{{1,2}}){_H}\W*$")
_NAMED = re.compile(r"\b(?:al?\s)?(mediodia|medianoche)\b")
_MORNING_FROM = 8
"""A bare hour below this is meant in the afternoon: nobody asks for a call at three in the morning."""
_NOON, _QUARTER = 12, 15
_NIGHT_ENDS = 5
_HOURS, _MINUTES_IN_HOUR = 24, 60
_DAY = _HOURS * _MINUTES_IN_HOUR


def find_hours(text: str) -> list[Found]:
    """List the hours named in a text, in order."""
    folded = fold(text)
    found: list[Found] = []
    for pattern in (_CLOCK, _TO, _HOUR, _BARE, _ALONE, _NAMED):
        for match in pattern.finditer(folded):
            if any(match.start() < other.end and other.start < match.end() for other in found):
                continue
            value = _read_named(match) if pattern is _NAMED else _read(match, pattern)
            if value:
                found.append(Found(value, match.start(), match.end()))
    return sorted(found, key=lambda item: item.start)


def part_of_day(text: str) -> str | None:
    """Tell which part of the day a text names without an hour: "morning", "afternoon", or None."""
    said = fold(text)
    if re.search(r"\b(?:por|de|en) la manana\b|\btemprano\b|\besta (?:misma )?manana\b", said):
        return "morning"
    return (
        "afternoon"
        if re.search(r"\b(?:por|de|en) la (?:tarde|noche)\b|\besta (?:misma )?(?:tarde|noche)\b", said)
        else None
    )


def _read_named(match: re.Match[str]) -> str:
    return "12:00" if match[1] == "mediodia" else "00:00"


def _read(match: re.Match[str], pattern: re.Pattern[str]) -> str | None:
    said = match.groupdict()
    hour = small_number(said["hour"])
    minute = _minutes(said.get("minutes") or said.get("beside") or said.get("lacking"), pattern)
    exact = pattern is _CLOCK and len(said["hour"]) > 1 and said["hour"].startswith("0")
    hour = _in_part(hour, _part(match), exact=exact)
    if not (0 <= hour < _HOURS and 0 <= minute < _MINUTES_IN_HOUR):
        return None
    sign = -1 if pattern is _TO or said.get("link") == "menos" else 1
    hour, minute = divmod((hour * _MINUTES_IN_HOUR + sign * minute) % _DAY, _MINUTES_IN_HOUR)
    return f"{hour:02}:{minute:02}"


def _part(match: re.Match[str]) -> str | None:
    """Tell the part of the day that is named after an hour, else right before it ("esta noche a las diez")."""
    said = match.groupdict()
    if after := said.get("part") or said.get("noon") or said.get("half"):
        return after
    before = _PART_BEFORE.search(match.string[: match.start()])
    return (before["part"] or "noche") if before else None


def _minutes(word: str | None, pattern: re.Pattern[str]) -> int:
    if word is None:
        return _QUARTER if pattern is _TO else 0
    return {"media": 30, "cuarto": _QUARTER}.get(word) or small_number(word.removeprefix("cero "))


def _in_part(hour: int, part: str | None, *, exact: bool) -> int:
    """Put an hour of the clock face into the day."""
    if part == "noche" and (hour == _NOON or hour < _NIGHT_ENDS):
        return hour % _NOON
    afternoon = part in {"tarde", "noche", "p"} or (part == "mediodia" and hour < _NOON - 1)
    if afternoon and hour < _NOON:
        return hour + _NOON
    if part in {"manana", "madrugada", "a"}:
        return 0 if hour == _NOON and part != "manana" else hour
    if part is None and not exact and 0 < hour < _MORNING_FROM:
        return hour + _NOON
    return hour
