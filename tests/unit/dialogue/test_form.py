"""Every kind of detail that a form may ask for, in whole conversations: asked, read back, confirmed, noted."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ivr.dialogue.clarifying import CaseFold
from ivr.dialogue.conversation import Message, Speech
from ivr.dialogue.expectation import infer_expectation, slots_of
from ivr.dialogue.form import FormEngine
from ivr.dialogue.persona import Detail
from ivr.dialogue.script import load_script
from ivr.dialogue.tools import ToolCall
from ivr.language.clarification import ClarificationPolicy

if TYPE_CHECKING:
    from typing import Any

NOW = dt.datetime(2026, 11, 24, 10, tzinfo=dt.UTC)
ASK = {
    "phone": "¿Cuál es su número de teléfono?",
    "dni": "¿Me dice su DNI, con la letra?",
    "nie": "¿Me dice su NIE?",
    "iban": "¿Me dice el IBAN de su cuenta?",
    "curp": "¿Me da su CURP?",
    "cuit": "¿Cuál es su CUIT?",
    "card": "¿Cuál es el número de su tarjeta?",
    "postal_code": "¿Cuál es su código postal?",
    "amount": "¿De qué importe fue su última factura?",
}
IBAN = "ES7921000813610123456789"


class FormCall:
    """A call to a form with one detail, with what is asked again before the engine answers."""

    def __init__(self, kind: Any, country: str = "ES") -> None:
        script = load_script("datos")
        persona = script.persona.model_copy(update={"form": [Detail(kind=kind, ask=ASK[kind])]})
        self.script = replace(script, persona=persona, country=country)
        self._fold = CaseFold(self.script, ClarificationPolicy(), frozenset({kind}))
        self._engine = FormEngine(self.script)
        self.messages = [Message("assistant", ASK[kind])]
        self.noted: dict[str, Any] = {}

    def says(self, text: str, *, by_keys: bool = False) -> str:
        """Give what the agent answers."""
        self.messages.append(Message("user", text, by_keys=by_keys))
        case = self._fold.read(self.messages, NOW)
        if case.open is not None:
            answer = case.open.speech.text
        else:
            pieces = self._engine.respond(case.settled, NOW)
            answer = " ".join(piece.text for piece in pieces if isinstance(piece, Speech))
            notes = [piece for piece in pieces if isinstance(piece, ToolCall) and piece.name == "note_detail"]
            self.noted.update({call.arguments["kind"]: call.arguments["value"] for call in notes})
        self.messages.append(Message("assistant", answer))
        return answer


@pytest.mark.parametrize(
    ("kind", "country", "said", "aloud", "noted"),
    [
        ("nie", "ES", "equis uno dos tres cuatro cinco seis siete ele", "letra ele", {"nie": "X1234567L"}),
        ("iban", "ES", "es e ese 79 2100 0813 6101 2345 6789", "e, ese, siete, nueve; dos, uno", {"iban": IBAN}),
        ("card", "ES", "la 4111 1111 1111 1111", "terminada en uno uno uno uno", {"card_last4": "1111"}),
        ("postal_code", "ES", "veintiocho cero trece", "veintiocho, cero uno tres", {"postal_code": "28013"}),
        ("curp", "MX", "BOXW310820HNERXN09", "be, o, equis, uve doble;", {"curp": "BOXW310820HNERXN09"}),
        ("cuit", "AR", "veinte, 05536168, dos", "veinte, cero cinco cinco", {"cuit": "20055361682"}),
        ("phone", "MX", "cincuenta y cinco, 12 34 56 78", "cincuenta y cinco, doce", {"phone": "+525512345678"}),
        ("phone", "CL", "9 6123 4567", "nueve, seis uno dos tres", {"phone": "+56961234567"}),
        ("postal_code", "CO", "11 00 01", "once", {"postal_code": "110001"}),
        ("amount", "CO", "doscientos", "doscientos pesos", {"amount": "200.00 COP"}),
    ],
)
def test_each_kind_is_read_back_and_noted_once_confirmed(
    kind: str, country: str, said: str, aloud: str, noted: dict[str, str]
) -> None:
    call = FormCall(kind, country)
    assert aloud in call.says(said)
    assert not call.noted
    call.says("sí, correcto")
    assert call.noted == noted


@pytest.mark.parametrize(
    ("kind", "country", "keys", "noted"),
    [
        ("iban", "ES", IBAN[2:], {"iban": IBAN}),
        ("dni", "ES", "12345678", {"dni": "12345678Z"}),
        ("card", "ES", "4111111111111111", {"card_last4": "1111"}),
        ("cuit", "AR", "20055361682", {"cuit": "20055361682"}),
        ("postal_code", "MX", "06600", {"postal_code": "06600"}),
        ("phone", "MX", "5512345678", {"phone": "+525512345678"}),
    ],
)
def test_each_kind_of_digits_may_be_keyed(kind: str, country: str, keys: str, noted: dict[str, str]) -> None:
    call = FormCall(kind, country)
    call.says(keys, by_keys=True)
    assert call.noted == noted


@pytest.mark.parametrize(("kind", "keys"), [("iban", "7921000813610123456788"), ("card", "4111111111111112")])
def test_keys_that_fail_the_check_digit_are_asked_for_again(kind: str, keys: str) -> None:
    call = FormCall(kind)
    assert ASK[kind] in call.says(keys, by_keys=True)
    assert not call.noted


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("iban", "ES00 2100 0813 6101 2345 6789"),
        ("card", "4111 1111 1111 1112"),
        ("curp", "BOXW310820HNERXN01"),
        ("nie", "equis 1 2 3"),
    ],
)
def test_a_value_that_is_refused_is_asked_for_at_most_three_times_more(kind: str, said: str) -> None:
    call = FormCall(kind, "MX" if kind == "curp" else "ES")
    answers = [call.says(said) for _ in range(4)]
    assert all("repite" in answer or "otra vez" in answer for answer in answers[:3])
    assert "repite despacio" not in answers[3]
    assert not call.noted


def test_the_caller_is_told_that_a_check_digit_does_not_fit() -> None:
    assert "cuadra" in FormCall("card").says("4111 1111 1111 1112")
    assert "cuadra" not in FormCall("postal_code").says("99 99 99 99")


@pytest.mark.parametrize("kind", ["nie", "iban", "curp", "cuit", "card", "postal_code"])
def test_the_question_for_each_kind_says_what_may_be_heard(kind: str) -> None:
    assert slots_of(*infer_expectation(ASK[kind])) == {kind}


def test_the_length_of_a_phone_number_is_the_countrys() -> None:
    assert infer_expectation(ASK["phone"], "MX")[1] == 10
    assert slots_of(*infer_expectation(ASK["phone"], "MX"), "MX") == {"phone"}


def test_the_last_digits_of_a_card_are_no_card_number() -> None:
    expects, digits = infer_expectation("¿Me dice los cuatro digitos últimos de su tarjeta?")
    assert "card" not in slots_of(expects, digits)
