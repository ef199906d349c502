"""What proves who calls, besides the account: said by the caller, checked by the operator, three tries, no trace."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from ivr.dialogue.conversation import Message
from ivr.dialogue.local import LocalEngine
from ivr.dialogue.permission import without_proofs
from ivr.dialogue.script import load_script, with_guides
from ivr.dialogue.tools import ToolCall, ToolResult
from ivr.errors import ConfigError
from ivr.functions.contract import Contract
from ivr.functions.declared import load_functions
from ivr.functions.identity import Identity
from ivr.ports import CallContext
from tests.unit.dialogue.conftest import Caller

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.functions.declared import DeclaredFunctions

CODE = """
from ivr.errors import WrongProof
done = []
def close(account_id, postal_code):
    if postal_code != "28013":
        raise WrongProof("no")
    done.append(account_id)
    return {}
"""
FILE = """functions:
  - name: close_line
    description: Closes the line for good.
    effect: irreversible
    identity: [account_id, postal_code]
    parameters:
      account_id: account
      postal_code: postal_code
    target: {python: "closing.py:close"}
    local:
      when: [quiero cerrar la linea]
      ask: {postal_code: "¿Me dice su código postal?"}
      confirm: "Voy a cerrar la línea. ¿Lo confirma?"
      say: "Cerrada."
"""
SURE = (Message("assistant", "¿Confirma que cierro la línea?"), Message("user", "sí, ciérrela"))
ACCOUNT = Message("user", "la cuenta es la uno dos tres cuatro cinco seis")


class Customers:
    async def phone_of(self, account: str) -> str:
        return "" if account else "none"


def load(folder: Path, text: str = FILE) -> DeclaredFunctions:
    (folder / "closing.py").write_text(CODE)
    (folder / "functions.yaml").write_text(text)
    return load_functions(folder / "functions.yaml", {})


@pytest.fixture
def declared(tmp_path: Path) -> DeclaredFunctions:
    return load(tmp_path)


@pytest.fixture
def contract(declared: DeclaredFunctions) -> Contract:
    return Contract([declared], Identity(Customers()))


def wanted(code: str) -> ToolCall:
    return ToolCall("close_line", {"account_id": "123456", "postal_code": code}, "k")


def context(*messages: Message) -> CallContext:
    return CallContext("c1", "600111222", conversation=messages)


def tries(*codes: str) -> list[Message]:
    """Wrong ones that were tried before."""
    failed = [ToolResult(f"t{n}", "close_line", ok=False, data={"code": "wrong_proof"}) for n, _ in enumerate(codes)]
    return [
        message
        for code, result in zip(codes, failed, strict=True)
        for message in (Message("assistant", call=wanted(code)), Message("tool", result=result))
    ]


async def test_it_runs_for_who_said_both_and_the_operator_s_check_fits(contract: Contract) -> None:
    result = await contract.run(wanted("28013"), context(ACCOUNT, Message("user", "el 28013"), *SURE))
    assert result.ok, result.error


async def test_a_model_cannot_fill_in_what_the_caller_has_not_said(contract: Contract) -> None:
    result = await contract.run(wanted("28013"), context(ACCOUNT, *SURE))
    assert (result.ok, result.code) == (False, "identity")
    assert "postal_code" in result.error
    assert "28013" not in result.error


async def test_what_does_not_fit_is_told_without_saying_it(
    contract: Contract, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        result = await contract.run(wanted("28014"), context(ACCOUNT, Message("user", "el 28014"), *SURE))
    assert result.code == "wrong_proof"
    assert "does not fit" in caplog.text
    assert "28014" not in caplog.text + result.error


async def test_after_three_wrong_ones_not_even_the_right_one_is_tried(contract: Contract) -> None:
    said = [ACCOUNT, Message("user", "28014, 28015, 28016, 28013")]
    third = await contract.run(wanted("28016"), context(*said, *tries("28014", "28015"), *SURE))
    assert third.code == "proofs_spent"
    fourth = await contract.run(wanted("28013"), context(*said, *tries("28014", "28015", "28016"), *SURE))
    assert fourth.code == "proofs_spent"
    assert "person" in fourth.error


def test_what_is_written_down_of_a_call_has_no_proof_in_it(contract: Contract) -> None:
    assert without_proofs(wanted("28013"), contract.tools) == {"account_id": "123456", "postal_code": "***"}


class Closing(Caller):
    code = "wrong_proof"

    def run(self, call: ToolCall) -> ToolResult:
        if call.arguments["postal_code"] == "28013":
            return ToolResult(call.call_id, call.name, ok=True)
        return ToolResult(call.call_id, call.name, ok=False, data={"code": self.code}, error="no")


@pytest.fixture
def closing(declared: DeclaredFunctions) -> Closing:
    return Closing(LocalEngine(with_guides(load_script("es"), declared.guides)))


def test_the_built_in_engine_asks_for_it_again_and_confirms_again(closing: Closing) -> None:
    closing.says("Quiero cerrar la línea, la cuenta es la 123456")
    assert "código postal" in closing.heard
    assert "¿Lo confirma?" in closing.says("el 28014")
    assert closing.says("Sí, lo confirmo").endswith("no cuadra. ¿Me dice su código postal?")
    assert "¿Lo confirma?" in closing.says("28013")
    assert "Cerrada." in closing.says("Sí, lo confirmo")


def test_after_too_many_it_offers_a_person(closing: Closing) -> None:
    closing.code = "proofs_spent"
    closing.says("Quiero cerrar la línea, la cuenta es la 123456")
    closing.says("el 28014")
    assert "compañero" in closing.says("Sí, lo confirmo")
    assert closing.state.goal == ""


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("[account_id, postal_code]", "[account_id, zip]", "identity.2: zip is no parameter; there are: account_id"),
        ("postal_code: postal_code", "postal_code: string", "identity.2: a string proves nothing; name one of"),
        (
            "postal_code: postal_code",
            "postal_code: {type: postal_code, required: false}",
            "identity.2: postal_code may be missing; make it required",
        ),
    ],
)
def test_a_mistake_is_told_with_its_line_and_mend(tmp_path: Path, before: str, after: str, told: str) -> None:
    with pytest.raises(ConfigError) as refused:
        load(tmp_path, FILE.replace(before, after, 1))
    assert told in str(refused.value)
    assert "line 5" in str(refused.value)
