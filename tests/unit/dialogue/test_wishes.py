from __future__ import annotations

import datetime as dt

import pytest

from ivr.dialogue.hearing import hear
from ivr.dialogue.wishes import beyond_refusal, parts, takes_back
from ivr.language.words import plain


@pytest.mark.parametrize(
    ("text", "wishes"),
    [
        ("mi saldo y también el horario", ["mi saldo", "el horario"]),
        ("Quería dos cosas: pagar y, además, una cita", ["pagar", "una cita"]),
        ("el saldo", ["el saldo"]),
        ("me voy porque es caro y va mal", ["me voy porque es caro y va mal"]),
        ("", [""]),
    ],
)
def test_wishes_are_cut_at_what_joins_them(text: str, wishes: list[str]) -> None:
    assert parts(text) == wishes


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("no, quiero mi saldo", "quiero mi saldo"),
        ("Pues no, gracias. Pero dígame el horario", "dígame el horario"),
        ("No es que también quería el saldo", "quería el saldo"),
        ("no", ""),
        ("no, gracias", ""),
        ("no quiero mi saldo", ""),
        ("nada más", ""),
        ("sí, quiero", ""),
    ],
)
def test_what_follows_a_refusal_is_found(text: str, rest: str) -> None:
    assert beyond_refusal(text) == rest


@pytest.mark.parametrize(
    "text",
    [
        "no, déjelo como estaba",
        "mejor no lo cambie",
        "al final no quiero hacerlo",
        "no me lo cancele, por favor",
        "me arrepentí",
        "he cambiado de opinión",
        "ya les llamo yo",
        "me quedo con ustedes",
    ],
)
def test_a_wish_is_taken_back_in_many_ways(text: str) -> None:
    assert takes_back(plain(text))


@pytest.mark.parametrize(
    "text",
    [
        "no, es el 612345678",
        "no quiero cambiar el teléfono, quiero cambiar el correo",
        "cancélelo ya",
        "mejor no el lunes, el martes",
        "me arrepiento de haber contratado con ustedes",
        "no me quedo sin línea, ¿verdad?",
        "no",
    ],
)
def test_another_wish_takes_nothing_back(text: str) -> None:
    assert not takes_back(plain(text))


NOW = dt.datetime(2026, 11, 23, 17, 0)  # noqa: DTZ001 - local time


@pytest.mark.parametrize("text", ["es la uno dos tres cuatro cinco seis", "la 1 23456"])
def test_a_whole_number_is_no_hour(text: str) -> None:
    heard = hear(text, NOW, account_digits=6)
    assert (heard.digits, heard.value("time")) == ("123456", None)


@pytest.mark.parametrize("text", ["a las cinco, seis uno dos, tres cuatro cinco, seis siete ocho", "a la una y media"])
def test_an_hour_before_a_number_is_one(text: str) -> None:
    assert hear(text, NOW, account_digits=6).value("time") is not None
