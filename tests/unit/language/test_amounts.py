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


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("cincuenta céntimos", "0.50 EUR"),
        ("solo son 20 céntimos de más", "0.20 EUR"),
        ("un céntimo", "0.01 EUR"),
        ("ochenta centavos", "0.80 MXN"),
        ("cincuenta centavos de dólar", "0.50 USD"),
        ("treinta y siete con ochenta céntimos", "37.80 EUR"),
    ],
)
def test_cents_alone_are_no_whole_currency(said: str, value: str) -> None:
    assert [found.value for found in find_amounts(said)] == [value]
    assert read_amount(said, "EUR") == value


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("me cobran 37'80 euros", "37.80 EUR"),
        ("son 37\u201980 €", "37.80 EUR"),
        ("treinta y nueve noventa y cinco euros", "39.95 EUR"),
        ("eran 39 95 euros", "39.95 EUR"),
        ("mil doscientos noventa y nueve noventa y cinco euros", "1299.95 EUR"),
        ("un euro cincuenta", "1.50 EUR"),
        ("veinte euros y medio", "20.50 EUR"),
        ("euro y medio", "1.50 EUR"),
        ("medio euro", "0.50 EUR"),
        ("dos dólares y medio", "2.50 USD"),
        ("millón y medio de euros", "1500000.00 EUR"),
        ("un millón y medio de pesos", "1500000.00 MXN"),
    ],
)
def test_cents_and_halves_are_read_however_they_are_said(said: str, value: str) -> None:
    assert find_amounts(said)[0].value == value


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("€37,80", "37.80 EUR"),
        ("€ 45", "45.00 EUR"),
        ("200 $", "200.00 USD"),
        ("$1,234.50", "1234.50 USD"),
        ("US$ 45", "45.00 USD"),
        ("1,250 pesos", "1250.00 MXN"),
        ("veinte mil pesos colombianos", "20000.00 COP"),
        ("diez mil pesos argentinos con cincuenta", "10000.50 ARS"),
        ("15.990 pesos chilenos", "15990.00 CLP"),
        ("cuatrocientos pesos mexicanos", "400.00 MXN"),
        ("doscientos soles", "200.00 PEN"),
        ("300 COP", "300.00 COP"),
    ],
)
def test_each_currency_is_known_before_and_after_its_number(said: str, value: str) -> None:
    assert find_amounts(said)[0].value == value


@pytest.mark.parametrize(
    ("said", "value", "words"),
    [
        ("me han cobrado treinta y siete con ochenta", "37.80 EUR", "treinta y siete con ochenta"),
        ("pago 39,99 al mes", "39.99 EUR", "39,99"),
        ("pago cuarenta al mes por internet", "40.00 EUR", "cuarenta"),
        ("la factura es de 45,90", "45.90 EUR", "45,90"),
        ("la última cuota fueron cincuenta y dos con diez", "52.10 EUR", "cincuenta y dos con diez"),
        ("me sale por veintinueve con noventa", "29.90 EUR", "veintinueve con noventa"),
    ],
)
def test_what_is_charged_or_paid_needs_no_currency(said: str, value: str, words: str) -> None:
    found = find_amounts(said)[0]
    assert (found.value, said[found.start : found.end]) == (value, words)


@pytest.mark.parametrize(
    "said",
    [
        "estoy a treinta y siete con ochenta de fiebre",
        "mi teléfono es el seis doce con treinta",
        "pago con mi número seis doce con treinta",
        "me cobran un 21,5 por ciento",
        "me cobran el 21,5 de IVA",
        "gasto 2,5 gigas al mes",
        "pago dos veces al mes",
        "pago el 15",
        "mire la página 12,5",
        "me cobraron a las 12.30",
        "hace un sol de justicia",
        "la versión 2.5",
    ],
)
def test_numbers_that_are_no_price_are_left_alone(said: str) -> None:
    assert find_amounts(said) == []


@pytest.mark.parametrize(
    ("said", "values"),
    [
        ("unos veinte treinta euros", ["30.00 EUR"]),
        ("la factura de 2026 95 euros", ["95.00 EUR"]),
        ("pagué a las cinco treinta euros", ["30.00 EUR"]),
        ("uno dos tres euros", ["3.00 EUR"]),
        ("seis doce treinta euros", ["30.00 EUR"]),
        ("son veinte euros y media hora", ["20.00 EUR"]),
        ("son 20 euros 12 meses", ["20.00 EUR"]),
    ],
)
def test_neighbouring_numbers_are_joined_only_as_a_price(said: str, values: list[str]) -> None:
    assert [found.value for found in find_amounts(said)] == values


def test_the_words_of_an_amount_are_whole() -> None:
    (found,) = find_amounts("un euro")
    assert (found.start, found.end) == (0, len("un euro"))


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
        ("37'80", "37.80 EUR"),
        ("treinta y nueve noventa y cinco", "39.95 EUR"),
        ("veinte y medio", "20.50 EUR"),
        ("1,250", "1250.00 EUR"),
        ("uno, dos, tres", None),
        ("no lo sé", None),
    ],
)
def test_the_answer_to_how_much_needs_no_currency(said: str, value: str | None) -> None:
    assert read_amount(said, "EUR") == value


@given(st.integers(0, 999_999), st.integers(0, 99))
def test_every_amount_that_the_agent_says_is_understood(euros: int, cents: int) -> None:
    said = money_words(f"{euros}.{cents:02}")
    if euros or cents:
        assert read_amount(said, "EUR") == f"{euros}.{cents:02} EUR", said


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    for found in find_amounts(text):
        assert 0 <= found.start < found.end <= len(text)
