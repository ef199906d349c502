from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.language.email_dictation import best_email, dictated_email, is_host_in_doubt, respelled, respelled_host


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
        ("Mi correo es Luis Guion, bajo Molina arroba gmail.com", "luis_molina@gmail.com"),
        ("Anaguón, bajo Castro, arroba gmail.com", "ana_castro@gmail.com"),
        ("ugo punto lópez arroba gmail punto com", "hugo.lopez@gmail.com"),
        ("molina arroba yao punto S.", "molina@yahoo.es"),
        ("H de Vuelva, u de Uña, gede gato, odioviedo, punto L de León, arroba gmail.com", "hugo.l@gmail.com"),
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


def test_a_spelled_name_is_taken_with_the_host_of_ones_own_from_before() -> None:
    heard = "eme de Madrid, a de Alicante, erre de Roma, arroba tayeres serrano punto es"
    assert respelled([heard], ["marta@talleresserrano.es"])[0] == "mar@talleresserrano.es"
    assert respelled([heard.replace("tayeres serrano", "yago")], ["x@talleresserrano.es"]) == ["mar@yahoo.es"]
    assert respelled(["no lo sé"], ["marta@talleresserrano.es"]) == []


def test_a_spelled_name_one_letter_off_a_common_one_is_taken_for_it_first() -> None:
    letters = "ese de Sevilla, a de Alicante, ese de Sevilla, te de Toledo, erre de Roma, o de Oviedo"
    heard = f"{letters}, arroba gmail punto com"
    assert respelled([heard], []) == ["castro@gmail.com", "sastro@gmail.com"]


def test_a_host_of_ones_own_is_read_letter_by_letter() -> None:
    heard = ["de de Toledo, el de España, ce de Cáceres, ene de Navarra, uve de Oviedo, punto es", "tecno punto es"]
    assert respelled_host(heard, ["ana@tegno.es"]) == ["ana@tecno.es"]
    assert respelled_host(["arroba tecno punto net"], ["ana@tegno.es"]) == ["ana@tecno.net"]


@pytest.mark.parametrize(
    ("address", "host"),
    [("ana.lopez@tegno.es", True), ("ana.lopez@gmail.com", False), ("zqx@tegno.es", False)],
)
def test_the_part_of_an_address_that_is_no_common_one_is_in_doubt(address: str, *, host: bool) -> None:
    assert is_host_in_doubt(address) is host
