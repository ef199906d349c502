from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.language.dates import find_dates
from ivr.language.spoken import date_words, number_words

NOW = dt.datetime(2026, 11, 24, 10, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("el tres de marzo del veintiséis", "2026-03-03"),
        ("el 12 de agosto del 49", "1949-08-12"),
        ("24 del 4 del 65.", "1965-04-24"),
        ("el uno del once de dos mil cinco", "2005-11-01"),
        ("treinta de junio de dos mil veintiséis", "2026-06-30"),
        ("pues el veinte de octubre de mil novecientos sesenta y uno", "1961-10-20"),
        ("veintiocho de abril de 2007", "2007-04-28"),
        ("30 de junio de dos mil 26.", "2026-06-30"),
        ("el 3 de mayo de mil novecientos 65", "1965-05-03"),
        ("el 3 de mayo de 1900 65", "1965-05-03"),
        ("primero de mayo", "--05-01"),
        ("12/05/45", "1945-05-12"),
        ("12/05/26", "2026-05-12"),
        ("cinco del cero cinco del cero cinco", "2005-05-05"),
        ("pasado mañana", "2026-11-26"),
        ("31 de febrero del 20", None),
    ],
)
def test_days_are_read_however_their_year_is_said(said: str, value: str | None) -> None:
    found = find_dates(said, NOW)
    assert (found[0].value if found else None) == value


@given(st.dates(dt.date(1936, 12, 31), dt.date(2036, 1, 1)))
def test_every_day_is_understood_with_its_year(date: dt.date) -> None:
    said = f"{date_words(date)} de {number_words(date.year)}"
    assert [found.value for found in find_dates(said, NOW)] == [date.isoformat()]


@pytest.mark.parametrize(
    ("said", "values"),
    [
        ("llevo desde el viernes sin internet", ["2026-11-20"]),
        ("no funciona desde el martes", ["2026-11-17"]),
        ("el pasado viernes", ["2026-11-20"]),
        ("vinieron este pasado sábado", ["2026-11-21"]),
        ("fue el pasado viernes 13", ["2026-11-13"]),
        ("el jueves de la semana pasada", ["2026-11-19"]),
        ("el jueves de esta semana", ["2026-11-26"]),
        ("desde el próximo lunes", ["2026-11-30"]),
        ("estaré fuera desde el lunes hasta el viernes", ["2026-11-30", "2026-11-27"]),
        ("lo espero desde el quince", ["2026-11-15"]),
    ],
)
def test_a_weekday_is_behind_where_the_words_say_so(said: str, values: list[str]) -> None:
    assert [found.value for found in find_dates(said, NOW)] == values


@pytest.mark.parametrize(
    ("said", "values"),
    [
        ("el quince", ["2026-12-15"]),
        ("pues mejor el veinte.", ["2026-12-20"]),
        ("para el quince", ["2026-12-15"]),
        ("el próximo 15", ["2026-12-15"]),
        ("fue el pasado día 3", ["2026-11-03"]),
        ("el pasado 20 me cobraron dos veces", ["2026-11-20"]),
        ("el día 3 del mes pasado", ["2026-10-03"]),
        ("lo necesito antes del cinco, por favor", ["2026-12-05"]),
        ("el 25 a las 17", ["2026-11-25"]),
        ("el dos por la tarde", ["2026-12-02"]),
        ("el 28 del mes que viene", ["2026-12-28"]),
        ("el veintiuno de este mes", ["2026-11-21"]),
        ("quiero el dos", []),
        ("el dos por ciento", []),
        ("es el 65 43 21 987", []),
        ("el 12, 34, 56", []),
        ("para el 4 de la lista", []),
        ("para el 15,50", []),
    ],
)
def test_a_number_alone_is_a_day_where_only_a_day_is_said_so(said: str, values: list[str]) -> None:
    assert [found.value for found in find_dates(said, NOW)] == values


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("hace un mes", "2026-10-24"),
        ("hace un par de semanas", "2026-11-10"),
        ("dentro de un año", "2027-11-24"),
        ("dentro de tres meses", "2027-02-24"),
        ("de aquí a una semana", "2026-12-01"),
        ("de hoy en ocho días", "2026-12-02"),
        ("anoche", "2026-11-23"),
        ("antes de anoche", "2026-11-22"),
        ("antier", "2026-11-22"),
        ("esta tarde a las seis", "2026-11-24"),
        ("esta mañana he llamado", "2026-11-24"),
        ("en Nochebuena", "--12-24"),
        ("antes de Navidad", "--12-25"),
        ("el día de Reyes", "--01-06"),
    ],
)
def test_days_are_counted_from_today_or_known_by_name(said: str, value: str) -> None:
    assert [found.value for found in find_dates(said, NOW)] == [value]


def test_a_month_later_than_the_last_of_a_long_one_is_the_last_of_a_short_one() -> None:
    assert find_dates("dentro de un mes", dt.datetime(2027, 1, 31, tzinfo=dt.UTC))[0].value == "2027-02-28"


@pytest.mark.parametrize("said", ["Feliz Navidad", "soy Reyes García"])
def test_a_greeting_and_a_name_are_no_feasts(said: str) -> None:
    assert find_dates(said, NOW) == []


@pytest.mark.parametrize(
    ("said", "values"),
    [
        ("15 03 1985", ["1985-03-15"]),
        ("nací el 5 12 1990", ["1990-12-05"]),
        ("quince cero tres mil novecientos ochenta y cinco", ["1985-03-15"]),
        ("600 15 03 1985", []),
        ("15 03 1985 22", []),
        ("32 03 1985", []),
    ],
)
def test_a_day_is_read_in_figures_as_forms_are_filled_in(said: str, values: list[str]) -> None:
    assert [found.value for found in find_dates(said, NOW)] == values
