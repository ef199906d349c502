from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.bootstrap import build_new_model, build_script
from ivr.db.crm_tools import TOOLS
from ivr.dialogue.conversation import Message, Speech
from ivr.language.correction.values import HeardWord
from ivr.settings import Settings

if TYPE_CHECKING:
    from ivr.dialogue.tools import ToolCall

QUESTION = Message("assistant", "¿Cuál es su número de teléfono?")
DOUBTFUL = tuple(HeardWord(word, 0.4) for word in ["612", "34", "56", "78"])


async def replies(persona: str, **changes: object) -> list[Speech | ToolCall]:
    settings = Settings().model_copy(update={"persona": persona, "llm_provider": "local"} | changes)
    model = build_new_model(settings, build_script(settings))()
    messages = [QUESTION, Message("user", "612 34 56 78", words=DOUBTFUL)]
    return [piece async for piece in model.reply(messages, TOOLS)]


@pytest.mark.parametrize("persona", ["es", "datos"])
async def test_a_doubtful_number_is_read_back_before_the_engine_acts(persona: str) -> None:
    (piece,) = await replies(persona, enable_clarification=True)
    assert isinstance(piece, Speech)
    assert piece.clarifies == "yes_no"
    assert "seis uno dos" in piece.text


async def test_clarification_can_be_switched_off() -> None:
    pieces = await replies("datos", enable_clarification=False)
    noted = [piece for piece in pieces if not isinstance(piece, Speech)]
    assert [call.arguments["value"] for call in noted] == ["612345678"]


@pytest.mark.parametrize("change", [{"clarification_confidence": 0.3}, {"max_clarifications": 0}])
async def test_how_doubtful_and_how_often_are_settings(change: dict[str, object]) -> None:
    pieces = await replies("es", enable_clarification=True, **change)
    assert not any(isinstance(piece, Speech) and piece.clarifies for piece in pieces)
