"""Spoken Spanish days -> dates ("el lunes que viene", "dentro de tres días"); ``now`` is an argument."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

from ivr.language.numbers import COUNTED, SMALL_NUMBER, heard_digits, numerals, small_number
from ivr.language.words import fold

_WEEKDAYS = dict(zip(["lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo"], range(7), strict=True))
MONTHS = dict(
    zip(
        [
            "enero",
            "febrero",
            "marzo",
            "abril",
            "mayo",
            "junio",
            "julio",
            "agosto",
            "septiembre",
            "octubre",
            "noviembre",
            "diciembre",
        ],
        range(1, 13),
        strict=True,
    )
) | {"setiembre": 9}
_MONTH = "|".join(MONTHS)
_WEEKDAY = "|".join(_WEEKDAYS)
_CENTURY, _AHEAD, _LEAP, _MONTHS_IN_YEAR = 100, 10, 2024, 12
_NEAR = {
    "hoy": 0,
    "manana": 1,
    "pasado manana": 2,
    "ayer": -1,
    "anoche": -1,
} | dict.fromkeys(("anteayer", "antier", "antes de ayer", "anteanoche", "antes de anoche"), -2)
_FEASTS = {
    "nochebuena": "--12-24",
    "navidad": "--12-25",
    "nochevieja": "--12-31",
    "fin de ano": "--12-31",
    "ano nuevo": "--01-01",
    "reyes": "--01-06",
    "san valentin": "--02-14",
    "todos los santos": "--11-01",
}

_UNITS = "uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve"
_BELOW_HUNDRED = (
    rf"(?:veinti\w+|veinte|(?:treinta|cuarenta|cincuenta|sesenta|setenta|ochenta|noventa)(?:\sy\s(?:{_UNITS}))?"
    rf"|once|doce|trece|catorce|quince|dieci\w+|diez|(?:cero\s)?(?:{_UNITS}))"
)
_CENTURY_SAID = r"(?:dos\smil|mil\snovecientos|1900|2000)"
_YEAR = (
    rf"{_CENTURY_SAID}(?:\s(?:{_BELOW_HUNDRED}|\d{{1,2}}))?|\d{{4}}|\d{{2}}(?!\d)|{_BELOW_HUNDRED}"  # the longest first
)
_WITH_CENTURY = re.compile(_CENTURY_SAID)
_OF_YEAR = rf"\s?,?\s?(?:de|del)(?:\sano)?\s({_YEAR})\b"

_DAY_MONTH = re.compile(rf"\b(?:el\s)?(?:dia\s)?({SMALL_NUMBER})\s(?:de|del)\s({_MONTH})\b(?:{_OF_YEAR})?")
_DAY_MONTH_NUMBER = re.compile(rf"\b(?:cero\s)?({SMALL_NUMBER})\s(?:de|del)\s(?:cero\s)?({SMALL_NUMBER}){_OF_YEAR}")
_NUMERIC = re.compile(r"\b(\d{1,2})[/-](\d{1,2})(?:[/-](\d{2,4}))?\b")
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_WEEK = r"(?:semana\s(?:que\sviene|pasada)|proxima\ssemana|esta\ssemana)"
_WEEKDAY_DAY = re.compile(
    rf"\b(?:(este|proximo|siguiente|pasado)\s)?({_WEEKDAY})(?:\s(que\sviene|proximo|siguiente|pasado|"
    rf"de\s(?:la\s)?{_WEEK}))?(?:,?\s(?:dia\s)?({SMALL_NUMBER})\b(?!\s(?:de\sla|y|horas)))?"
)
_DISTANCE = rf"({SMALL_NUMBER}|un\spar\sde)\s(dias?|semanas?|mes(?:es)?|anos?)\b"
_IN_DAYS = re.compile(rf"\b(?:dentro\sde|de\s(?:aqui|hoy)\s(?:a|en)|en)\s{_DISTANCE}")
_AGO = re.compile(rf"\bhace\s{_DISTANCE}")
_NEAR_DAY = re.compile(
    r"\b(pasado\smanana|antes\sde\s(?:ayer|anoche)|anteayer|antier|ayer|anteanoche|anoche|hoy"
    r"|(?<!la\s)(?<!de\s)(?<!por\s)(?<!esta\s)(?<!misma\s)manana)\b"
)
_THIS_PART = re.compile(r"\besta\s(?:misma\s)?(?:manana|tarde|noche|madrugada)\b")
_IN_FIGURES = re.compile(
    rf"(?<!\d\s)\b(?:cero\s)?({SMALL_NUMBER})\s(?:cero\s)?({SMALL_NUMBER})"
    rf"\s({_CENTURY_SAID}(?:\s(?:{_BELOW_HUNDRED}|\d{{1,2}}))?|(?:19|20)\d\d)\b(?!\s\d)"
)
"""As forms are filled in: "15 03 1985"; only with the whole year, for other numbers are said in such groups too."""
_DAY_OF_MONTH = re.compile(
    rf"\b(?:el|para\sel)\s(?:(?:proximo|pasado)\s)?dia\s({SMALL_NUMBER})\b|^(?:el\s)?dia\s({SMALL_NUMBER})\b"
)
_BARE_DAY = rf"({SMALL_NUMBER})(?<!\bun)(?<!\buna)\b(?!{COUNTED}|[\s,.]*(?:{SMALL_NUMBER}|cero)\b|[.,/:-]\d)"
_NO_NOUN_AFTER = (
    r"(?=\s*(?:$|[.,;:?!])|\s(?:a|al|hasta|y|o|por|de\s(?:este|ese)|del?\s(?:mes|proximo)|si|no|me|que|porque)\b)"
)
_WITHOUT_MONTH = (
    re.compile(
        rf"\b(?:para\sel|desde\sel|hasta\sel|antes\sdel|despues\sdel|a\spartir\sdel)\s{_BARE_DAY}{_NO_NOUN_AFTER}"
    ),
    re.compile(rf"\bel\s{_BARE_DAY}(?=,?\s(?:a\slas?\s|por\sla\s|de\s(?:este|ese)\smes\b|del\s(?:mes|proximo)\b))"),
    re.compile(rf"\bel\s(?:proximo|pasado)\s{_BARE_DAY}{_NO_NOUN_AFTER}"),
    re.compile(rf"^(?:(?:pues|mejor|bueno|vale|si|sobre|seria)[\s,]+)*el\s{_BARE_DAY}\W*$"),
)
"""A number alone is a day after a word of time, before the hour, or as the whole answer."""
_MONTH_AFTER = re.compile(
    r"\s(?:(?P<this>de\seste\smes)|(?P<last>del\s(?:mes\spasado|pasado\smes))"
    r"|del\s(?:mes\sque\sviene|proximo\smes|mes\sproximo))\b"
)
_SINCE = re.compile(r"\bdesde\s(?:el\s)?$")
_TO_THE_END = re.compile(r"\s(?:hasta|al?)\s")
_FEAST = re.compile(
    r"(?:^|\b(?:en|para|por|desde|hasta|el|la|(?:dia|noche|antes|despues|partir)\sdel?)\s)"
    rf"({'|'.join(_FEASTS)})\b"
)
_NEXT_WEEK = re.compile(r"\b(?:la\s)?(?:semana\sque\sviene|proxima\ssemana)\b")


@dataclass(frozen=True, slots=True)
class Found:
    """A value (a day in ISO form, "--MM-DD" while the year is open; an hour "17:30") and its place in the text."""

    value: str
    start: int
    end: int


def find_dates(text: str, now: dt.datetime) -> list[Found]:
    """List the days named in a text, in order; a day that does not exist is left out."""
    folded = fold(text)
    found: list[Found] = []
    for pattern, reader in _READERS:
        for match in pattern.finditer(folded):
            if any(match.start() < other.end and other.start < match.end() for other in found):
                continue
            value = reader(match, now.date())
            if value:
                found.append(Found(value, match.start(), match.end()))
    return sorted(found, key=lambda item: item.start)


def _make(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _year(said: str, today: dt.date) -> int:
    """Read a year; one of two digits lies in the century that ends ten years from now."""
    year = sum(number.value for number in numerals(said)) if _WITH_CENTURY.match(said) else int(heard_digits(said))
    if year >= _CENTURY:
        return year
    century = today.year // _CENTURY * _CENTURY
    return century + year if century + year <= today.year + _AHEAD else century - _CENTURY + year


def _dated(day: int, month: int, year: str | None, today: dt.date) -> str | None:
    """Give a day that exists its ISO form, "--MM-DD" when its year is open."""
    date = _make(_year(year, today) if year else _LEAP, month, day)
    if date is None:
        return None
    return date.isoformat() if year else f"--{month:02}-{day:02}"


def _read_day_month(match: re.Match[str], today: dt.date) -> str | None:
    return _dated(small_number(match[1]), MONTHS[match[2]], match[3], today)


def _read_day_month_number(match: re.Match[str], today: dt.date) -> str | None:
    return _dated(small_number(match[1]), small_number(match[2]), match[3], today)


def _read_numeric(match: re.Match[str], today: dt.date) -> str | None:
    return _dated(int(match[1]), int(match[2]), match[3], today)


def _read_iso(match: re.Match[str], today: dt.date) -> str | None:
    del today
    date = _make(int(match[1]), int(match[2]), int(match[3]))
    return date.isoformat() if date else None


def _since(match: re.Match[str]) -> bool:
    """Whether a day is when something began ("desde el viernes"), and not the first of some to come."""
    since = _SINCE.search(match.string[: match.start()]) or match[0].startswith("desde")
    return bool(since) and not _TO_THE_END.match(match.string, match.end())


def _read_weekday(match: re.Match[str], today: dt.date) -> str:
    wanted = _WEEKDAYS[match[2]]
    told = match[1] or match[3] or ""
    if "semana" in told:
        weeks = -1 if "pasada" in told else 0 if "esta" in told else 1
        return (today + dt.timedelta(days=7 * weeks - today.weekday() + wanted)).isoformat()
    way = -1 if told == "pasado" or (not told and _since(match)) else 1
    if match[4]:
        fitting = (today + dt.timedelta(days=way * days) for days in range(1, 62))
        exact = [day for day in fitting if day.day == small_number(match[4]) and day.weekday() == wanted]
        if exact:
            return exact[0].isoformat()
    return (today + dt.timedelta(days=way * (way * (wanted - today.weekday()) % 7 or 7))).isoformat()


def _read_distance(match: re.Match[str], today: dt.date) -> str:
    count, unit = (2 if match[1].startswith("un par") else small_number(match[1])), match[2]
    count *= -1 if match[0].startswith("hace") else 1
    if unit[0] in "ma":
        return _months_later(today, count * (_MONTHS_IN_YEAR if unit[0] == "a" else 1)).isoformat()
    return (today + dt.timedelta(days=count * (7 if unit.startswith("semana") else 1))).isoformat()


def _months_later(day: dt.date, months: int) -> dt.date:
    """Give the same day of another month, or its last one where that is shorter."""
    year, month = divmod(day.year * _MONTHS_IN_YEAR + day.month - 1 + months, _MONTHS_IN_YEAR)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _read_near(match: re.Match[str], today: dt.date) -> str:
    return (today + dt.timedelta(days=_NEAR[re.sub(r"\s+", " ", match[1])])).isoformat()


def _read_this_part(match: re.Match[str], today: dt.date) -> str:
    del match
    return today.isoformat()


def _read_feast(match: re.Match[str], today: dt.date) -> str:
    del today
    return _FEASTS[match[1]]


def _read_day_of_month(match: re.Match[str], today: dt.date) -> str | None:
    day = small_number(next(filter(None, match.groups())))
    if named := _MONTH_AFTER.match(match.string, match.end()):
        month = _months_later(today.replace(day=1), 0 if named["this"] else -1 if named["last"] else 1)
        return _dated(day, month.month, str(month.year), today)
    way = -1 if "pasado" in match[0] or _since(match) else 1
    for away in range(1, 63):
        date = today + dt.timedelta(days=way * away)
        if date.day == day:
            return date.isoformat()
    return None


def _read_next_week(match: re.Match[str], today: dt.date) -> str:
    del match
    return (today + dt.timedelta(days=7 - today.weekday())).isoformat()


_READERS = (
    (_ISO, _read_iso),
    (_DAY_MONTH, _read_day_month),
    (_DAY_MONTH_NUMBER, _read_day_month_number),
    (_NUMERIC, _read_numeric),
    (_IN_FIGURES, _read_day_month_number),
    (_IN_DAYS, _read_distance),
    (_AGO, _read_distance),
    (_WEEKDAY_DAY, _read_weekday),
    (_NEAR_DAY, _read_near),
    (_THIS_PART, _read_this_part),
    (_FEAST, _read_feast),
    *((pattern, _read_day_of_month) for pattern in (_DAY_OF_MONTH, *_WITHOUT_MONTH)),
    (_NEXT_WEEK, _read_next_week),
)


def settle(value: str, today: dt.date) -> dt.date | None:
    """Turn a found day into a date: an open year becomes the next one in which the day lies ahead."""
    if not value.startswith("--"):
        return dt.date.fromisoformat(value)
    month, day = int(value[2:4]), int(value[5:7])
    for year in range(today.year, today.year + 9):
        date = _make(year, month, day)
        if date is not None and date >= today:
            return date
    return None
