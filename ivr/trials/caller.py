"""A simulated caller: lives a scenario on a real softphone and writes down what it did when."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ivr.audio.frame import AudioFrame
from ivr.errors import IvrError
from ivr.trials.measure import Span
from ivr.trials.scenario import (
    RAMBLE,
    Cough,
    HangUp,
    Over,
    Press,
    Say,
    Scenario,
    Silence,
    Step,
    Talk,
    Wait,
    WaitHangUp,
)
from ivr.trials.sounds import cough

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from pathlib import Path

    from ivr.telephony.phone import Phone
    from ivr.telephony.phone_values import Answer, CallEnd
    from ivr.trials.voices import CallerVoices


INTO_A_CLAUSE = 0.3
"""Seconds from the beginning of a clause to a sound over it, when the agent paused at the wished moment."""
PATIENCE = 15.0
"""Seconds that a caller waits for a sound to speak over."""
KEY_SECONDS = 0.22
"""PJSUA2 sends a key for 160 ms and pauses 50."""


class ScenarioFailed(IvrError):
    """The call did not let the caller do what the scenario says."""


@dataclass(frozen=True, slots=True)
class Deed:
    """Something the caller did; times on the recording's axis."""

    step: Step
    text: str
    span: Span
    complete: bool = True


@dataclass(slots=True)
class CallReport:
    """What came of a scenario."""

    scenario: Scenario
    recording: Path
    answer: Answer
    end: CallEnd | None = None
    deeds: list[Deed] = field(default_factory=list)
    failure: str = ""
    """Which step could not be done, and why; empty when all went as written."""


class Caller:
    """Lives scenarios on one registered phone, one call at a time."""

    def __init__(self, phone: Phone, voices: CallerVoices) -> None:
        self._phone = phone
        self._voices = voices
        self._report: CallReport
        self._heard_before = 0
        self.on_deed: Callable[[Deed], None] = lambda _deed: None
        self.rejoinder: Callable[[Sequence[Deed]], Awaitable[Say | None]] = _none
        """Gives what to answer to a question that the scenario does not speak of, from what was done so far."""

    async def live(self, scenario: Scenario, called: str, record: Path) -> CallReport:
        """Make the call and do the steps; a step that cannot be done ends the call and is named in the report."""
        await self._voices.prepare(scenario.texts(), scenario.voice, scenario.speed)
        answer = await self._phone.call(called, record)
        self._report = CallReport(scenario, record, answer)
        self._heard_before = 0
        if not answer.answered:
            self._report.failure = f"{called} did not answer: {answer.code} {answer.reason}"
            return self._report
        try:
            for number, step in enumerate(scenario.steps, 1):
                try:
                    await self._do(step)
                except ScenarioFailed as failure:
                    self._report.failure = f"step {number} ({type(step).__name__}): {failure}"
                    break
        finally:
            self._report.end = await self._phone.hang_up()
        return self._report

    async def _do(self, step: Step) -> None:
        phone = self._phone
        match step:
            case Wait():
                await self._listen(step)
            case Say():
                await self._say(step, await self._speech(step))
            case Over(text, after):
                speech = await self._line(text)
                await self._into_the_agents_speech(after)
                await self._say(step, speech)
            case Cough(seed, after):
                await self._into_the_agents_speech(after)
                await self._say(step, cough(seed))
            case Press(digits, after):
                if after is not None:
                    await self._since_the_agents_first_sound(after)
                await self._press(step, digits)
            case Silence(seconds):
                await self._stay(seconds)
            case Talk(seconds):
                await self._talk(step, seconds)
            case HangUp():
                await phone.hang_up()
            case WaitHangUp(within):
                if not await phone.has_ended(within):
                    raise ScenarioFailed(f"the agent did not hang up within {within:g} s")

    async def _listen(self, step: Wait) -> None:
        await self._wait(step.quiet, step.within)
        while step.rejoin and (answer := await self.rejoinder(self._report.deeds)) is not None:
            await self._say(answer, await self._speech(answer))
            await self._wait(step.quiet, step.within)

    async def _wait(self, quiet: float, within: float) -> None:
        if not await self._phone.heard_quiet(quiet, within, after_sounds=self._heard_before):
            why = f"the agent was not done within {within:g} s" if self._phone.in_call else "the agent hung up"
            raise ScenarioFailed(why)

    async def _since_the_agents_first_sound(self, seconds: float) -> None:
        phone = self._phone
        if not await phone.heard_sound(PATIENCE, after_sounds=self._heard_before):
            raise ScenarioFailed("the agent said nothing to speak over")
        await asyncio.sleep(max(0.0, seconds - (phone.time - phone.sound_starts[self._heard_before])))

    async def _into_the_agents_speech(self, after: float) -> None:
        """Wait until the agent has been at it for ``after`` seconds since its first sound, and sounds now."""
        phone = self._phone
        await self._since_the_agents_first_sound(after)
        if phone.sounding:
            return
        if not await phone.heard_sound(PATIENCE, after_sounds=phone.sounds):
            raise ScenarioFailed(f"the agent had finished within {after:g} s")
        await asyncio.sleep(INTO_A_CLAUSE)

    async def _say(self, step: Step, speech: AudioFrame) -> None:
        self._need_line()
        said = await self._phone.say(speech)
        self._note(step, Span(said.start, said.end), complete=said.complete)
        self._wait_for_new_sound()

    def _wait_for_new_sound(self) -> None:
        """From now on only what the agent says next, or is saying now, counts as its answer."""
        self._heard_before = self._phone.sounds - int(self._phone.sounding)

    async def _speech(self, step: Say) -> AudioFrame:
        speech = await self._line(step.text)
        if not step.then:
            return speech
        pause = AudioFrame.silence(step.pause, speech.rate)
        return AudioFrame.join([speech, pause, await self._line(step.then)])

    async def _line(self, text: str) -> AudioFrame:
        scenario = self._report.scenario
        return await self._voices.line(text, scenario.voice, scenario.speed)

    async def _press(self, step: Press, digits: str) -> None:
        self._need_line()
        start = self._phone.time
        self._phone.press(digits)
        await asyncio.sleep(KEY_SECONDS * len(digits))
        self._note(step, Span(start, self._phone.time))
        self._wait_for_new_sound()

    async def _stay(self, seconds: float) -> None:
        self._wait_for_new_sound()
        await self._phone.has_ended(seconds)

    async def _talk(self, step: Talk, seconds: float) -> None:
        start = self._phone.time
        for text in itertools.cycle(RAMBLE):
            if self._phone.time - start >= seconds or not self._phone.in_call:
                break
            await self._phone.say(await self._line(text))
        self._note(step, Span(start, self._phone.time))
        self._wait_for_new_sound()

    def _need_line(self) -> None:
        if not self._phone.in_call:
            raise ScenarioFailed("the agent hung up")

    def _note(self, step: Step, span: Span, *, complete: bool = True) -> None:
        match step:
            case Say():
                text = step.whole
            case Over(text):
                pass
            case Press(digits):
                text = digits
            case _:
                text = ""
        deed = Deed(step, text, span, complete)
        self._report.deeds.append(deed)
        self.on_deed(deed)


async def _none(_deeds: Sequence[Deed]) -> Say | None:
    return None
