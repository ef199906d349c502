from __future__ import annotations

from typing import Any

import pytest

from ivr.db.crm_tools import TOOLS
from ivr.dialogue.conversation import Message
from ivr.dialogue.plausibility import known_numbers, wrong_with_amount, wrong_with_call, wrong_with_speech
from ivr.dialogue.tools import Tool, ToolCall, ToolResult

ACCOUNT = Message("user", "La cuenta uno dos tres, cuatro cinco seis. 12345, y el teléfono 612 34 56 78.")
ASKED = [ACCOUNT, Message("assistant", "¿Confirma la baja?"), Message("user", "Sí, lo confirmo.")]


def judged(name: str, messages: list[Message] = ASKED, **arguments: Any) -> str:
    return wrong_with_call(ToolCall(name, arguments, "k"), TOOLS, messages)


@pytest.mark.parametrize(
    "text",
    [
        '{"name": "get_account_balance"}',
        '"account_id": "123456"',
        "<tool_call>",
        "</think>",
        "<|im_end|>",
        "[TOOL_CALLS]",
        "[/INST]",
        "```json",
        "Uso get_account_balance para verlo.",
        "**{}**",
    ],
)
def test_code_and_markup_never_reach_an_ear(text: str) -> None:
    assert wrong_with_speech(text, TOOLS)


@pytest.mark.parametrize(
    "text",
    [
        "Su saldo es de 37,80 euros.",
        "Su correo es ana_lopez@ejemplo.com, ¿verdad?",
        "¡Claro! Atendemos de 9:00 a 20:00 (de lunes a viernes).",
        "Le paso con [un compañero].",
        'Ha dicho "baja", ¿es correcto?',
    ],
)
def test_plain_speech_passes(text: str) -> None:
    assert not wrong_with_speech(text, TOOLS)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("borrar_todo", {}),
        ("get_account_balance", {}),
        ("get_account_balance", {"cuenta": "123456"}),
        ("get_account_balance", {"account_id": "123456", "extra": 1}),
        ("get_account_balance", {"account_id": {"value": "123456"}}),
        ("get_account_balance", {"account_id": ["123456"]}),
        ("get_account_balance", {"account_id": None}),
        ("update_contact_info", {"account_id": "123456", "field": "address", "value": "calle Mayor"}),
        ("schedule_callback", {"phone": "612345678", "date": "2026-12-01", "time": "10:00", "account_id": {}}),
    ],
)
def test_a_function_or_arguments_that_do_not_exist_are_told(name: str, arguments: dict[str, Any]) -> None:
    assert judged(name, **arguments)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("get_account_balance", {"account_id": "123456"}),
        ("get_account_balance", {"account_id": "12345"}),
        ("get_account_balance", {"account_id": 123456}),
        ("schedule_callback", {"phone": "612345678", "date": "mañana", "time": "10:00"}),
        ("schedule_callback", {"phone": "612345678", "date": "2026-12-01", "time": "10:00", "account_id": None}),
        ("schedule_callback", {"phone": "612345678", "date": "2026-12-01", "time": "10:00", "account_id": "12"}),
        ("end_call", {}),
    ],
)
def test_a_value_that_the_caller_may_have_said_wrong_is_the_functions_to_answer(
    name: str, arguments: dict[str, Any]
) -> None:
    assert not judged(name, **arguments)


@pytest.mark.parametrize(
    ("heard", "allowed"),
    [
        ("Sí, lo confirmo.", True),
        ("Sí, adelante.", True),
        ("Quiero darme de baja, pero antes dígame mi saldo.", False),
        ("No, déjelo.", False),
        ("¿Sí?", False),
        ("Bueno, no sé.", False),
    ],
)
def test_nothing_is_cancelled_without_a_yes_in_the_turn(heard: str, allowed: bool) -> None:
    told = judged("cancel_service", [*ASKED[:2], Message("user", heard)], account_id="123456")
    assert (told == "") is allowed


def test_a_yes_of_an_earlier_turn_does_not_count() -> None:
    assert judged("cancel_service", [*ASKED, Message("user", "¿Qué día vence?")], account_id="123456")
    assert judged("cancel_service", [*ASKED, Message("assistant", "Un momento.")], account_id="123456")


def test_a_schema_that_is_none_is_told_and_not_raised() -> None:
    tool = Tool("odd", "", {"type": "no such type"})
    assert wrong_with_call(ToolCall("odd", {"a": 1}, "k"), [tool], ASKED)


@pytest.mark.parametrize(
    ("account", "allowed"), [("123456", True), ("123 456", True), ("908172", False), ("654321", False), (908172, False)]
)
def test_a_number_that_nobody_said_is_no_argument(account: object, allowed: bool) -> None:
    assert (judged("get_account_balance", account_id=account) == "") is allowed


def test_a_number_said_in_two_turns_and_one_that_a_function_told_are_arguments() -> None:
    halves = [Message("user", "654"), Message("assistant", "Siga."), Message("user", "tres dos uno")]
    assert not judged("get_account_balance", halves, account_id="654321")
    told = Message("tool", result=ToolResult("k", "get_account_balance", ok=True, data={"phone": "698765432"}))
    arguments = {"phone": "698765432", "date": "2026-12-01", "time": "10:00"}
    assert not judged("schedule_callback", [*halves, told], **arguments)
    assert judged("schedule_callback", halves, **arguments)


RESULT = ToolResult("k", "get_account_balance", ok=True, data={"balance": "37.80", "price": 30.0, "due": "2026-12-09"})
TOLD = known_numbers(
    [
        Message("system", "Tenemos fibra de seiscientos megas por treinta y cinco."),
        Message("user", "Me cobraron veinte euros con diez."),
        Message("tool", result=RESULT),
    ]
)


@pytest.mark.parametrize(
    "clause",
    [
        "Su saldo es de 37,80 euros.",
        "Debe treinta y siete euros con ochenta céntimos.",
        "La cuota es de treinta euros al mes.",
        "La fibra cuesta treinta y cinco euros.",
        "Le cobraron 20,10 euros.",
        "Vence el nueve de diciembre, dentro de doce días.",
    ],
)
def test_an_amount_that_somebody_told_may_be_named(clause: str) -> None:
    assert not wrong_with_amount(clause, TOLD)


@pytest.mark.parametrize(
    "clause", ["Su saldo es de 100 euros.", "Le devolvemos cincuenta euros.", "Son 37,08 euros.", "Debe mil euros."]
)
def test_an_amount_that_nobody_told_is_made_up(clause: str) -> None:
    assert wrong_with_amount(clause, TOLD)
