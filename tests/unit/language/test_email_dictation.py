from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.language.email_dictation import best_email, dictated_email


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("ana punto lópez arroba gmail punto com", "ana.lopez@gmail.com"),
        ("Mi correo es Ana.Lopez@Ejemplo.com.", "ana.lopez@ejemplo.com"),
        ("Sí, apunte, prieto 11 a roba y hago punto es.", "prieto11@yahoo.es"),
        ("Luis.vidalarobagmael.com", "luis.vidal@gmail.com"),
        ("Marta guión bajo romero arroba od mal punto com", "marta_romero@hotmail.com"),
        ("Es Molina 50 y 7 de Arroba Odmal.com", "molina57@hotmail.com"),
        ("ge a erre ce i a arroba outlook punto es", "garcia@outlook.es"),
        ("G-A-R-C-I-A-5, arroba, gmail.com", "garcia5@gmail.com"),
        ("ana guion lópez arroba gmail punto com", "ana-lopez@gmail.com"),
        ("info arroba talleres cerrano punto es", "info@talleresserrano.es"),
        ("la.rosa@gmail.com", "la.rosa@gmail.com"),
        ("apunteprieto11@yahoo.es", "apunteprieto11@yahoo.es"),
        ("sí, apunte, ana arroba gmail punto com", "ana@gmail.com"),
        ("no tengo correo", None),
        ("arroba gmail punto com", None),
        ("ana arroba", None),
    ],
)
def test_a_dictated_address_is_read(said: str, address: str | None) -> None:
    assert dictated_email(said) == address


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    address = dictated_email(text)
    assert address is None or address.count("@") == 1


def test_an_address_is_put_together_from_the_best_parts() -> None:
    heard = [
        "Por que Castro 86 arroba talleres serrano.es",
        "Jorge Castro 86, arroba tallercerano.es",
        "Por que Castro 86 arroba taller ese rano.es.",
    ]
    assert best_email(heard) == "jorgecastro86@talleresserrano.es"
    assert best_email(["no lo sé"]) is None
