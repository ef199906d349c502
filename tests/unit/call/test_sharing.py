from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest

from ivr.call.sharing import SharedTurns
from ivr.dialogue.conversation import Message, Speech
from ivr.dialogue.local import LocalDialogue, LocalEngine
from ivr.dialogue.script import load_script
from ivr.dialogue.tools import ToolCall, ToolResult

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from ivr.dialogue.script import Script
    from ivr.dialogue.tools import Tool

NOW = dt.datetime(2026, 11, 18, 10, 0)  # noqa: DTZ001 - local time
SCRIPT = load_script("es")
GREETING = Message("assistant", SCRIPT.say("greeting"))
MODEL = "Le contesto yo."


@dataclass
class Model:
    """A hosted model that always knows something to say."""

    asked: list[tuple[Message, ...]] = field(default_factory=list)

    async def reply(
        self, messages: Sequence[Message], tools: Sequence[Tool]
    ) -> AsyncGenerator[Speech | ToolCall, None]:
        assert not tools
        self.asked.append(tuple(messages))
        yield Speech(MODEL)


@dataclass
class Call:
    """A call whose turns are shared."""

    model: Model = field(default_factory=Model)
    messages: list[Message] = field(default_factory=lambda: [GREETING])
    script: Script = SCRIPT

    def __post_init__(self) -> None:
        own = LocalDialogue(self.script, lambda: NOW)
        self.turns = SharedTurns(LocalEngine(self.script).understands, own, self.model, lambda: NOW)

    async def answers(self, *new: Message) -> str:
        self.messages += new
        said = [piece async for piece in self.turns.reply(self.messages, ())]
        text = " ".join(piece.text for piece in said if isinstance(piece, Speech))
        self.messages.append(Message("assistant", text))
        return text


@pytest.mark.parametrize("text", ["quiero saber cuánto debo", "a qué hora abren", "no me va internet", "adiós"])
async def test_the_engine_answers_what_it_understands(text: str) -> None:
    call = Call()
    assert MODEL not in await call.answers(Message("user", text))
    assert call.model.asked == []


@pytest.mark.parametrize(
    "text", ["y qué significa eso que pone de cuota prorrateada", "me puede explicar qué es la latencia"]
)
async def test_a_model_answers_the_rest(text: str) -> None:
    call = Call()
    assert await call.answers(Message("user", text)) == MODEL
    assert call.model.asked[0][-1].text == text


async def test_sounds_of_listening_are_no_question_for_a_model() -> None:
    call = Call()
    await call.answers(Message("user", "ajá"))
    assert call.model.asked == []


async def test_the_engine_goes_on_with_its_question_after_a_model_answered_an_aside() -> None:
    call = Call()
    assert "número de cuenta" in await call.answers(Message("user", "quiero saber cuánto debo"))
    aside = "me puede explicar antes qué significa prorrateada"
    assert await call.answers(Message("user", aside)) == MODEL
    call.messages += [Message("user", "654321")]
    wanted = [piece async for piece in call.turns.reply(call.messages, ())]
    assert [piece.arguments for piece in wanted if isinstance(piece, ToolCall)] == [{"account_id": "654321"}]


async def test_who_called_a_function_tells_what_came_of_it() -> None:
    call = Call()
    assert await call.answers(Message("user", "me puede explicar qué es la latencia")) == MODEL
    asked = ToolCall("look_up", {}, "k1")
    done = ToolResult("k1", "look_up", ok=True, data={"text": "el tiempo de ida y vuelta"})
    assert await call.answers(Message("assistant", call=asked), Message("tool", result=done)) == MODEL


@pytest.mark.parametrize(
    ("answer", "teller"), [("", MODEL), ("El roaming en Estados Unidos cuesta 9 euros al día.", "9 euros al día")]
)
async def test_what_is_not_in_the_documents_goes_to_a_model(answer: str, teller: str) -> None:
    call = Call(script=replace(SCRIPT, knows=True))
    call.messages.append(Message("user", "cuánto cuesta el roaming en estados unidos"))
    (asked,) = [piece async for piece in call.turns.reply(call.messages, ())]
    assert isinstance(asked, ToolCall)
    data = {"answer": answer, "confidence": 0.9 if answer else 0.1, "sources": [], "passages": []}
    found = ToolResult(asked.call_id, asked.name, ok=True, data=data)
    assert teller in await call.answers(Message("assistant", call=asked), Message("tool", result=found))


async def test_who_is_not_understood_three_times_in_a_row_is_offered_a_person() -> None:
    call = Call()
    assert await call.answers(Message("user", "el gato azul canta ópera")) == MODEL
    assert await call.answers(Message("user", "y la luna come pipas")) == MODEL
    assert "compañero" in await call.answers(Message("user", "ñiñiñi con tomate verde"))


async def test_asides_between_understood_turns_never_add_up() -> None:
    call = Call()
    for question in ("a qué hora abren", "dónde está la oficina", "cómo puedo pagar", "tiene permanencia"):
        assert await call.answers(Message("user", "me puede explicar qué significa prorrateada")) == MODEL
        assert MODEL not in await call.answers(Message("user", question))
