from __future__ import annotations

import datetime as dt

import pytest

from ivr.language.wording import wording_of

TODAY = dt.date(2026, 11, 27)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("es", "cuarenta y cinco euros con cincuenta"),
        ("en", "forty-five euros and fifty cents"),
        ("ca", "quaranta-cinc euros amb cinquanta cèntims"),
        ("gl", "corenta e cinco euros con cincuenta céntimos"),
        ("pt", "quarenta e cinco euros e cinquenta cêntimos"),
    ],
)
def test_money(language: str, said: str) -> None:
    assert wording_of(language).money("45.50") == said


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("es", "mañana, sábado veintiocho de noviembre"),
        ("en", "tomorrow, Saturday, November the twenty-eighth"),
        ("ca", "demà, dissabte vint-i-vuit de novembre"),
        ("gl", "mañá, sábado vinte e oito de novembro"),
        ("pt", "amanhã, sábado, vinte e oito de novembro"),
    ],
)
def test_days(language: str, said: str) -> None:
    assert wording_of(language).day(dt.date(2026, 11, 28), TODAY) == said


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("es", "a las cinco y media de la tarde"),
        ("en", "at half past five in the afternoon"),
        ("ca", "a dos quarts de sis de la tarda"),
        ("gl", "ás cinco e media da tarde"),
        ("pt", "às cinco e meia da tarde"),
    ],
)
def test_hours(language: str, said: str) -> None:
    assert wording_of(language).at(dt.time(17, 30)) == said


def test_the_year_is_told_when_it_is_another() -> None:
    assert wording_of("en").date(dt.date(2027, 4, 1), TODAY) == "April the first, two thousand and twenty-seven"
    assert wording_of("ca").date(dt.date(2027, 4, 1), TODAY) == "primer d'abril de dos mil vint-i-set"


def test_phones_and_addresses() -> None:
    assert (
        wording_of("pt").phone("+34612345678")
        == "mais trinta e quatro, seis um dois, três quatro cinco, seis sete oito"
    )
    assert wording_of("gl").email("ana.lopez@gmail.com") == "ana punto lopez arroba gmail punto com"
