"""The turn-end section on a few real turns: real voices, the telephone, Whisper and Smart Turn."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from ivr.settings import Settings, load_settings
from ivr.trials.speech.turn_end import measure

pytestmark = [pytest.mark.engine, pytest.mark.slow]


@dataclass(frozen=True)
class QuickBench:
    settings: Settings
    seed: int = 5
    quick: bool = True


async def test_a_few_turns_are_spoken_heard_and_judged() -> None:
    section = await measure(QuickBench(load_settings()))
    assert [row[0] for row in section.rows][:3] == ["silence alone", "Smart Turn", "Smart Turn and words"]
    assert all(len(row) == len(section.columns) for row in section.rows)
    assert 300 <= section.figures["calls: latency_ms_p50"] <= 2500
    assert 0 <= section.figures["calls: cutoffs"] <= 100
