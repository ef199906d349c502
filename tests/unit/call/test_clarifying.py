from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from ivr.call.clarifying import ClarifyingModel
from ivr.dialogue.clarifying import CaseFold
from ivr.dialogue.conversation import Message, Speech
from ivr.dialogue.script import load_script
from ivr.language.clarification import ClarificationPolicy
from ivr.language.correction.values import HeardWord

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from ivr.dialogue.tools import Tool, ToolCall

NOW = dt.datetime(2026, 11, 24, 10, tzinfo=dt.UTC)


class Engine:
    """Says that it answers, and keeps the conversation that it was given."""

    def __init__(self) -> None:
        self.given: list[Message] = []

    async def reply(
        self, messages: Sequence[Message], tools: Sequence[Tool]
    ) -> AsyncGenerator[Speech | ToolCall, None]:
        assert tools == ()
        self.given = list(messages)
        yield Speech("Entendido.")


def spoken(text: str, confidence: float) -> Message:
    return Message("user", text, words=tuple(HeardWord(word, confidence) for word in text.split()))


async def said(model: ClarifyingModel, messages: list[Message]) -> list[str]:
    return [piece.text async for piece in model.reply(messages, ()) if isinstance(piece, Speech)]


def model_before(engine: Engine) -> ClarifyingModel:
    return ClarifyingModel(engine, CaseFold(load_script("es"), ClarificationPolicy(), frozenset()), lambda: NOW)


async def test_the_engine_does_not_hear_of_a_number_until_it_is_confirmed() -> None:
    engine = Engine()
    model = model_before(engine)
    messages = [Message("assistant", "¿Cuál es su número de teléfono?"), spoken("612 34 56 78", 0.2)]
    (question,) = await said(model, messages)
    assert "¿Es correcto?" in question
    assert engine.given == []
    messages += [Message("assistant", question), spoken("sí", 0.9)]
    assert await said(model, messages) == ["Entendido."]
    assert [message.text for message in engine.given] == ["¿Cuál es su número de teléfono?", "612 34 56 78"]


async def test_the_engine_begins_the_call() -> None:
    assert await said(model_before(Engine()), []) == ["Entendido."]


async def test_a_number_in_passing_is_repeated_before_the_engine_answers() -> None:
    messages = [Message("assistant", "¿En qué puedo ayudarle?"), spoken("mi contrato es el 4521", 0.3)]
    remark, answer = await said(model_before(Engine()), messages)
    assert "cuatro cinco dos uno" in remark
    assert answer == "Entendido."
