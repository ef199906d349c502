from __future__ import annotations

import pytest

from ivr.language.readback import grouped, read_back, spelled_email


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        ("phone", "612345678", "seis uno dos, treinta y cuatro, cincuenta y seis, setenta y ocho"),
        ("phone", "600010203", "seis cero cero, cero uno, cero dos, cero tres"),
        ("phone", "+523001020304", "más cincuenta y dos, treinta, cero uno, cero dos, cero tres, cero cuatro"),
        ("phone", "+541145678901", "más cincuenta y cuatro, once, cuatro cinco seis siete, ocho nueve cero uno"),
        ("phone", "+573102345678", "más cincuenta y siete, tres uno cero, dos tres cuatro, cinco seis siete ocho"),
        ("phone", "+12025550123", "más uno dos cero, dos cinco cinco, cinco cero uno, dos tres"),
        ("dni", "12345678Z", "doce, tres cuatro cinco, seis siete ocho, letra zeta de Zaragoza"),
        ("dni", "X1234567L", "equis de xilófono, uno, dos tres cuatro, cinco seis siete, letra ele de León"),
        ("email", "ana.lopez@gmail.com", "ana punto lopez arroba gmail punto com"),
        ("amount", "45.50 EUR", "cuarenta y cinco euros con cincuenta"),
        ("amount", "1200.00 MXN", "mil doscientos pesos"),
        ("date", "2026-03-03", "tres de marzo de dos mil veintiséis"),
        ("date", "--03-03", "tres de marzo"),
        ("time", "17:30", "las cinco y media de la tarde"),
        ("card", "4111111111111111", "la terminada en uno uno uno uno"),
        ("postal_code", "28013", "veintiocho, cero uno tres"),
        ("cuit", "20055361682", "veinte, cero cinco cinco, tres seis uno, sesenta y ocho, dos"),
        ("iban", "ES7921", "e, ese, siete, nueve; dos, uno"),
        ("curp", "BOXW", "be, o, equis, uve doble"),
        ("account_id", "654321", "seis cinco cuatro, tres dos uno"),
        ("name", "Ana", "Ana"),
    ],
)  # fmt: skip
def test_a_value_is_read_back_as_people_group_it(kind: str, value: str, said: str) -> None:
    assert read_back(kind, value) == said


def test_digits_over_the_groups_are_said_too() -> None:
    assert grouped("12345", (2, 2)) == "doce, treinta y cuatro, cinco"


def test_the_name_of_an_address_is_spelled_when_it_is_short() -> None:
    assert spelled_email("ana_5@gmail.com") == "a, ene, a, guion bajo, cinco, arroba gmail punto com"
    assert (
        spelled_email("un.nombre.muy.largo@gmail.com") == "un punto nombre punto muy punto largo arroba gmail punto com"
    )
