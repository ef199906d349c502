"""The hearing sections on a few real utterances: real voices, the telephone, both recognisers."""

from __future__ import annotations

import pytest

from ivr.settings import load_settings
from ivr.trials.speech import overhead, stt
from ivr.trials.speech.bench import SpeechBench

pytestmark = [pytest.mark.engine, pytest.mark.slow]


@pytest.fixture
def bench() -> SpeechBench:
    return SpeechBench(load_settings(), seed=5, quick=True)


async def test_a_few_utterances_are_heard_by_both_recognisers(bench: SpeechBench) -> None:
    section = await stt.measure(bench)
    assert all(len(row) == len(section.columns) for row in section.rows)
    assert {row[1] for row in section.rows[:2]} == {"ours", "faster-whisper"}
    assert section.figures["time / stock"] < 0.7
    assert section.figures["clean line: ours wer"] < 40
    assert section.figures["words rated"] > 100
    assert section.figures["nobody speaks: ours invented"] == 0


async def test_the_work_around_recognition_is_timed(bench: SpeechBench) -> None:
    section = await overhead.measure(bench)
    assert all(len(row) == len(section.columns) for row in section.rows)
    assert section.figures["turn, all of it: p99_ms"] < overhead.TURN_BUDGET
    assert section.figures["tick and call: all_ms"] < overhead.TICK_BUDGET
