from __future__ import annotations

import datetime as dt

import pytest

from ivr.language.delays import find_delay, moment_after


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("dentro de dos horas", 120),
        ("Dentro de 2 horas, por favor", 120),
        ("en media hora", 30),
        ("en media horita", 30),
        ("en tres cuartos de hora", 45),
        ("en un cuarto de hora", 15),
        ("de aquí a una hora", 60),
        ("dentro de una hora y media", 90),
        ("en hora y media", 90),
        ("en una hora y cuarto", 75),
        ("en una hora y veinte minutos", 80),
        ("dentro de un par de horas", 120),
        ("en diez minutos", 10),
        ("en unos veinte minutos", 20),
        ("como en cuarenta y cinco minutos", 45),
        ("llámenme al cabo de tres horas", 180),
        ("en una hora, no, mejor dentro de dos horas", 120),
    ],
)
def test_how_long_ahead_is_read(text: str, minutes: int) -> None:
    assert find_delay(text) == dt.timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "text",
    [
        "hace dos horas que no va",
        "llevo media hora esperando",
        "a las dos",
        "dentro de dos días",
        "de nueve a dos",
        "en dos o tres sitios",
        "a las dos y media",
        "en un momento",
        "tardaron tres cuartos de hora",
        "",
    ],
)
def test_what_lies_back_lasts_or_is_an_hour_is_none(text: str) -> None:
    assert find_delay(text) is None


@pytest.mark.parametrize(
    ("now", "minutes", "moment"),
    [("17:03", 10, "17:15"), ("17:00", 120, "19:00"), ("17:03", 120, "19:05"), ("23:50", 30, "00:20")],
)
def test_the_moment_is_at_the_next_five_minutes_of_that_day(now: str, minutes: int, moment: str) -> None:
    start = dt.datetime.fromisoformat(f"2026-11-30T{now}:42")
    found = moment_after(start, dt.timedelta(minutes=minutes))
    assert f"{found:%H:%M:%S}" == f"{moment}:00"
    assert (found.date() - start.date()).days == int(moment < now)
