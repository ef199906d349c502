from __future__ import annotations

import re
from collections import Counter

import numpy as np
import pytest

from ivr.audio.frame import AudioFrame
from ivr.dialogue.conversation import Expectation
from ivr.trials.speech.turn_set import (
    CALLERS,
    LINE,
    PAUSES,
    Line,
    SetCaller,
    build_turn,
    cast,
    draw_out,
    read_lines,
    written,
)

SAID = Line(("Quería saber si", "puedo pagar mañana."), Expectation.ANY, 0)


async def beep(text: str, voice: str, speed: float) -> AudioFrame:
    """Say a clause as half a second of tone, with a short break between clauses."""
    del voice, speed
    tone = (8000 * np.sin(2 * np.pi * 440 * np.arange(LINE // 2) / LINE)).astype(np.int16).tobytes()
    clauses = len(re.split("[,…]", text))
    return AudioFrame(AudioFrame.silence(0.1, LINE).pcm.join([tone] * clauses), LINE)


def test_the_sets_share_no_text_and_no_voice_at_one_speed() -> None:
    tuning, reporting = ({line.text for line in read_lines(name)} for name in ("tuning", "reporting"))
    assert not tuning & reporting
    one, other = ({(caller.voice, caller.speed) for caller in CALLERS[name]} for name in ("tuning", "reporting"))
    assert not one & other


@pytest.mark.parametrize("name", ["tuning", "reporting"])
def test_each_text_is_said_by_four_callers_and_each_caller_says_many(name: str) -> None:
    assert name in {"tuning", "reporting"}
    parts = cast("tuning" if name == "tuning" else "reporting", seed=1)
    speakers = Counter(line.text for _, line in parts)
    assert set(speakers.values()) == {4}
    assert len({(caller, line.text) for caller, line in parts}) == len(parts)
    assert min(Counter(caller for caller, _ in parts).values()) >= 10
    assert [caller for caller, _ in parts] == sorted(caller for caller, _ in parts)


async def test_the_last_silence_is_the_end_and_the_others_are_where_the_caller_thinks() -> None:
    turn = await build_turn(SetCaller("", 1, 1), 0, SAID, beep, seed=4)
    pause, end = turn.silences
    assert turn.sound.rate == LINE
    assert turn.began == pytest.approx(0.4, abs=0.02)
    assert pause.start == pytest.approx(0.9, abs=0.02)
    assert PAUSES[0] - 0.02 <= pause.duration <= PAUSES[1] + 0.02
    assert end.duration == pytest.approx(3.0, abs=0.05)


async def test_the_same_seed_gives_the_same_turn_and_another_one_another() -> None:
    caller = SetCaller("", 1, 1, "pink", 15)
    assert await build_turn(caller, 0, SAID, beep, 4) == await build_turn(caller, 0, SAID, beep, 4)
    assert await build_turn(caller, 0, SAID, beep, 4) != await build_turn(caller, 0, SAID, beep, 5)


async def test_a_slow_thinker_pauses_longer() -> None:
    brisk = [(await build_turn(SetCaller("", 1, 0.65), 0, SAID, beep, n)).silences[0].duration for n in range(40)]
    slow = [(await build_turn(SetCaller("", 1, 1.5), 0, SAID, beep, n)).silences[0].duration for n in range(40)]
    assert np.mean(slow) > 1.4 * np.mean(brisk)


def test_a_line_is_written_as_one_sentence() -> None:
    line = Line(("Pues mire,", "quería saber si", "puedo pagar mañana."), Expectation.ANY, 0)
    assert written(line, "…") == "Pues mire, quería saber si… puedo pagar mañana."


async def test_where_the_speaker_makes_no_break_the_caller_does_not_stop() -> None:
    quiet = AudioFrame.silence(1, LINE)
    fluent = AudioFrame.join([quiet, await beep("", "", 1), quiet])
    assert draw_out(fluent, [0.5], [1.0]) == fluent
