"""A call without a line, whose caller may cut in at any moment; for whatever must not be done twice."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from typing import TYPE_CHECKING, cast

from ivr.audio.frame import AudioFrame
from ivr.call.agent import Agent
from ivr.call.kit import AgentKit
from ivr.call.playout import Playout
from ivr.dialogue.local import LocalDialogue
from ivr.ports import CallContext

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from ivr.dialogue.script import Script
    from ivr.metadata import ToolRecord
    from ivr.ports import ToolRunner, Transcriber, TurnDetector, VoiceDetector, VoiceStyle

NOW = dt.datetime(2026, 11, 23, 10)  # noqa: DTZ001 - the call center's own time
LINE = 8000


class Quick:
    """A voice that needs a moment for each clause."""

    async def speak(self, text: str, style: VoiceStyle) -> AsyncGenerator[AudioFrame, None]:
        del style
        await asyncio.sleep(0.001)
        yield AudioFrame.silence(0.02 * len(text.split()), LINE)

    async def prepare(self, texts: Sequence[str], style: VoiceStyle) -> None: ...


class Talk:
    """A call whose caller may cut in at any moment."""

    def __init__(self, script: Script, tools: ToolRunner, tasks: asyncio.TaskGroup) -> None:
        self.playout = Playout(LINE)
        kit = AgentKit(
            detector=cast("VoiceDetector", None),
            turn_detector=cast("TurnDetector", None),
            transcriber=cast("Transcriber", None),
            new_model=lambda: LocalDialogue(script, lambda: NOW),
            tools=tools,
            synthesizer=Quick(),
            lines=script,
        )
        self.agent = Agent(kit, CallContext("c1", "600111222"), self.playout, tasks)
        self.records: list[ToolRecord] = []
        self.agent.on_tool = self.records.append

    async def say(self, text: str, *, cut_in_after: float = 10.0) -> None:
        """Let the caller speak, and cut the answer off after a while."""
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
