"""Holds scenarios in text: the agent of real calls, its functions on a fresh database, but no sound.

What is left out is hearing and the line. The speech of the agent takes the time it would take, so that a caller can
interrupt it in the middle; none of it is waited for.
"""

from __future__ import annotations

import asyncio
import shutil
import time
from typing import TYPE_CHECKING, Any

from ivr.analysis.understanding import typed
from ivr.audio.frame import AudioFrame
from ivr.bootstrap import (
    build_interpreter,
    build_new_model,
    build_policy,
    build_recall,
    build_script,
    build_tongues,
    open_db,
    read_bank,
)
from ivr.bootstrap_llm import build_thinking
from ivr.bootstrap_tools import build_tools
from ivr.bootstrap_tts import build_style
from ivr.call.agent import Agent
from ivr.call.attempt import LETTERS_A_SECOND
from ivr.call.correcting import corrected
from ivr.call.feelings import Feelings
from ivr.call.kit import AgentKit
from ivr.call.playout import Playout
from ivr.call.thinking import NOTE
from ivr.call.tongue_switch import CallTongue
from ivr.call.warming import warm
from ivr.dialogue.conversation import Expectation
from ivr.dialogue.expectation import slots_of
from ivr.dialogue.outcome import Outcome
from ivr.errors import IvrError
from ivr.ports import CallContext
from ivr.trials.evaluation.customers import bring_back, rows_of
from ivr.trials.evaluation.record import Called, CallRecord, Exchange

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Coroutine, Sequence
    from pathlib import Path

    from ivr.call.ledger import Spoken
    from ivr.language.correction.bank import CorrectionBank
    from ivr.metadata import ToolRecord
    from ivr.ports import VoiceStyle
    from ivr.settings import Settings
    from ivr.trials.evaluation.suite import Scenario, Step, Suite

RATE = 8000
TICK = 0.02
LOOK_EVERY = 0.002
"""Seconds between two looks at a reply that is not there yet."""
MAX_FAILURES = 2
"""As in a call: replies in a row that may fail."""
CALLER = "612345678"
NOT_ASKED: Any = None
"""No sound comes in, so nobody is asked what it says."""


class Wordless:
    """Speaks silence that is as long as the words would be."""

    async def speak(self, text: str, style: VoiceStyle) -> AsyncGenerator[AudioFrame, None]:
        """Give the silence of one clause."""
        yield AudioFrame.silence(len(text) / LETTERS_A_SECOND / style.speed, RATE)

    async def prepare(self, texts: Sequence[str], style: VoiceStyle) -> None:
        """Need nothing."""


class TextMode:
    """Loads what scenarios share; ``folder`` takes their databases."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self._settings = settings.model_copy(update={"ivr_home": folder, "database_url": ""})
        self._folder = folder
        database = open_db(self._settings)
        self._bank = self._read_bank(database)
        database.dispose()
        self._pristine = folder / "pristine.sqlite"
        shutil.copy(folder / "ivr.sqlite", self._pristine)
        self.thinking = build_thinking(settings)
        self._warm = False

    def _read_bank(self, database: Any) -> CorrectionBank | None:
        settings = self._settings
        if not (settings.enable_stt_correction and settings.enable_online_correction):
            return None
        return read_bank(settings, database, live=True)

    async def hold(self, suite: Suite, scenario: Scenario, variant: int) -> CallRecord:
        """Hold one call; ``variant`` chooses among ways to say something."""
        del suite
        shutil.copy(self._pristine, self._folder / "ivr.sqlite")
        database = open_db(self._settings)
        settings = self._settings
        for earlier in scenario.earlier_calls:
            bring_back(database, settings.tenant, earlier)
        script = build_script(settings)
        kit = AgentKit(
            detector=NOT_ASKED,
            turn_detector=NOT_ASKED,
            transcriber=NOT_ASKED,
            new_model=build_new_model(settings, script, self.thinking, build_recall(settings, database)),
            tools=build_tools(settings, database),
            synthesizer=Wordless(),
            lines=script,
            tongues=build_tongues(settings, script),
            policy=build_policy(settings),
            style=build_style(settings),
            vocabulary=script.vocabulary,
            interpreter=build_interpreter(settings),
            thinking=self.thinking,
        )
        if not self._warm:
            await warm(self.thinking, script, kit.tools.tools, tries=1)
            self._warm = True
        record = CallRecord()
        NOTE.set(lambda model: record.models.append(model.model_dump()))
        try:
            async with asyncio.TaskGroup() as tasks:
                await TextCall(kit, self._bank, tasks, record).hold(scenario, variant)
            record.rows = rows_of(database)
        finally:
            database.dispose()
        return record

    async def aclose(self) -> None:
        """Close the connections to hosted models."""
        await self.thinking.aclose()


class TextCall:
    """One caller's call."""

    def __init__(
        self, kit: AgentKit, bank: CorrectionBank | None, tasks: asyncio.TaskGroup, record: CallRecord
    ) -> None:
        self._kit = kit
        self._tongue = CallTongue(kit.policy.language, kit.tongues)
        self._bank = bank
        self._record = record
        self._playout = Playout(RATE)
        self._agent = Agent(kit, CallContext(f"eval-{id(record)}", CALLER), self._playout, tasks)
        self._agent.on_tool = self._ran
        self._feelings = Feelings(kit)
        self._calls: list[Called] = []
        self._expects, self._digits = Expectation.ANY, 0
        self._unanswered = self._failures = self._prompts = 0

    async def hold(self, scenario: Scenario, variant: int) -> None:
        """Do the steps until one of the two hangs up; the record tells what came of it."""
        steps = scenario.steps
        greeting = await self._listen(self._agent.reply(), self._cut_before(steps, -1 if steps[0].acts else 0))
        for number, step in enumerate(steps):
            if number == 0 and not step.acts:
                self._note("", "", greeting)
                continue
            if self._record.outcome:
                return
            await self._do(step, variant, self._cut_before(steps, number))
        self._record.outcome = self._record.outcome or Outcome.CALLER_HUNG_UP

    @staticmethod
    def _cut_before(steps: Sequence[Step], number: int) -> float | None:
        """Say after how many seconds the answer to a step is interrupted by the next."""
        after = steps[number + 1].interrupt_after if number + 1 < len(steps) else None
        return None if after is None else after / 1000

    # --- what the caller does -----------------------------------------------------------------

    async def _do(self, step: Step, variant: int, cut: float | None) -> None:
        if step.silence is not None:
            await self._stay_silent(step.silence)
            return
        if step.dtmf is not None:
            said, heard = step.dtmf, step.dtmf.strip("#")
            self._agent.hear(heard, by_keys=True)
        else:
            variants = step.say or ("",)
            said = variants[variant % len(variants)]
            heard = self._recognised(said)
            self._agent.language = self._tongue.read(heard)
            self._agent.hear(heard, upset=self._feelings.upsets(heard))
            self._feelings.keep(heard)
        self._unanswered = 0
        self._note(said, heard, await self._listen(self._agent.reply(), cut))

    def _recognised(self, said: str) -> str:
        if self._bank is None:
            return said
        return corrected(typed(said), self._bank, slots_of(self._expects, self._digits)).text

    async def _stay_silent(self, seconds: float) -> None:
        """Say nothing; the agent asks, and lets the caller go in the end, when the turn machine would."""
        policy = self._kit.policy.turns
        answers: list[Spoken] = []
        while seconds >= policy.no_input_after and not self._record.outcome:
            seconds -= policy.no_input_after
            self._unanswered += 1
            final = Outcome.NO_INPUT if self._unanswered > policy.no_input_prompts else None
            spoken = await self._recite("no_input_goodbye" if final else "no_input")
            if spoken is not None:
                answers.append(spoken)
                seconds -= spoken.end - spoken.start
            self._record.outcome = final or self._record.outcome
        answer = " ".join(spoken.heard for spoken in answers)
        self._record.exchanges.append(Exchange("", "", answer))

    async def _recite(self, name: str) -> Spoken | None:
        self._prompts += 1
        expects, digits = self._expects, self._digits
        spoken, _ = await self._listen(self._agent.recite(self._agent.lines.line(name, self._prompts)), None)
        self._expects, self._digits = expects, digits
        return spoken

    # --- what the agent answers ---------------------------------------------------------------

    async def _listen(self, work: Coroutine[None, None, None], cut: float | None) -> tuple[Spoken | None, float | None]:
        """Hear a reply out, or until it is ``cut``; answers it and the milliseconds until its first words."""
        agent, playout = self._agent, self._playout
        agent.begin()
        playout.begin()
        began = time.monotonic()
        reply = asyncio.create_task(self._guard(work))
        played = 0.0
        stopped = False
        while not (reply.done() and playout.idle):
            if playout.next(played) is None:
                await asyncio.wait({reply}, timeout=LOOK_EVERY)
                continue
            played += TICK
            if cut is not None and played >= cut and playout.interruptible:
                stopped = True
                reply.cancel()
                break
            await asyncio.sleep(0)
        first = agent.first_text_at
        spoken = playout.close(played)
        if spoken is not None:
            agent.said(spoken)
        self._after(spoken, stopped=stopped)
        await asyncio.wait({reply})
        if not reply.cancelled() and (failed := reply.result()) is not None:
            return await self._failed(failed)
        return spoken, None if first is None else (first - began) * 1000

    def _after(self, spoken: Spoken | None, *, stopped: bool) -> None:
        """Note what the agent waits for now, or how it ended the call."""
        agent = self._agent
        if not stopped and agent.final is not None:
            self._record.outcome = agent.final
        asked = not stopped or (spoken is not None and "?" in spoken.heard)
        self._expects = agent.expects if asked else Expectation.ANY
        self._digits = agent.digits

    async def _guard(self, work: Coroutine[None, None, None]) -> IvrError | None:
        try:
            await work
        except IvrError as error:
            return error
        finally:
            self._playout.finish()
        return None

    async def _failed(self, error: IvrError) -> tuple[Spoken | None, float | None]:
        """Apologise for an answer that failed, as a call does; the third in a row ends it."""
        self._failures += 1
        if self._failures > MAX_FAILURES:
            self._record.outcome, self._record.failure = Outcome.AGENT_FAILED, str(error)
            return None, None
        return await self._recite("failed"), None

    def _ran(self, tool: ToolRecord) -> None:
        self._calls.append(Called(tool.name, dict(tool.arguments), tool.ok))

    def _note(self, said: str, heard: str, listened: tuple[Spoken | None, float | None]) -> None:
        spoken, ms = listened
        calls, self._calls = tuple(self._calls), []
        answer = spoken.heard if spoken else ""
        cut = spoken is not None and spoken.interrupted
        self._record.exchanges.append(Exchange(said, heard, answer, calls, ms, cut))
