from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from ivr.audio.frame import AudioFrame
from ivr.trials.line import TrialLine
from ivr.trials.measure import TwoTracks, sounds
from ivr.trials.scenario import Cough, HangUp, Over, Press, Say, Scenario, Silence, Wait, WaitHangUp
from ivr.trials.voices import CallerVoices

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence
    from pathlib import Path

    from ivr.ports import VoiceStyle
    from ivr.telephony.pbx import LocalPbx

pytestmark = pytest.mark.asterisk


class Humming:
    """Speaks a tenth of a second of hum a word."""

    def __init__(self) -> None:
        self.spoken: list[str] = []

    async def speak(self, text: str, style: VoiceStyle) -> AsyncGenerator[AudioFrame, None]:
        del style
        self.spoken.append(text)
        t = np.arange(2400 * len(text.split())) / 24000
        yield AudioFrame((6000 * np.sin(2 * np.pi * 440 * t)).astype("<i2").tobytes(), 24000)

    async def prepare(self, texts: Sequence[str], style: VoiceStyle) -> None:
        del texts, style


def line(pbx: LocalPbx, synthesizer: Humming, cache: Path) -> TrialLine:
    return TrialLine(
        "127.0.0.1", pbx.config.sip_port, "1003", pbx.config.phones["1003"], CallerVoices(lambda: synthesizer, cache)
    )


async def test_a_caller_lives_a_scenario_and_writes_down_what_it_did_when(pbx: LocalPbx, tmp_path: Path) -> None:
    humming = Humming()
    scenario = Scenario(
        "echo",
        (
            Say("one two three four five", pause=0.5, then="six seven"),
            Wait(quiet=0.3, within=5),
            Press("42"),
            Silence(0.3),
            Say("one two three four five six seven eight nine ten eleven twelve"),
            HangUp(),
        ),
    )
    async with line(pbx, humming, tmp_path).caller(scenario) as caller:
        report = await caller.live(scenario, "600", tmp_path / "call.wav")
    assert report.failure == ""
    assert report.end is not None
    assert report.end.by == "phone"
    first, keys, last = report.deeds
    assert first.span.duration == pytest.approx(1.2, abs=0.05)
    assert (keys.text, last.complete) == ("42", True)
    said = sounds(TwoTracks.read(tmp_path / "call.wav").said, 8000)
    assert [round(span.duration, 1) for span in said] == [0.5, 0.2, 1.2]
    assert said[0].start == pytest.approx(first.span.start, abs=0.03)


async def test_a_caller_speaks_and_coughs_over_the_far_end(pbx: LocalPbx, tmp_path: Path) -> None:
    scenario = Scenario("over", (Say("a b c d e f g h i j"), Over("k l", after=0.2), Cough(1, after=0.1), HangUp()))
    async with line(pbx, Humming(), tmp_path).caller(scenario) as caller:
        report = await caller.live(scenario, "600", tmp_path / "call.wav")
    assert report.failure == ""
    assert [type(deed.step).__name__ for deed in report.deeds] == ["Say", "Over", "Cough"]


async def test_a_step_that_cannot_be_done_is_named(pbx: LocalPbx, tmp_path: Path) -> None:
    scenario = Scenario("silent", (Wait(quiet=0.3, within=0.8), HangUp()))
    async with line(pbx, Humming(), tmp_path).caller(scenario) as caller:
        report = await caller.live(scenario, "600", tmp_path / "call.wav")
        assert report.failure == "step 1 (Wait): the agent was not done within 0.8 s"
        waiting = Scenario("wait", (WaitHangUp(0.5),))
        report = await caller.live(waiting, "600", tmp_path / "call.wav")
        assert report.failure == "step 1 (WaitHangUp): the agent did not hang up within 0.5 s"
        unknown = await caller.live(waiting, "4444", tmp_path / "call.wav")
        assert unknown.failure == "4444 did not answer: 404 Not Found"


async def test_each_line_is_synthesised_once(tmp_path: Path) -> None:
    humming = Humming()
    voices = CallerVoices(lambda: humming, tmp_path)
    first = await voices.line("hola", "em_alex")
    assert await voices.line("hola", "em_alex") == first
    await voices.prepare(["hola", "adiós"], "em_alex")
    await voices.line("hola", "em_santa")
    assert humming.spoken == ["hola", "adiós", "hola"]
