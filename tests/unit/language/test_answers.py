from __future__ import annotations

import pytest

from ivr.language.answers import Answer, answer, is_firm_yes

YES = """sí|Sí, claro.|vale|correcto|eso es|Si|claro que sí|bueno, sí|por supuesto|de acuerdo|ok|perfecto
Sí, por favor|exacto|ya|bien|adelante|confirmo|pues sí|está bien|así es|órale|ándele pues|me parece bien
no hay problema|Bale|no tengo inconveniente"""
NO = """no|no, gracias|para nada|que no|No.|mejor no|creo que no|todavía no|en absoluto|claro que no|ni hablar
sí, pero mejor no|qué va|no, no es correcto|me he equivocado|pues no|no quiero|ahora no|nada, gracias
bueno, no"""
UNCLEAR = """no sé|no lo sé|quizás|si no te importa|¿cómo?|quiero saber mi saldo|es que no lo tengo claro
mañana a las diez||...|si puedo|quiero hablar con alguien|eso no funciona|quiero romper el contrato
no entiendo"""
FIRM = """sí|Sí, cancélelo|sí, confirmo|correcto|vale, de acuerdo|adelante|eso es|sí, por favor|Exacto."""
SHAKY = """sí, pero antes dígame cuánto cuesta|bueno, es que no lo tengo claro|ya|bien|ajá|sí, no sé|quiero
sí si no cuesta nada|no|sí, un momento, que antes quiero preguntar una cosa"""


@pytest.mark.parametrize("text", YES.replace("\n", "|").split("|"))
def test_yes_is_heard(text: str) -> None:
    assert answer(text) is Answer.YES


@pytest.mark.parametrize("text", NO.replace("\n", "|").split("|"))
def test_no_is_heard(text: str) -> None:
    assert answer(text) is Answer.NO


@pytest.mark.parametrize("text", UNCLEAR.replace("\n", "|").split("|"))
def test_doubt_is_neither(text: str) -> None:
    assert answer(text) is Answer.UNCLEAR


@pytest.mark.parametrize("text", FIRM.replace("\n", "|").split("|"))
def test_a_firm_yes_may_be_acted_on(text: str) -> None:
    assert is_firm_yes(text)


@pytest.mark.parametrize("text", SHAKY.replace("\n", "|").split("|"))
def test_a_shaky_yes_may_not(text: str) -> None:
    assert not is_firm_yes(text)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Si es correcto.", Answer.YES),
        ("si, es correcta", Answer.YES),
        ("Si está bien", Answer.YES),
        ("vale, si es ese", Answer.YES),
        ("Si es correcto, pero no lo haga", Answer.NO),
        ("si es posible", Answer.UNCLEAR),
    ],
)
def test_a_yes_written_without_its_accent_is_a_yes(text: str, meant: Answer) -> None:
    assert answer(text) is meant
