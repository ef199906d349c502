from __future__ import annotations

import pytest

from ivr.dialogue.conversation import Expectation
from ivr.dialogue.expectation import infer_expectation, slots_of


@pytest.mark.parametrize(
    ("question", "expects", "digits"),
    [
        ("¿Me dice su número de cuenta, por favor? Son seis cifras.", Expectation.DIGITS, 6),
        ("Para localizarte, ¿me das tu número de cuenta de 6 dígitos?", Expectation.DIGITS, 6),
        ("Dígame su teléfono.", Expectation.DIGITS, 9),
        ("¿Cuál es su DNI?", Expectation.DOCUMENT, 8),
        ("¿De qué importe es la factura?", Expectation.AMOUNT, 0),
        ("¿Me indica su número de contrato?", Expectation.DIGITS, 0),
        ("¿Cuál es su correo electrónico?", Expectation.EMAIL, 0),
        ("¿Qué día le viene bien?", Expectation.DATE, 0),
        ("¿Cuándo quiere que le llamemos?", Expectation.DATE, 0),
        ("¿A qué hora le viene bien?", Expectation.DATE, 0),
        ("¿Confirma que quiere cancelar el servicio?", Expectation.YES_NO, 0),
        ("Su teléfono es el 654 321 987, ¿es correcto?", Expectation.YES_NO, 0),
        ("¿Puedo ayudarle en algo más?", Expectation.YES_NO, 0),
        ("¿Quieres que te pase con una persona?", Expectation.YES_NO, 0),
        ("¿Cómo se llama?", Expectation.NAME, 0),
        ("¿En qué calle vive?", Expectation.ADDRESS, 0),
        ("¿Cuál es su dirección de correo electrónico?", Expectation.EMAIL, 0),
        ("¿De qué población es?", Expectation.CITY, 0),
        ("¿Qué tarifa tiene contratada?", Expectation.PRODUCT, 0),
        ("¿Quiere que cambiemos la tarifa?", Expectation.YES_NO, 0),
        ("¿En qué puedo ayudarle?", Expectation.ANY, 0),
        ("Su saldo es de 45 euros.", Expectation.ANY, 0),
        ("", Expectation.ANY, 0),
    ],
)
def test_a_question_tells_what_it_wants(question: str, expects: Expectation, digits: int) -> None:
    assert infer_expectation(question) == (expects, digits)


@pytest.mark.parametrize(
    ("expects", "digits", "slots"),
    [
        (Expectation.DIGITS, 9, {"phone"}),
        (Expectation.DIGITS, 8, {"dni"}),
        (Expectation.DIGITS, 6, {"account_id"}),
        (Expectation.EMAIL, 0, {"email"}),
        (Expectation.NAME, 0, {"person"}),
        (Expectation.ADDRESS, 0, {"address"}),
        (Expectation.CITY, 0, {"city"}),
        (Expectation.PRODUCT, 0, {"product"}),
        (Expectation.ANY, 0, set()),
    ],
)
def test_an_expected_answer_names_the_types_of_value_it_may_hold(
    expects: Expectation, digits: int, slots: set[str]
) -> None:
    assert slots_of(expects, digits) == slots
