from __future__ import annotations

import datetime as dt

import pytest

from ivr.dialogue.hearing import hear

NOW = dt.datetime(2026, 11, 23, 10)  # noqa: DTZ001 - local time
PRODUCTS = ["fibra 300", "fibra 600"]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("me quedo con la fibra de trescientos", "product", "fibra 300"),
        ("habla Marta Ruiz", "person", "Marta Ruiz"),
        ("le llamo desde Zaragoza", "city", "Zaragoza"),
        ("vivo en la calle Mayor número 4", "address", "Calle Mayor 4"),
    ],
)
def test_a_turn_knows_the_products_people_and_places_it_names(text: str, kind: str, value: str) -> None:
    heard = hear(text, NOW, account_digits=6, products=PRODUCTS)
    assert heard.value(kind) == value
    assert heard.entities == ()


@pytest.mark.parametrize("text", ["quiero la fibra 600", "es la calle Mayor número 4"])
def test_numbers_in_a_name_are_not_dictated(text: str) -> None:
    assert hear(text, NOW, account_digits=6, products=PRODUCTS).digits == ""


def test_a_dictated_number_beside_a_name_is_heard() -> None:
    heard = hear("soy Ana López, con fibra 600, cuenta 123456", NOW, account_digits=6, products=PRODUCTS)
    assert (heard.digits, heard.value("account_id")) == ("123456", "123456")
