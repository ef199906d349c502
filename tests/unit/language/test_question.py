"""Whether the caller asks, from words, word order, the written mark and the rise together."""

from __future__ import annotations

import pytest

from ivr.language.question import cues_of, question_of

RISEN, FALLEN = 30.0, -20.0


@pytest.mark.parametrize(
    "text",
    [
        "¿Cuándo vence la factura?",
        "cuánto debo este mes",
        "hola buenas a qué hora abren",
        "me puede decir cuándo viene el técnico",
        "está incluido en la tarifa, ¿no?",
        "hay cobertura en lugo",
        "me regala su nombre",
    ],
)
def test_words_and_their_order_ask_without_a_mark_or_a_rise(text: str) -> None:
    assert question_of(text).asks


@pytest.mark.parametrize(
    "text",
    [
        "quiero saber mi saldo",
        "mi número es seis cinco cuatro",
        "tengo la tarifa que contraté en enero",
        "no me funciona internet",
        "que le vaya bien",
        "claro que sí",
        "qué vergüenza de empresa",
        "qué servicio tan malo",
        "muchas gracias, de verdad",
        "sí",
        "",
    ],
)
def test_statements_do_not_ask(text: str) -> None:
    assert not question_of(text).asks


@pytest.mark.parametrize("text", ["la factura es de octubre", "mi número es el cuarenta y dos", "no me funciona", ""])
def test_a_rise_alone_is_no_question(text: str) -> None:
    assert "rise" in cues_of(text, RISEN)
    assert not question_of(text, RISEN).asks


@pytest.mark.parametrize("text", ["puedo pagar con tarjeta", "hay cobertura en Lugo"])
def test_the_verb_in_front_asks_with_a_rise(text: str) -> None:
    assert question_of(text, RISEN).asks
    assert not question_of(text, FALLEN).asks


def test_rise_and_fall_tip_the_scales() -> None:
    said = "el técnico viene mañana"
    falling, unknown, rising = (question_of(said, rise).probability for rise in (FALLEN, None, RISEN))
    assert falling < unknown < rising
    assert cues_of(said, 5.0) == cues_of(said, None)


def test_the_written_mark_decides_even_when_the_voice_falls() -> None:
    assert question_of("¿El técnico viene mañana?", FALLEN).asks


def test_cues_are_named() -> None:
    assert question_of("¿Cuándo vence?").cues == ("mark", "asking word", "accent")
