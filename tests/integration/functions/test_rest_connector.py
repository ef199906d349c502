"""The REST connector against a real server that fails in every way: each ends in words, and the call goes on."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ivr.dialogue.conversation import Message
from ivr.dialogue.tools import ToolCall, ToolResult
from ivr.functions.contract import Contract
from ivr.functions.declared import DeclaredFunctions, Function
from ivr.functions.http_target import HttpTarget
from ivr.functions.identity import Identity
from ivr.ports import CallContext

if TYPE_CHECKING:
    from tests.integration.functions.conftest import Shop

SURE = (Message("assistant", "Voy a anular el pedido. ¿Lo confirma?"), Message("user", "sí"))
TRACK = ToolCall("track_order", {"order": "5512"}, "k1")
CANCEL = ToolCall("cancel_order", {"order": "5512"}, "k1")


class Nobody:
    async def phone_of(self, account: str) -> str:
        del account
        return ""


async def run(functions: DeclaredFunctions, call: ToolCall) -> ToolResult:
    impatient = [
        Function(replace(one.tool, timeout=0.5), one.target, one.guide) for one in functions._functions.values()
    ]
    contract = Contract([DeclaredFunctions(impatient)], Identity(Nobody()))
    return await contract.run(call, CallContext("c1", "600111222", conversation=SURE))


async def test_only_what_the_file_names_comes_back(functions: DeclaredFunctions, shop: Shop) -> None:
    result = await run(functions, TRACK)
    assert (result.ok, result.data) == (True, {"status": "shipped", "eta": "2026-11-27"})
    assert shop.requests == ["/orders/5512"]


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("large", "nonsense"),
        ("html", "nonsense"),
        ("shape", "nonsense"),
        ("drop", "unavailable"),
        ("hang", "timeout"),
        ("redirect", "unavailable"),
        ("401", "unavailable"),
        ("404", "not_found"),
        ("422", "arguments"),
        ("429", "unavailable"),
        ("500", "unavailable"),
    ],
)
async def test_a_read_that_fails_is_told_in_words(
    functions: DeclaredFunctions, shop: Shop, fault: str, code: str
) -> None:
    shop.fault = fault
    began = time.monotonic()
    result = await run(functions, TRACK)
    assert (result.ok, result.code) == (False, code)
    assert result.error
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    ("fault", "ok", "code"),
    [
        ("drop", False, "unknown"),
        ("hang", False, "unknown"),
        ("500", False, "unknown"),
        ("409", False, "conflict"),
        ("large", True, ""),
        ("html", True, ""),
    ],
)
async def test_a_write_is_sent_once_and_never_called_undone_when_it_may_be_done(
    functions: DeclaredFunctions, shop: Shop, fault: str, ok: bool, code: str
) -> None:
    shop.fault = fault
    result = await run(functions, CANCEL)
    assert (result.ok, result.code) == (ok, code)
    assert shop.cancelled["5512"] == 1


async def test_a_read_is_tried_again_where_the_connection_broke_and_a_write_is_not(
    functions: DeclaredFunctions, shop: Shop
) -> None:
    shop.fault = "drop"
    await run(functions, TRACK)
    assert len(shop.requests) == 2
    await run(functions, CANCEL)
    assert len(shop.requests) == 3


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
async def test_no_write_is_sent_twice_by_the_client_library(
    functions: DeclaredFunctions, shop: Shop, method: str
) -> None:
    one = functions._functions["cancel_order"]
    assert isinstance(one.target, HttpTarget)
    shop.fault = "drop"
    result = await run(DeclaredFunctions([Function(one.tool, replace(one.target, method=method))]), CANCEL)
    assert (result.code, shop.cancelled["5512"]) == ("unknown", 1)


async def test_a_server_that_is_not_there_is_told_at_once(functions: DeclaredFunctions) -> None:
    one = functions._functions["cancel_order"]
    assert isinstance(one.target, HttpTarget)
    away = [Function(one.tool, replace(one.target, url="http://127.0.0.1:9/orders/{order}"))]
    result = await run(DeclaredFunctions(away), CANCEL)
    assert (result.ok, result.code) == (False, "unavailable")


async def test_values_cannot_leave_their_place_in_the_address(shop: Shop, functions: DeclaredFunctions) -> None:
    target = functions._functions["track_order"].target
    tool = replace(functions._functions["track_order"].tool, arguments=None)
    for value in ("../admin", "5512?x=1", "a/b#c", "ñ %2f"):
        await target.run(ToolCall("track_order", {"order": value}, "k"), tool, CallContext("c1"))
    assert shop.requests == [
        "/orders/..%2Fadmin",
        "/orders/5512%3Fx%3D1",
        "/orders/a%2Fb%23c",
        "/orders/%C3%B1%20%252f",
    ]
    result = await target.run(ToolCall("track_order", {"order": ".."}, "k"), tool, CallContext("c1"))
    assert result.code == "arguments"


async def test_a_python_function_gets_its_values_and_its_key(functions: DeclaredFunctions) -> None:
    call = ToolCall("book_table", {"people": "4", "day": "2026-11-27", "hour": "21:00"}, "k1")
    first, again = await run(functions, call), await run(functions, call)
    assert first.ok
    assert first.data["code"] == again.data["code"]
    assert len(first.data["code"]) == 4


@pytest.mark.parametrize(("proofs", "code"), [(("order",), "wrong_proof"), ((), "unavailable")])
async def test_a_service_says_with_403_that_what_proves_who_calls_does_not_fit(
    functions: DeclaredFunctions, shop: Shop, proofs: tuple[str, ...], code: str
) -> None:
    shop.fault = "403"
    tools = functions._functions.values()
    checked = DeclaredFunctions([Function(replace(one.tool, proofs=proofs), one.target, one.guide) for one in tools])
    context = CallContext("c1", "600111222", conversation=(Message("user", "es el 5512"),))
    result = await Contract([checked], Identity(Nobody())).run(TRACK, context)
    assert (result.ok, result.code) == (False, code)
