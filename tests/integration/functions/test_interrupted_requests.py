"""Callers who interrupt while a request writes: its effect comes about once or not at all, never twice."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
import time
from typing import TYPE_CHECKING, cast

import pytest

from ivr.audio.frame import AudioFrame
from ivr.call.agent import Agent
from ivr.call.kit import AgentKit
from ivr.call.playout import Playout
from ivr.dialogue.local import LocalDialogue
from ivr.dialogue.script import load_script, with_guides
from ivr.functions.contract import Contract
from ivr.functions.identity import Identity
from ivr.ports import CallContext

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from ivr.functions.declared import DeclaredFunctions
    from ivr.metadata import ToolRecord
    from ivr.ports import Transcriber, TurnDetector, VoiceDetector, VoiceStyle
    from tests.integration.functions.conftest import Shop

NOW = dt.datetime(2026, 11, 23, 10)  # noqa: DTZ001 - the call center's own time
LINE = 8000
AFTERWARDS = ("¿Perdone?", "¿Cómo dice?", "Sí", "¿Me ha oído?", "Sí, anúlelo", "quiero anular el pedido 7788", "sí, sí")


class Nobody:
    async def phone_of(self, account: str) -> str:
        del account
        return ""


class Quick:
    """A voice that needs a moment for each clause."""

    async def speak(self, text: str, style: VoiceStyle) -> AsyncGenerator[AudioFrame, None]:
        del style
        await asyncio.sleep(0.001)
        yield AudioFrame.silence(0.02 * len(text.split()), LINE)

    async def prepare(self, texts: Sequence[str], style: VoiceStyle) -> None: ...


class Talk:
    """A call whose caller may cut in at any moment."""

    def __init__(self, functions: DeclaredFunctions, tasks: asyncio.TaskGroup) -> None:
        script = with_guides(load_script("es"), functions.guides)
        self.playout = Playout(LINE)
        kit = AgentKit(
            detector=cast("VoiceDetector", None),
            turn_detector=cast("TurnDetector", None),
            transcriber=cast("Transcriber", None),
            new_model=lambda: LocalDialogue(script, lambda: NOW),
            tools=Contract([functions], Identity(Nobody())),
            synthesizer=Quick(),
            lines=script,
        )
        self.agent = Agent(kit, CallContext("c1", "600111222"), self.playout, tasks)
        self.records: list[ToolRecord] = []
        self.agent.on_tool = self.records.append

    async def say(self, text: str, *, cut_in_after: float = 10.0) -> None:
        self.agent.hear(text)
        self.agent.begin()
        self.playout.begin()
        answer = asyncio.create_task(self.agent.reply())
        await asyncio.wait([answer], timeout=cut_in_after)
        answer.cancel()
        await asyncio.wait([answer])
        ticks = 1 if cut_in_after < 1 else 10_000
        while ticks and self.playout.next(time.monotonic()) is not None:
            ticks -= 1
        spoken = self.playout.close(time.monotonic())
        if spoken is not None:
            self.agent.said(spoken)


@pytest.mark.parametrize("fault", ["", "drop"])
@pytest.mark.parametrize("number", range(30))
async def test_an_interrupted_request_takes_effect_once_or_not_at_all(
    functions: DeclaredFunctions, shop: Shop, number: int, fault: str
) -> None:
    chance = random.Random(number)
    shop.takes, shop.fault = chance.uniform(0, 0.01), fault
    async with asyncio.TaskGroup() as tasks:
        talk = Talk(functions, tasks)
        await talk.say("Quiero anular mi pedido, el 7788")
        await talk.say("sí, anúlelo", cut_in_after=chance.uniform(0, 0.05))
        for text in chance.sample(AFTERWARDS, 3):
            await talk.say(text)
    entered = [message for message in talk.agent.messages if message.result is not None]
    ran = [
        record for record in talk.records if record.name == "cancel_order" and record.data.get("code") != "confirmation"
    ]
    assert shop.cancelled["7788"] <= 1
    assert len(shop.keys) <= 1
    assert set(shop.keys.values()) <= {1}
    assert len(entered) == len(talk.records)
    assert shop.cancelled["7788"] == bool(ran)
