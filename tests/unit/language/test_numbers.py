from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from num2words import num2words

from ivr.language.numbers import digit_runs, heard_digits, numerals


@pytest.mark.parametrize(
    ("said", "digits"),
    [
        ("uno dos tres", "123"),
        ("veintiún", "21"),
        ("cero nueve uno", "091"),
        ("doble cinco", "55"),
        ("triple cero siete", "0007"),
        ("tres ceros cuatro", "0004"),
        ("12 34 56", "123456"),
        ("6 5 4, 3 2 1", "654321"),
        ("6-5-4-3-2-1", "654321"),
        ("1.2.3.4.5.6", "123456"),
        ("654.321", "654321"),
        ("654,321", "654321"),
        ("ciento veintitrés cuatrocientos cincuenta y seis", "123456"),
        ("ciento veintitrés mil cuatrocientos cincuenta y seis", "123456"),
        ("54 mil 321", "54321"),
        ("doce mil trescientos cuarenta y cinco", "12345"),
        ("seis cincuenta y cuatro treinta y dos diez", "6543210"),
        ("Es el seis, cinco, cuatro... eh, tres, dos, uno.", "654321"),
        ("uno dos tres y luego cuatro cinco seis", "123456"),
        ("seis 54 tres 21", "654321"),
        ("dieciséis treinta y uno", "1631"),
        ("quinientos uno", "501"),
        ("cien", "100"),
        ("mil doscientos", "1200"),
        ("un millón doscientos mil tres", "1200003"),
        ("once millones mil", "11001000"),
        ("dos mil millones", "2000000000"),
        ("mil doscientos millones tres", "1200000003"),
        ("medio millón", "500000"),
        ("dos millones y medio", "2500000"),
        ("millón y medio", "1500000"),
        ("1.200 millones", "1200000000"),
        ("6.970 y 2", "6972"),
        ("30 y cuatro", "34"),
        ("cuatrocientos un euros", "401"),
        ("mil una noches", "1001"),
        ("10 y 4", "104"),
        ("600 y 4", "6004"),
        ("mi número es el 654 32 19 87, gracias", "654321987"),
    ],
)
def test_dictated_numbers_become_digits(said: str, digits: str) -> None:
    assert heard_digits(said) == digits


@pytest.mark.parametrize(
    "said", ["tengo un problema", "una cosa", "", "doble", "no lo sé", "el millón", "¹²", "mis dos..."[:3]]
)
def test_words_that_are_no_number_give_no_digits(said: str) -> None:
    assert heard_digits(said) == ""


def test_the_last_run_of_the_wanted_length_wins() -> None:
    assert heard_digits("123456, no, perdón, es la 654321", 6) == "654321"


def test_runs_are_kept_apart_by_other_words() -> None:
    assert [run.digits for run in digit_runs("cuenta 123456 y teléfono 654321987")] == ["123456", "654321987"]


def test_a_run_knows_its_place() -> None:
    text = "es el uno dos tres, vale"
    (run,) = digit_runs(text)
    assert text[run.start : run.end] == "uno dos tres"


@given(st.integers(0, 999_999_999_999))
@example(11_001_000)
def test_every_cardinal_is_understood_as_one_number(value: int) -> None:
    (numeral,) = numerals(str(num2words(value, lang="es")))
    assert numeral.value == value


@given(st.text("0123456789", min_size=1, max_size=12))
def test_digits_spoken_one_by_one_come_back(digits: str) -> None:
    spoken = " ".join(str(num2words(int(digit), lang="es")) for digit in digits)
    assert heard_digits(spoken) == digits


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    for run in digit_runs(text):
        assert run.digits.isdecimal()
        assert 0 <= run.start < run.end <= len(text)
