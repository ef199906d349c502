from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.ar import cuit
from stdnum.es import dni

from ivr.language.readings import READABLE, Reading, choose_hypothesis, noted_as, read_value

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
        ("iban", "mi IBAN es E S 79, 2100, 0813, 6101, 2345, 6789", "ES7921000813610123456789"),
        ("iban", "es 79 2100 0813 6101 2345 6789", "ES7921000813610123456789"),
        ("iban", "79 2100 0813 6101 2345 6789", "ES7921000813610123456789"),
        ("iban", "de de Dinamarca, e de España, 89 3704 0044 0532 0130 00", "DE89370400440532013000"),
        ("nie", "es la equis, uno dos tres cuatro cinco seis siete, ele de León", "X1234567L"),
        ("card", "4111 1111 1111 1111", "4111111111111111"),
        ("card", "es la 4111 1111 1111 1111 y caduca en enero", "4111111111111111"),
        ("curp", "mi CURP es BOXW310820HNERXN09", "BOXW310820HNERXN09"),
        ("cuit", "es el veinte, cero cinco cinco tres seis uno seis ocho, dos", "20055361682"),
        ("postal_code", "en Madrid, el 28013", "28013"),
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


@pytest.mark.parametrize(
    ("kind", "said", "value"),
    [
        ("nie", "equis, uno dos tres cuatro cinco seis siete", "X1234567L"),
        ("iban", "ES79 2100 0813 6101 2345 3789", "ES7921000813610123456789"),
        ("cuit", "20-02536168-2", "20052536168"),
    ],
)
def test_one_misheard_character_of_a_checked_value_is_mended_and_not_certain(kind: str, said: str, value: str) -> None:
    readings = read_value(kind, [said], NOW)
    assert not any(reading.certain for reading in readings)
    if kind != "cuit":
        assert value in [reading.value for reading in readings]
    else:
        assert all(cuit.is_valid(reading.value) for reading in readings)


def test_a_card_is_never_mended_since_nobody_could_tell_from_its_last_digits() -> None:
    assert read_value("card", ["4111 1111 1111 1112"], NOW) == []


def test_a_dni_is_no_nie() -> None:
    assert read_value("nie", ["12345678 zeta"], NOW) == []


@pytest.mark.parametrize(
    ("kind", "said", "country", "value"),
    [
        ("phone", "55 12 34 56 78", "MX", "+525512345678"),
        ("phone", "más cincuenta y dos, cincuenta y cinco, doce, 34 56 78", "ES", "+525512345678"),
        ("phone", "nueve sesenta y uno veintitrés cuarenta y cinco sesenta y siete", "CL", "+56961234567"),
        ("phone", "once, 4567, 8901", "AR", "+541145678901"),
        ("postal_code", "cero seis seiscientos", "MX", "06600"),
        ("postal_code", "11 00 01", "CO", "110001"),
        ("amount", "doscientos", "CO", "200.00 COP"),
        ("amount", "doscientos", "MX", "200.00 MXN"),
    ],
)
def test_values_are_read_as_those_of_the_country(kind: str, said: str, country: str, value: str) -> None:
    assert read_value(kind, [said], NOW, country) == [Reading(value)]


def test_of_a_card_only_the_last_four_digits_may_be_kept() -> None:
    assert noted_as("card", "4111111111111111") == ("card_last4", "1111")
    assert noted_as("dni", "12345678Z") == ("dni", "12345678Z")


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
