from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from ivr.call.remembering import RememberingModel
from ivr.dialogue.conversation import Message, Speech
from ivr.dialogue.memory import Remembered
from ivr.dialogue.tools import ToolCall, ToolResult

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from ivr.dialogue.tools import Tool

YESTERDAY = dt.date.today() - dt.timedelta(days=1)  # noqa: DTZ011 - as the model counts days
CALL = ToolCall("get_account_balance", {"account_id": "123456"}, "k")
OPENED = [
    Message("system", "La llamada viene del número 612345678.", caller="612345678"),
    Message("user", "mi saldo, cuenta 123456"),
    Message("assistant", call=CALL),
    Message("tool", result=ToolResult("k", CALL.name, ok=True, data={"account_id": "123456"})),
]


class Asked:
    def __init__(self) -> None:
        self.messages: Sequence[Message] = ()

    async def reply(self, messages: Sequence[Message], tools: Sequence[Tool]) -> AsyncGenerator[Speech, None]:
        assert not tools
        self.messages = messages
        yield Speech("De acuerdo.")


class Book:
    """Remembers one account; keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    async def __call__(self, account: str, caller: str) -> Remembered | None:
        self.asked.append((account, caller))
        return Remembered(YESTERDAY, ("technical_support",), ("technical_support",)) if account == "123456" else None


async def told(messages: list[Message], book: Book) -> Sequence[Message]:
    inner = Asked()
    model = RememberingModel(inner, book)
    assert [piece async for piece in model.reply(messages, ())] == [Speech("De acuerdo.")]
    assert [piece async for piece in model.reply(messages, ())] == [Speech("De acuerdo.")]
    return inner.messages


async def test_before_an_account_is_opened_nothing_is_recalled() -> None:
    book = Book()
    assert await told(OPENED[:3], book) == OPENED[:3]
    assert book.asked == []


async def test_once_it_is_opened_the_engine_knows_the_last_call_and_is_asked_about_it_once() -> None:
    book = Book()
    messages = await told(OPENED, book)
    assert book.asked == [("123456", "612345678")]
    assert messages[-1] == OPENED[-1]
    note = messages[2]
    assert note.recalled is not None
    assert "ayer" in note.text
    assert "una avería" in note.text


async def test_a_customer_without_earlier_calls_is_nobody_special() -> None:
    other = ToolResult("k", CALL.name, ok=True, data={"account_id": "999999"})
    messages = [*OPENED[:3], Message("tool", result=other)]
    assert await told(messages, Book()) == messages
