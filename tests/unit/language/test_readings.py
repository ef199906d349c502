from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.es import dni

from ivr.language.readings import READABLE, Reading, choose_hypothesis, read_value

NOW = dt.datetime(2026, 11, 24, 10, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("kind", "said", "value"),
    [
        ("phone", "Es el seis uno dos, treinta y cuatro, cincuenta y seis, setenta y ocho", "612345678"),
        ("phone", "91 234 56 78", "912345678"),
        ("phone", "+52 55 1234 5678", "+525512345678"),
        ("dni", "12 345 678, zeta", "12345678Z"),
        ("dni", "doce treinta y cuatro cincuenta y seis setenta y ocho, zeta de Zaragoza", "12345678Z"),
        ("dni", "equis, uno dos tres cuatro cinco seis siete, ele", "X1234567L"),
        ("dni", "12345678Z", "12345678Z"),
        ("dni", "1, 2, 3, 4, 5, 6, 7, 8, 7 de Zaragoza", "12345678Z"),
        ("email", "marta guion bajo lópez arroba gmail punto com", "marta_lopez@gmail.com"),
        ("amount", "cuarenta y cinco con noventa", "45.90 EUR"),
        ("date", "el tres de marzo del veintiséis", "2026-03-03"),
        ("date", "pasado mañana", "2026-11-26"),
        ("iban", "ES79 2100 0813 6101 2345 6789", "ES7921000813610123456789"),
        ("iban", "e, ese, 79, 2100, 0813, 6101, 2345, 6789", "ES7921000813610123456789"),
        ("card", "4111 1111 1111 1111", "4111111111111111"),
        ("curp", "be o equis uve doble 310820 hache ene e erre equis ene 09", "BOXW310820HNERXN09"),
        ("cuit", "20-05536168-2", "20055361682"),
        ("postal_code", "veintiocho cero trece", "28013"),
    ],
)
def test_a_value_said_in_full_is_read_with_certainty(kind: str, said: str, value: str) -> None:
    assert read_value(kind, [said], NOW) == [Reading(value)]


def test_the_first_hypothesis_that_fits_is_taken() -> None:
    heard = ["978-6978-9191", "978, 6978, 991.", "978, 697, 891."]
    assert choose_hypothesis(frozenset({"phone"}), heard, NOW) == 2
    assert read_value("phone", heard, NOW) == [Reading("978697891")]


def test_without_a_fitting_hypothesis_the_best_one_stays() -> None:
    assert choose_hypothesis(frozenset({"phone"}), ["uno dos", "uno tres"], NOW) == 0
    assert choose_hypothesis(frozenset({"person"}), ["Ana", "Eva"], NOW) == 0


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("600 12, 34, 56, 78", "612345678"),
        ("1937 40 49 71", "937404971"),
    ],
)
def test_groups_that_were_written_apart_are_joined_but_not_certain(said: str, value: str) -> None:
    assert Reading(value, certain=False) in read_value("phone", [said], NOW)


def test_a_letter_that_was_not_heard_follows_from_the_digits() -> None:
    assert read_value("dni", ["12 345 678"], NOW) == [Reading("12345678Z", certain=False)]


def test_digits_heard_before_a_document_are_dropped_when_the_letter_fits_the_rest() -> None:
    assert read_value("dni", ["10 2 0 4 1 2 6 0 7 S de Semilla"], NOW) == [Reading("20412607S", certain=False)]


def test_the_letter_that_sounds_alike_and_fits_is_taken() -> None:
    assert Reading("11286721T", certain=False) in read_value("dni", ["11 28 67 21 de"], NOW)


def test_two_readings_that_fit_are_both_given() -> None:
    readings = read_value("dni", ["12345678 ese"], NOW)
    assert all(not reading.certain for reading in readings)
    assert all(dni.is_valid(reading.value) for reading in readings)


def test_an_unknown_kind_is_named() -> None:
    with pytest.raises(ValueError, match="'shoe' cannot be read from speech; use one of"):
        read_value("shoe", ["42"], NOW)


@given(st.sampled_from(sorted(READABLE)), st.text())
def test_no_text_breaks_it(kind: str, text: str) -> None:
    assert all(reading.value for reading in read_value(kind, [text], NOW))


@given(st.integers(0, 99_999_999))
def test_every_mended_document_has_its_own_letter(number: int) -> None:
    digits = f"{number:08}"
    for reading in read_value("dni", [digits], NOW):
        assert dni.is_valid(reading.value)
