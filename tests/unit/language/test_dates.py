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
