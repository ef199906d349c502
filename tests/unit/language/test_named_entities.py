from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.language.named_entities import find_all, find_named
from ivr.language.places import CITIES
from ivr.language.words import fold

NOW = dt.datetime(2026, 11, 25, 9)  # noqa: DTZ001 - local time
PIECES = [
    "calle",
    "vivo en",
    "de",
    "Ana",
    "López",
    "Madrid",
    "fibra 300",
    "600",
    "14",
    "3º B",
    "me llamo",
    ",",
    "28002",
]
PRODUCTS = ("fibra 300", "fibra 600", "móvil 50 gigas")


def named(text: str) -> list[tuple[str, str]]:
    return [(entity.type, entity.value) for entity in find_all(text, NOW, PRODUCTS)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("me llamo María del Carmen Gutiérrez", "María del Carmen Gutiérrez"),
        ("me llamo juan pérez y quiero mi factura", "Juan Pérez"),
        ("quiero hablar con Antonio García del departamento técnico", "Antonio García"),
        ("la línea está a nombre de Rosa Guerrero Lara", "Rosa Guerrero Lara"),
        ("el señor Iglesias me dijo que me llamarían", "Iglesias"),
        ("¿me pasa con Laura Sanz?", "Laura Sanz"),
        ("Soy Marta", "Marta"),
    ],
)
def test_people_are_found(text: str, value: str) -> None:
    assert named(text) == [("person", value)]


@pytest.mark.parametrize(
    "text",
    [
        "soy cliente desde hace años",
        "soy el titular de la línea",
        "quiero hablar con una persona",
        "me llamo y no contesta nadie",
        "Hola, buenos días. Quería hablar con Marketing.",
        "la aplicación se llama Mi Telenova",
    ],
)
def test_other_words_are_no_people(text: str) -> None:
    assert named(text) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("es la calle Gran Vía número 32, segundo izquierda", "Calle Gran Vía 32, segundo izquierda"),
        ("vivo en la calle gran vía treinta y dos segundo izquierda", "Calle Gran Vía 32, segundo izquierda"),
        ("avenida de América 14, 3º B", "Avenida de América 14, 3º B"),
        ("mi dirección es Paseo de la Castellana 200", "Paseo de la Castellana 200"),
        ("ronda de Valencia 12, piso 4, puerta C", "Ronda de Valencia 12, piso 4, puerta C"),
        ("mi domicilio está en la avenida del puerto, sin número", "Avenida del Puerto s/n"),
        ("vivo en la calle mayor", "Calle Mayor"),
    ],
)
def test_street_addresses_are_found_with_house_and_floor(text: str, value: str) -> None:
    assert named(text) == [("address", value)]


@pytest.mark.parametrize(
    "text",
    ["estoy en la calle y no tengo cobertura", "en mi calle no hay fibra", "la calle de abajo", "la cuesta de enero"],
)
def test_a_street_without_a_name_is_no_address(text: str) -> None:
    assert named(text) == []


@pytest.mark.parametrize(
    ("text", "cities"),
    [
        ("me mudo de León a Oviedo el mes que viene", ["León", "Oviedo"]),
        ("llamo desde granada", ["Granada"]),
        ("no, Santa Cruz de Tenerife", ["Santa Cruz de Tenerife"]),
        ("Madrid", ["Madrid"]),
        ("me queda la palma de la mano roja", []),
    ],
)
def test_cities_are_found_by_name_and_place(text: str, cities: list[str]) -> None:
    assert named(text) == [("city", city) for city in cities]


def test_an_address_keeps_its_numbers_and_stands_beside_its_city() -> None:
    assert named("avenida de América 14, 3º B, 28002 Madrid") == [
        ("address", "Avenida de América 14, 3º B"),
        ("postal_code", "28002"),
        ("city", "Madrid"),
    ]


def test_a_person_and_the_city_they_call_from_are_two() -> None:
    assert named("habla Guadalupe Hernández de Puebla") == [("person", "Guadalupe Hernández"), ("city", "Puebla")]


def test_products_are_found_however_their_numbers_are_said() -> None:
    assert named("la fibra óptica de 300 y el móvil de cincuenta gigas") == [
        ("product", "fibra 300"),
        ("product", "móvil 50 gigas"),
    ]
    assert named("la fibra de seiscientos megas") == [("product", "fibra 600")]


def test_where_nothing_is_sold_no_product_is_found() -> None:
    assert find_named("la fibra de 600") == []


def test_numbers_outside_names_are_found_as_ever() -> None:
    assert named("soy Ana López, cuenta 123456, de Vigo") == [
        ("person", "Ana López"),
        ("account_id", "123456"),
        ("city", "Vigo"),
    ]


def test_every_city_is_found_where_it_is_named() -> None:
    missed = [city for city in CITIES.values() if ("city", city) not in named(f"le llamo desde {city}")]
    assert missed == []


@given(st.lists(st.sampled_from(PIECES)))
def test_what_is_found_lies_in_the_text_and_does_not_overlap(words: list[str]) -> None:
    text = " ".join(words)
    found = find_all(text, NOW, PRODUCTS)
    for entity in found:
        assert text[entity.start : entity.end] == entity.text
        assert entity.text
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert all(fold(entity.value) for entity in found)
