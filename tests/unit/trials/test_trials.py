from __future__ import annotations

import pytest

from ivr.trials.bargein import BACKCHANNELS, COUGHS, INTERRUPTIONS, bargein_scenarios, reference_scenario
from ivr.trials.demo_judge import DemoTurn
from ivr.trials.demo_scenario import ACCOUNT, SCENARIO
from ivr.trials.demo_view import stage_times
from ivr.trials.latency import latency_scenarios
from ivr.trials.scenario import Cough, Over, Press, Say


@pytest.mark.parametrize("turns", [1, 7, 20, 45])
def test_the_latency_calls_hold_exactly_the_turns_that_were_asked_for(turns: int) -> None:
    scenarios = latency_scenarios(turns)
    assert sum(isinstance(step, Say) for scenario in scenarios for step in scenario.steps) == turns
    assert len({scenario.name for scenario in scenarios}) == len(scenarios)


def test_twenty_turns_are_held_in_several_voices_and_paces() -> None:
    scenarios = latency_scenarios(20)
    assert len({(scenario.voice, scenario.speed) for scenario in scenarios}) >= 3
    assert "ef_dora" not in {scenario.voice for scenario in scenarios}


def test_every_backchannel_cough_and_interruption_is_tried_once() -> None:
    steps = [step for scenario in bargein_scenarios() for step in scenario.steps]
    assert [step.text for step in steps if isinstance(step, Over)] == [*BACKCHANNELS, *INTERRUPTIONS]
    assert len([step for step in steps if isinstance(step, Cough)]) == COUGHS
    assert len(BACKCHANNELS) == 10


def test_the_reference_call_asks_everything_that_is_spoken_over_later() -> None:
    asked = {step.text for scenario in bargein_scenarios() for step in scenario.steps if isinstance(step, Say)}
    assert asked == {step.text for step in reference_scenario().steps if isinstance(step, Say)}


def test_the_demonstration_has_six_turns_a_key_entry_an_interruption_and_another_voice_than_the_agents() -> None:
    turns = [step for step in SCENARIO.steps if isinstance(step, Say | Over | Press)]
    assert len(turns) >= 6
    assert [step.digits for step in turns if isinstance(step, Press)] == [ACCOUNT]
    assert sum(isinstance(step, Over) for step in turns) == 1
    assert SCENARIO.voice != "ef_dora"


def turn(silence: float | None, **stages: float) -> DemoTurn:
    return DemoTurn("hola", "hola", by_keys=False, silence_ms=silence, answer="hola", stages_ms=stages)


def test_the_waterfalls_stages_add_up_to_the_silence() -> None:
    drawn = stage_times(turn(900.0, pause=160.0, stt=300.0, endpoint=500.0, llm=50.0, tts=250.0, total=800.0))
    assert drawn == {"pause": 160.0, "stt": 300.0, "wait": 40.0, "llm": 50.0, "tts": 250.0, "line": 100.0}
    assert sum(drawn.values()) == pytest.approx(900.0)


def test_a_turn_without_stage_times_draws_nothing() -> None:
    assert stage_times(turn(900.0)) == {}
