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
        ("me llamo Laura Gómez", "Laura Gómez"),
        ("mi nombre es guillermo echeverría", "Guillermo Echeverría"),
        ("me llamo pedro etxeberria garai, y no tengo línea", "Pedro Etxeberria Garai"),
        ("me llamo juan gracias", "Juan"),
        ("me llamo juan y llamo por la factura", "Juan"),
        ("mi nombre y apellidos son Marta Ruiz Echevarría", "Marta Ruiz Echevarría"),
        ("mi apellido es López", "López"),
        ("mi apellido es oyarzábal", "Oyarzábal"),
        ("mis apellidos son García Pérez", "García Pérez"),
        ("aquí Manolo", "Manolo"),
        ("buenas, aquí Rosa Guerrero", "Rosa Guerrero"),
        ("al habla Carmen Soto", "Carmen Soto"),
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
        "aquí no funciona nada",
        "mi apellido es muy largo",
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
        ("vivo en la calle mayor sin fibra", "Calle Mayor"),
        ("Plaza de España sin número", "Plaza de España s/n"),
        ("vivo en la calle 14 de abril número 3", "Calle 14 de Abril 3"),
        ("plaza 2 de mayo, 7, 1º A", "Plaza 2 de Mayo 7, 1º A"),
        ("calle 15 de mayo", "Calle 15 de Mayo"),
        ("calle 8 número 12", "Calle 8 12"),
        ("Gran Vía 32", "Gran Vía 32"),
        ("vivo en Gran Vía", "Gran Vía"),
        ("la Gran Vía de Colón 10, 3º B", "Gran Vía de Colón 10, 3º B"),
        ("carrer de Balmes 21", "Carrer de Balmes 21"),
        ("carrer d'Aribau 12", "Carrer d'Aribau 12"),
        ("rúa do Vilar 12", "Rúa do Vilar 12"),
    ],
)
def test_street_addresses_are_found_with_house_and_floor(text: str, value: str) -> None:
    assert named(text) == [("address", value)]


@pytest.mark.parametrize(
    "text",
    [
        "estoy en la calle y no tengo cobertura",
        "en mi calle no hay fibra",
        "la calle de abajo",
        "la cuesta de enero",
        "carretera 4",
        "estoy en la calle 3 horas",
        "la Gran Vía está cortada",
    ],
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
        ("vivo en Alba de Tormes", ["Alba de Tormes"]),
        ("soy de Arenas de San Pedro", ["Arenas de San Pedro"]),
        ("vivo en la Comunidad de Madrid", ["Madrid"]),
        ("eme de Madrid, a de Alicante, ce de Cáceres", []),
        ("acaba con ese de Sevilla", []),
        ("el técnico ese de Sevilla", ["Sevilla"]),
        ("de Gijón o de Oviedo", ["Gijón", "Oviedo"]),
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


def test_a_day_that_is_somebodys_name_is_no_date() -> None:
    assert named("me llamo Domingo Vega") == [("person", "Domingo Vega")]
    assert named("me llamo Ana Vega, llámeme el domingo") == [("person", "Ana Vega"), ("date", "2026-11-29")]


def test_a_person_and_the_town_of_the_same_name_are_two() -> None:
    assert named("me llamo Alba y vivo en Alba de Tormes") == [("person", "Alba"), ("city", "Alba de Tormes")]


def test_the_word_that_tells_a_letter_is_no_city() -> None:
    assert named("doce tres cuatro cinco seis siete ocho zeta de Zaragoza") == [("dni", "12345678Z")]


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
