"""Callers who interrupt while a request writes: its effect comes about once or not at all, never twice."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING

import pytest

from ivr.dialogue.script import load_script, with_guides
from ivr.functions.contract import Contract
from ivr.functions.identity import Identity
from tests.integration.cutting_in import Talk

if TYPE_CHECKING:
    from ivr.functions.declared import DeclaredFunctions
    from tests.integration.functions.conftest import Shop

AFTERWARDS = ("¿Perdone?", "¿Cómo dice?", "Sí", "¿Me ha oído?", "Sí, anúlelo", "quiero anular el pedido 7788", "sí, sí")


class Nobody:
    async def phone_of(self, account: str) -> str:
        del account
        return ""


@pytest.mark.parametrize("fault", ["", "drop"])
@pytest.mark.parametrize("number", range(30))
async def test_an_interrupted_request_takes_effect_once_or_not_at_all(
    functions: DeclaredFunctions, shop: Shop, number: int, fault: str
) -> None:
    chance = random.Random(number)
    shop.takes, shop.fault = chance.uniform(0, 0.01), fault
    script = with_guides(load_script("es"), functions.guides)
    async with asyncio.TaskGroup() as tasks:
        talk = Talk(script, Contract([functions], Identity(Nobody())), tasks)
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
