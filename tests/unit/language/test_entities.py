from __future__ import annotations

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.language.dates import settle
from ivr.language.entities import find_entities
from ivr.language.identifiers import phone

NOW = dt.datetime(2026, 11, 23, 17, 0)  # noqa: DTZ001 - local time; a Monday


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("mi cuenta es 123 456", [("account_id", "123456")]),
        ("uno dos tres cuatro cinco seis", [("account_id", "123456")]),
        ("mi teléfono es el 654 32 19 87", [("phone", "654321987")]),
        ("seis cinco cuatro tres dos uno nueve ocho siete", [("phone", "654321987")]),
        ("+34 654 321 987", [("phone", "654321987")]),
        ("+52 55 1234 5678", [("phone", "+525512345678")]),
        ("mi correo es ana punto lópez arroba gmail punto com", [("email", "ana.lopez@gmail.com")]),
        ("Es Ana_22@yahoo.es.", [("email", "ana_22@yahoo.es")]),
        ("pedro guion bajo uno dos arroba hotmail", [("email", "pedro_12@hotmail.com")]),
        ("mi dni es 12345678 Z", [("dni", "12345678Z")]),
        ("el X 1234567 L", [("nie", "X1234567L")]),
        ("me cobraron 37,80 euros", [("amount", "37.80 EUR")]),
        ("treinta y siete euros con ochenta", [("amount", "37.80 EUR")]),
        ("son 1.234,50 €", [("amount", "1234.50 EUR")]),
        ("mil doscientos pesos", [("amount", "1200.00 MXN")]),
        ("mañana a las 10", [("date", "2026-11-24"), ("time", "10:00")]),
        ("el lunes que viene por la mañana", [("date", "2026-11-30")]),
        ("dentro de tres días", [("date", "2026-11-26")]),
        ("pasado mañana a las cinco y media", [("date", "2026-11-25"), ("time", "17:30")]),
        ("el martes 24 a las nueve de la noche", [("date", "2026-11-24"), ("time", "21:00")]),
        ("el 15 de febrero", [("date", "--02-15")]),
        ("el tres de marzo de 2027", [("date", "2027-03-03")]),
        ("a las once menos cuarto", [("time", "10:45")]),
        ("a la una y cuarto", [("time", "13:15")]),
        ("a las 17:30", [("time", "17:30")]),
        ("al mediodía", [("time", "12:00")]),
        ("mi código postal es 28013", [("postal_code", "28013")]),
        ("la tarjeta acabada en 4321", [("card_last4", "4321")]),
        ("ES91 2100 0418 4502 0005 1332", [("iban", "ES9121000418450200051332")]),
        ("E S noventa y uno, 2100 0418 4502 0005 1332", [("iban", "ES9121000418450200051332")]),
        ("el iban es e ese 91 2100 0418 4502 0005 1332", [("iban", "ES9121000418450200051332")]),
        ("DE89 3704 0044 0532 0130 00", [("iban", "DE89370400440532013000")]),
        ("es de e ocho nueve, 3704 0044 0532 0130 00", [("iban", "DE89370400440532013000")]),
        ("DE88 3704 0044 0532 0130 00", []),
        ("la visa que acaba en 4242", [("card_last4", "4242")]),
        ("la mastercard terminada en uno dos tres cuatro", [("card_last4", "1234")]),
        ("es más cincuenta y dos, cincuenta y cinco, doce, 34 56 78", [("phone", "+525512345678")]),
        ("más treinta y cuatro, seis cinco cuatro, 321 987", [("phone", "654321987")]),
        ("me llaman más al 654321987", [("phone", "654321987")]),
        ("mi número de pedido es 987654321", []),
        ("la factura 912345678 está mal", []),
        ("tengo la referencia 6 5 4 3 2 1 9 8 7", []),
        ("por el pedido llámeme al 654321987", [("phone", "654321987")]),
        ("he hecho un pedido, 654321987", [("phone", "654321987")]),
        ("el 31 de febrero", []),
        ("por la mañana", []),
        ("no tengo nada", []),
    ],
)
def test_what_is_named_gets_its_normal_form(text: str, found: list[tuple[str, str]]) -> None:
    assert [(entity.type, entity.value) for entity in find_entities(text, NOW)] == found


def test_a_dni_with_a_wrong_letter_is_none() -> None:
    assert not [entity for entity in find_entities("mi dni es 12345678 A", NOW) if entity.type == "dni"]


def test_an_entity_knows_its_words() -> None:
    text = "Llámeme mañana, por favor"
    (entity,) = find_entities(text, NOW)
    assert entity.text == text[entity.start : entity.end] == "mañana"


@pytest.mark.parametrize(
    ("value", "day"), [("--11-23", "2026-11-23"), ("--11-22", "2027-11-22"), ("--02-29", "2028-02-29")]
)
def test_an_open_year_lies_ahead(value: str, day: str) -> None:
    assert settle(value, NOW.date()) == dt.date.fromisoformat(day)


@pytest.mark.parametrize(
    ("digits", "number"), [("12", None), ("999999999999999", None), ("0034654321987", "654321987")]
)
def test_phone_numbers_are_checked(digits: str, number: str | None) -> None:
    assert phone(digits) == number


@given(st.text(max_size=60))
def test_no_text_breaks_it_and_entities_do_not_overlap(text: str) -> None:
    entities = find_entities(text, NOW)
    for one, next_one in itertools.pairwise(entities):
        assert one.end <= next_one.start
