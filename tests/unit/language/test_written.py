from __future__ import annotations

import datetime as dt

import pytest

from ivr.language.written import written

NOW = dt.datetime(2026, 11, 25, 10)  # noqa: DTZ001 - local time is meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Son veintiún euros.", "Son 21 €."),
        ("marque cero nueve uno", "marque 091"),
        ("medio millón de personas", "500.000 personas"),
        ("debo medio millón de euros", "debo 500.000 €"),
        ("treinta y siete euros con ochenta céntimos", "37,80 €"),
        ("el veintiuno coma cinco por ciento", "el 21,5 %"),
        ("es seis cinco cuatro, treinta y dos, diecinueve ochenta y siete", "es 654321987"),
        ("Es ana punto lópez arroba gmail punto com, ¿vale?", "Es ana.lopez@gmail.com, ¿vale?"),
        ("Mi DNI es 12345678 Z.", "Mi DNI es 12345678Z."),
        ("el dos de marzo a las cinco y media", "el 2 de marzo a las 17:30"),
        ("a la una y media de la tarde", "a la 13:30"),
    ],
)
def test_what_is_said_is_written_as_people_write_it(said: str, meant: str) -> None:
    assert written(said, NOW) == meant


@pytest.mark.parametrize(
    "text",
    ["", "quería uno de los dos", "una duda de un mes", "la versión 2.5 del 3.4", "el 91 234 56 78", "mañana no puedo"],
)
def test_words_that_are_no_number_and_digits_stay(text: str) -> None:
    assert written(text, NOW) == text
