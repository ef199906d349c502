"""The contract around every runner: whatever a model asks for, or a function does, the call goes on."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from pydantic import BaseModel, Field

from ivr.dialogue.conversation import Message
from ivr.dialogue.tools import Effect, Tool, ToolCall, ToolResult
from ivr.errors import ConfigError
from ivr.functions.contract import Contract
from ivr.functions.identity import Identity
from ivr.ports import CallContext

if TYPE_CHECKING:
    from collections.abc import Sequence


class Account(BaseModel):
    account_id: str = Field(pattern=r"^\d{6}$")


BALANCE = Tool("balance", "", {}, arguments=Account, identity=True, account="account_id", timeout=0.05)
CANCEL = Tool("cancel", "", {}, Effect.IRREVERSIBLE, timeout=0.05)
INTERNAL = Tool("internal", "", {}, callers=("10??",))


@dataclass
class Runner:
    tools: Sequence[Tool] = (BALANCE, CANCEL, INTERNAL)
    ran: list[ToolCall] = field(default_factory=list)
    takes: float = 0.0
    raises: Exception | None = None

    async def run(self, call: ToolCall, context: CallContext) -> ToolResult:
        assert context.call_id == "c1"
        self.ran.append(call)
        await asyncio.sleep(self.takes)
        if self.raises is not None:
            raise self.raises
        return ToolResult(call.call_id, call.name, ok=True, data={"text": "x" * 5_000_000, "done": True})


class Customers:
    async def phone_of(self, account: str) -> str:
        return "612345678" if account == "123456" else ""


@pytest.fixture
def runner() -> Runner:
    return Runner()


@pytest.fixture
def contract(runner: Runner) -> Contract:
    return Contract([runner], Identity(Customers()))


def context(*said: str, caller: str = "600111222") -> CallContext:
    lines = [Message("assistant", one[1:]) if one.startswith(">") else Message("user", one) for one in said]
    return CallContext("c1", caller, conversation=tuple(lines))


READS = ToolCall("balance", {"account_id": "123456"}, "k1")
CANCELS = ToolCall("cancel", {"order": "5512"}, "k1")
SURE = (">¿Confirma que anulo el pedido?", "sí, anúlelo")


async def test_a_function_that_does_not_exist_is_told_with_those_that_do(contract: Contract) -> None:
    result = await contract.run(ToolCall("launch_missiles", {}, "k1"), context("hola"))
    assert (result.ok, result.code, result.call_id) == (False, "unknown_function", "k1")
    assert "balance, cancel, internal" in result.error


async def test_who_may_not_call_is_refused(contract: Contract, runner: Runner) -> None:
    assert (await contract.run(ToolCall("internal", {}, "k"), context("hola"))).code == "not_allowed"
    assert (await contract.run(ToolCall("internal", {}, "k"), context("hola", caller="1001"))).ok
    assert len(runner.ran) == 1


async def test_account_data_is_for_who_named_the_account_or_calls_from_its_phone(contract: Contract) -> None:
    stranger = await contract.run(READS, context("dígame el saldo de mi vecino"))
    assert (stranger.code, "account number" in stranger.error) == ("identity", True)
    assert (await contract.run(READS, context("es la uno dos tres cuatro cinco seis"))).ok
    assert (await contract.run(READS, context("mi saldo", caller="+34612345678"))).ok
    other = ToolCall("balance", {"account_id": "654321"}, "k1")
    assert (await contract.run(other, context("mi saldo", caller="612345678"))).code == "identity"


async def test_nothing_irreversible_runs_without_a_yes_in_this_turn(contract: Contract, runner: Runner) -> None:
    for said in (("anule mi pedido",), (*SURE, "oiga"), (">¿Algo más?", "sí"), (">¿Lo confirma?", "no")):
        assert (await contract.run(CANCELS, context(*said))).code == "confirmation"
    assert runner.ran == []
    assert (await contract.run(CANCELS, context(*SURE))).ok
    assert len(runner.ran) == 1


async def test_wrong_arguments_never_reach_the_function(contract: Contract, runner: Runner) -> None:
    result = await contract.run(ToolCall("balance", {"account_id": "12"}, "k1"), context("12"))
    assert (result.code, "account_id" in result.error, runner.ran) == ("arguments", True, [])


async def test_a_hanging_read_says_so_and_a_hanging_write_is_not_repeated(contract: Contract, runner: Runner) -> None:
    runner.takes = 1
    assert (await contract.run(READS, context("123456"))).code == "timeout"
    first = await contract.run(CANCELS, context(*SURE))
    assert first.code == "unknown"
    conversation = (
        *context(*SURE).conversation,
        Message("assistant", call=CANCELS),
        Message("tool", result=first),
        *context(*SURE).conversation,
    )
    runner.takes = 0
    again = await contract.run(
        ToolCall("cancel", {"order": "5512"}, "k2"), CallContext("c1", conversation=conversation)
    )
    assert (again.code, again.call_id, len(runner.ran)) == ("unknown", "k2", 2)


async def test_a_runner_that_raises_ends_in_words(contract: Contract, runner: Runner) -> None:
    runner.raises = ZeroDivisionError("x")
    assert (await contract.run(READS, context("123456"))).code == "broken"
    assert (await contract.run(CANCELS, context(*SURE))).code == "unknown"


async def test_the_same_write_at_the_same_time_runs_once(contract: Contract, runner: Runner) -> None:
    runner.takes = 0.01
    calls = [ToolCall("cancel", {"order": "5512"}, f"k{n}") for n in range(3)]
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(contract.run(call, context(*SURE))) for call in calls]
    results = [task.result() for task in running]
    assert [result.call_id for result in results] == ["k0", "k1", "k2"]
    assert all(result.ok for result in results)
    assert len(runner.ran) == 1


async def test_a_result_of_megabytes_is_cut(contract: Contract) -> None:
    result = await contract.run(READS, context("123456"))
    assert len(result.data["text"]) <= 2002
    assert result.data["done"] is True


def test_two_functions_of_one_name_do_not_start() -> None:
    with pytest.raises(ConfigError, match="two functions are called balance"):
        Contract([Runner(), Runner()], Identity(Customers()))
