from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.language.emails import find_emails
from ivr.language.hours import find_hours
from ivr.language.numbers import heard_digits
from ivr.language.spoken import (
    before_noun,
    counted,
    date_words,
    day_words,
    digit_words,
    email_words,
    money_words,
    number_words,
    percent_words,
    phone_words,
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


@pytest.mark.parametrize(
    ("phone", "said"),
    [
        ("91 123 45 67", "nueve uno, uno dos tres, cuatro cinco, seis siete"),
        ("+34654321987", "más treinta y cuatro, seis cinco cuatro, tres dos uno, nueve ocho siete"),
        ("+525512345678", "más cincuenta y dos, cinco cinco, uno dos tres cuatro, cinco seis siete ocho"),
        ("+1 212 555 0100", "más uno, dos uno dos, cinco cinco cinco, cero uno cero cero"),
    ],
)
def test_phone_numbers_keep_the_groups_in_which_they_are_written(phone: str, said: str) -> None:
    assert phone_words(phone) == said


@pytest.mark.parametrize(("value", "said"), [(21000, "veintiún mil"), (31000, "treinta y un mil"), (101, "ciento uno")])
def test_thousands_are_counted_in_the_short_form(value: int, said: str) -> None:
    assert number_words(value) == said


def test_a_noun_decides_the_form_of_its_number() -> None:
    assert before_noun(21) == "veintiún"
    assert before_noun(231, feminine=True) == "doscientas treinta y una"
    assert counted(1, "hora", "horas", feminine=True) == "una hora"
    assert counted(2_000_000, "euro", "euros") == "dos millones de euros"


def test_mexico_says_hours_days_and_cents_in_its_own_way() -> None:
    assert time_words(dt.time(17, 45), "MX") == "un cuarto para las seis de la tarde"
    assert date_words(dt.date(2026, 3, 1), region="MX") == "primero de marzo"
    assert money_words("45.50", "MXN") == "cuarenta y cinco pesos con cincuenta centavos"
    assert phone_words("2221234567", "MX") == "dos dos dos, uno dos tres, cuatro cinco seis siete"
    assert percent_words("2.5", "MX") == "dos punto cinco por ciento"
