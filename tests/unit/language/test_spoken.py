from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.language.emails import find_emails
from ivr.language.hours import find_hours
from ivr.language.numbers import heard_digits
from ivr.language.spoken import (
    date_words,
    day_words,
    digit_words,
    email_words,
    money_words,
    percent_words,
    phone_words,
    speakable,
    time_words,
)


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("45.50", "cuarenta y cinco euros con cincuenta"),
        ("1", "un euro"),
        ("21", "veintiún euros"),
        ("131.01", "ciento treinta y un euros con un céntimo"),
        ("0.99", "noventa y nueve céntimos"),
        ("0", "cero euros"),
        ("1000000", "un millón de euros"),
        ("-3", "menos tres euros"),
    ],
)
def test_money_is_said_the_spanish_way(amount: str, said: str) -> None:
    assert money_words(amount) == said


@pytest.mark.parametrize("currency", ["MXN", "COP", "ARS", "CLP", "UYU", "DOP", "PEN", "USD", "EUR"])
def test_every_currency_that_is_understood_can_be_said(currency: str) -> None:
    assert money_words("20", currency).startswith("veinte ")


@pytest.mark.parametrize(
    ("time", "said"),
    [
        ("17:30", "las cinco y media de la tarde"),
        ("13:00", "la una de la tarde"),
        ("12:45", "la una menos cuarto de la tarde"),
        ("12:00", "las doce del mediodía"),
        ("09:15", "las nueve y cuarto de la mañana"),
        ("21:10", "las nueve y diez de la noche"),
        ("00:00", "las doce de la madrugada"),
    ],
)
def test_hours_are_said_the_spanish_way(time: str, said: str) -> None:
    assert time_words(dt.time.fromisoformat(time)) == said


@given(st.integers(8, 22), st.sampled_from([0, 15, 30, 45, 5]))
def test_a_spoken_hour_is_understood_again(hour: int, minute: int) -> None:
    said = "a " + time_words(dt.time(hour, minute))
    assert [found.value for found in find_hours(said)] == [f"{hour:02}:{minute:02}"]


def test_days_are_said_with_what_is_near() -> None:
    today = dt.date(2026, 2, 15)
    assert date_words(today) == "quince de febrero"
    assert date_words(dt.date(2027, 1, 1), today) == "uno de enero de dos mil veintisiete"
    assert day_words(dt.date(2026, 2, 16), today) == "mañana, lunes dieciséis de febrero"
    assert day_words(dt.date(2026, 2, 20), today) == "el viernes veinte de febrero"


@given(st.text("0123456789", min_size=1, max_size=15))
def test_spoken_digits_are_understood_again(digits: str) -> None:
    assert heard_digits(digit_words(digits)) == digits


def test_phone_numbers_are_said_in_groups_of_three() -> None:
    assert phone_words("654321987") == "seis cinco cuatro, tres dos uno, nueve ocho siete"


@pytest.mark.parametrize("email", ["ana@example.com", "ana.lopez@gmail.com", "p_12@x-y.es", "a-b.c3@correo.org"])
def test_a_spoken_email_is_understood_again(email: str) -> None:
    assert [found.value for found in find_emails(email_words(email))] == [email]


def test_percentages_are_said() -> None:
    assert percent_words("2,5") == "dos coma cinco por ciento"


def test_a_text_is_written_out_in_words() -> None:
    text = "Son 45,50 € al 21 % el 2026-02-15 a las 17:30; llame al 900 123 456"
    assert speakable(text) == (
        "Son cuarenta y cinco euros con cincuenta al veintiuno por ciento el quince de febrero a las cinco y media"
        " de la tarde; llame al nueve cero cero, uno dos tres, cuatro cinco seis"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("son 12,5 gigas", "son doce coma cinco gigas"),
        ("el 2,05 %", "el dos coma cero cinco por ciento"),
        ("1.234,5", "mil doscientos treinta y cuatro coma cinco"),
        ("pulse 1,2,3", "pulse uno, dos, tres"),
        ("2,50", "dos coma cinco"),
    ],
)
def test_decimals_and_lists_are_told_apart(text: str, said: str) -> None:
    assert speakable(text) == said


@given(st.text(max_size=40))
def test_writing_out_never_fails(text: str) -> None:
    assert isinstance(speakable(text), str)
