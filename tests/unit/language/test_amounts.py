from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.language.amounts import find_amounts, read_amount
from ivr.language.spoken import money_words


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("ciento veinte euros con cincuenta", "120.50 EUR"),
        ("ciento veinte con cincuenta euros", "120.50 EUR"),
        ("mil doscientos euros", "1200.00 EUR"),
        ("6.970 y 2 euros, con 68 centimos.", "6972.68 EUR"),
        ("10.770 y 1 euros con 30 y 2 céntimos", "10771.32 EUR"),
        ("veintiún euros", "21.00 EUR"),
        ("medio millón de pesos", "500000.00 MXN"),
        ("1.250,50 €", "1250.50 EUR"),
        ("45,9 euros", "45.90 EUR"),
        ("veinte euros y cinco céntimos", "20.05 EUR"),
        ("veinte euros treinta céntimos", "20.30 EUR"),
        ("cien dólares", "100.00 USD"),
    ],
)
def test_an_amount_is_found_with_its_currency(said: str, value: str) -> None:
    assert find_amounts(said)[0].value == value


def test_a_number_after_an_amount_is_not_its_cents() -> None:
    assert [found.value for found in find_amounts("son 20 euros, 3 meses")] == ["20.00 EUR"]


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("cuarenta y cinco con noventa", "45.90 EUR"),
        ("45,90", "45.90 EUR"),
        ("pues mil doscientos", "1200.00 EUR"),
        ("cuarenta y cinco coma cinco", "45.05 EUR"),
        ("son 37 euros", "37.00 EUR"),
        ("uno, dos, tres", None),
        ("no lo sé", None),
    ],
)
def test_the_answer_to_how_much_needs_no_currency(said: str, value: str | None) -> None:
    assert read_amount(said, "EUR") == value


@given(st.integers(0, 999_999), st.integers(0, 99))
def test_every_amount_that_the_agent_says_is_understood(euros: int, cents: int) -> None:
    said = money_words(f"{euros}.{cents:02}")
    if euros:
        assert read_amount(said, "EUR") == f"{euros}.{cents:02} EUR", said


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    for found in find_amounts(text):
        assert 0 <= found.start < found.end <= len(text)
