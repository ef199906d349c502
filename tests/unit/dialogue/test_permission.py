"""What must hold before a function runs: pure rules over the conversation."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, Field

from ivr.dialogue.conversation import Message
from ivr.dialogue.permission import checked, earlier_result, has_said, may_call, speakable, times_done
from ivr.dialogue.tools import Effect, Tool, ToolCall, ToolResult, failed


class Order(BaseModel):
    order: str = Field(pattern=r"^\d{4}$")


READ = Tool("track", "", {}, arguments=Order)
WRITE = Tool("cancel", "", {}, Effect.IRREVERSIBLE, arguments=Order)


def ran(call: ToolCall, result: ToolResult) -> list[Message]:
    return [Message("assistant", call=call), Message("tool", result=result)]


@pytest.mark.parametrize(
    ("callers", "direction", "caller", "may"),
    [
        ((), "inbound", "600111222", True),
        (("inbound",), "outbound", "600111222", False),
        (("inbound", "10??"), "inbound", "1001", True),
        (("10??",), "inbound", "600111222", False),
        (("+34*", "6*"), "outbound", "600111222", True),
    ],
)
def test_who_may_call(callers: tuple[str, ...], direction: str, caller: str, may: bool) -> None:
    assert may_call(Tool("f", "", {}, callers=callers), direction, caller) is may


def test_a_number_counts_as_said_in_words_digits_keys_and_several_breaths() -> None:
    assert has_said("123456", [Message("user", "es la uno dos tres, cuatro cinco seis")])
    assert has_said("123456", [Message("user", "123"), Message("assistant", "¿Sí?"), Message("user", "456")])
    assert has_said("123456", [Message("user", "123456", by_keys=True)])
    assert not has_said("123456", [Message("assistant", "¿Es la 123456?"), Message("user", "sí")])


def test_a_wrong_argument_is_named_in_words() -> None:
    refusal = checked(ToolCall("track", {"order": "12"}, "k"), READ)
    assert refusal.code == "arguments"  # type: ignore[union-attr]
    assert "order: " in refusal.sentence  # type: ignore[union-attr]


def test_the_same_call_in_one_turn_answers_once() -> None:
    call = ToolCall("track", {"order": "5512"}, "k1")
    done = ToolResult("k1", "track", ok=True, data={"status": "sent"})
    before = [Message("user", "¿dónde está?"), *ran(call, done)]
    again = ToolCall("track", {"order": "5512"}, "k2")
    assert earlier_result(again, READ, before) == done
    assert earlier_result(again, READ, [*before, Message("user", "¿y ahora?")]) is None
    assert earlier_result(ToolCall("track", {"order": "5513"}, "k2"), READ, before) is None
    failing = [Message("user", "¿dónde está?"), *ran(call, failed(call, "timeout", "no answer"))]
    assert earlier_result(again, READ, failing) is None


def test_a_write_that_nobody_knows_of_is_never_done_again() -> None:
    call = ToolCall("cancel", {"order": "5512"}, "k1")
    unknown = failed(call, "unknown", "nobody knows")
    later = [Message("user", "sí"), *ran(call, unknown), Message("user", "anúlelo ya"), Message("user", "sí")]
    assert earlier_result(ToolCall("cancel", {"order": "5512"}, "k9"), WRITE, later) == unknown


def test_a_call_that_was_refused_may_be_made_again() -> None:
    call = ToolCall("cancel", {"order": "5512"}, "k1")
    before = [Message("user", "anule el pedido"), *ran(call, failed(call, "confirmation", "ask first"))]
    assert earlier_result(ToolCall("cancel", {"order": "5512"}, "k2"), WRITE, before) is None
    assert times_done(call, WRITE, before) == 0


def test_a_result_is_cut_to_what_may_be_spoken() -> None:
    deep: dict[str, Any] = {"a": {"b": {"c": {"d": {"e": {"f": {"g": 1}}}}}}}
    cut = speakable({"text": "palabra " * 1000, "list": list(range(500)), **deep, "bytes": b"x" * 9000})
    assert len(cut["text"]) <= 2002
    assert len(cut["list"]) == 20
    assert len(str(cut)) < 9000
    assert "bytes" in cut
