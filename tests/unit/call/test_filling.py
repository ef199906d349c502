"""A function that takes its time: the caller is not left in silence, and fillers are no part of the conversation."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

import ivr.call.agent
from ivr.call.filling import without
from ivr.dialogue.conversation import Speech
from ivr.dialogue.tools import ToolCall

if TYPE_CHECKING:
    from tests.unit.call.conftest import FakeCall


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten the silences: ticks of these tests take no real time."""
    monkeypatch.setattr(ivr.call.agent, "FILL_AFTER", 0.02)
    monkeypatch.setattr(ivr.call.agent, "FILL_AGAIN", 0.05)


@pytest.mark.usefixtures("hasty")
async def test_a_slow_function_is_bridged_and_its_fillers_are_not_entered(call: FakeCall) -> None:
    await call.start()
    call.functions.gate.clear()
    await call.say("¿cuánto debo?", [Speech("Un momento."), ToolCall("read", {}, "k")], [Speech("Nada.")])
    for _ in range(40):
        await call.ticks(0.3)
        await asyncio.sleep(0.04)
    call.functions.gate.set()
    await call.ticks(3)
    agent = call.session._agent
    said = [message.text for message in agent.messages if message.role == "assistant" and message.text]
    assert said[-1] == "Un momento. Nada."
    turn = next(turn for turn in call.session._book.metadata.turns if "Nada." in turn.text)
    assert turn.text.count("[please_wait]") >= 2
    assert call.functions.ran == ["read"]


@pytest.mark.usefixtures("hasty")
async def test_a_quick_function_needs_no_filler(call: FakeCall) -> None:
    await call.start()
    await call.say("¿cuánto debo?", [ToolCall("read", {}, "k")], [Speech("Nada.")])
    await call.ticks(2)
    assert all("please_wait" not in turn.text for turn in call.session._book.metadata.turns)


@pytest.mark.parametrize(
    ("heard", "left"),
    [
        ("Ya lo miro. Un momento, por favor. Debe diez euros.", "Ya lo miro. Debe diez euros."),
        ("Ya lo miro. Un momento,", "Ya lo miro."),
        ("Un momento, por", ""),
        ("Debe diez euros.", "Debe diez euros."),
    ],
)
def test_fillers_are_taken_out_of_what_was_heard(heard: str, left: str) -> None:
    assert without(heard, ["Un momento, por favor."]) == left
