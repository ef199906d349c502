"""Callers who interrupt while a function writes: what was asked for is written once or not at all, never twice."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ivr.db.base import Base
from ivr.db.crm import CrmPolicy, CrmTools
from ivr.db.crm_seed import seed
from ivr.db.crm_tables import Callback, Cancellation
from ivr.db.session import open_database
from ivr.dialogue.script import load_script
from tests.integration.cutting_in import NOW, Talk

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sqlalchemy import Engine

    from ivr.dialogue.tools import Tool, ToolCall, ToolResult
    from ivr.ports import CallContext

CALLBACK = ("Llámenme el jueves a las once al 654321987",)
CANCELLATION = ("Quiero darme de baja", "Me mudo", "no", "123456", "sí, cancélelo")
AFTERWARDS = ("¿Perdone?", "¿Cómo dice?", "Sí", "¿Me ha oído?", "El jueves a las once, sí", "Sí, cancélelo")


class Slow:
    """The customer database, each function of which takes a while before and after it is done."""

    def __init__(self, database: Engine, chance: random.Random) -> None:
        self._crm = CrmTools(database, CrmPolicy(now=lambda: NOW))
        self._chance = chance
        self.running = 0
        self.began = asyncio.Event()

    @property
    def tools(self) -> Sequence[Tool]:
        return self._crm.tools

    async def run(self, call: ToolCall, context: CallContext) -> ToolResult:
        self.running += 1
        self.began.set()
        await asyncio.sleep(self._chance.uniform(0, 0.01))
        result = await self._crm.run(call, context)
        await asyncio.sleep(self._chance.uniform(0, 0.01))
        self.running -= 1
        return result


def written(database: Engine) -> int:
    with Session(database) as session:
        return sum(session.scalar(select(func.count()).select_from(table)) or 0 for table in (Callback, Cancellation))


@pytest.mark.parametrize("said", [CALLBACK, CANCELLATION])
@pytest.mark.parametrize("number", range(40))
async def test_an_interrupted_write_happens_once_or_not_at_all(
    tmp_path: Path, said: tuple[str, ...], number: int
) -> None:
    chance = random.Random(number)
    database = open_database(f"sqlite:///{tmp_path / 'crm.db'}")
    Base.metadata.create_all(database)
    seed(database, NOW.date())
    async with asyncio.TaskGroup() as tasks:
        functions = Slow(database, chance)
        talk = Talk(load_script("es"), functions, tasks)
        for text in said[:-1]:
            await talk.say(text)
        await talk.say(said[-1], cut_in_after=chance.uniform(0, 0.06))
        for text in chance.sample(AFTERWARDS, 2):
            await talk.say(text)
    assert functions.running == 0
    done = [record for record in talk.records if record.ok and record.name in {"schedule_callback", "cancel_service"}]
    entered = [message for message in talk.agent.messages if message.result is not None]
    assert written(database) <= 1
    assert len(entered) == len(talk.records)
    assert written(database) == bool(done)


async def test_an_unfinished_entry_is_taken_back_though_a_result_came_in_after_it(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'crm.db'}")
    Base.metadata.create_all(database)
    seed(database, NOW.date())
    async with asyncio.TaskGroup() as tasks:
        functions = Slow(database, random.Random(1))
        talk = Talk(load_script("es"), functions, tasks)
        talk.agent.hear(CALLBACK[0])
        talk.playout.begin()
        answer = asyncio.create_task(talk.agent.reply())
        await functions.began.wait()
        answer.cancel()
        talk.agent.hear("Y también")
    assert talk.agent.messages[-1].role == "tool"
    talk.agent.retract()
    assert [message.text for message in talk.agent.messages if message.role == "user"] == [CALLBACK[0]]
