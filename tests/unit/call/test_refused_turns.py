from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from ivr.call.sharing import SharedTurns
from ivr.dialogue.conversation import Message, Speech
from ivr.dialogue.local import LocalDialogue, LocalEngine
from ivr.dialogue.script import load_script

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from ivr.dialogue.tools import Tool

NOW = dt.datetime(2026, 11, 18, 10, 0)  # noqa: DTZ001 - local time
SCRIPT = load_script("es")


class Model:
    """A hosted model that knows something to say about everything."""

    async def reply(self, messages: Sequence[Message], tools: Sequence[Tool]) -> AsyncGenerator[Speech, None]:
        assert messages
        assert not tools
        yield Speech("Le contesto yo.")


async def answer(*said: str) -> str:
    turns = SharedTurns(LocalEngine(SCRIPT).refuses, LocalDialogue(SCRIPT, lambda: NOW), Model(), lambda: NOW)
    messages = [Message("user", text) for text in said]
    return " ".join([piece.text async for piece in turns.reply(messages, ()) if isinstance(piece, Speech)])


async def test_a_turn_about_what_the_persona_refuses_reaches_no_model() -> None:
    assert (await answer("¿a quién debería votar?")).startswith(SCRIPT.refusal("politics"))


async def test_all_others_do() -> None:
    assert await answer("¿a quién debería votar?", "dígame mi saldo") == "Le contesto yo."
