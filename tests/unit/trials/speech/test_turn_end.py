from __future__ import annotations

from dataclasses import replace

from ivr.dialogue.conversation import Expectation
from ivr.trials.speech.turn_end import cut_offs, detectors, paces, waits
from ivr.trials.speech.turn_evidence import Silence
from ivr.trials.speech.turn_live import Lived
from ivr.trials.speech.turn_metric import Sweep
from ivr.trials.speech.turn_set import Line

LINE = Line(("",), Expectation.ANY, 0)
HOLD = Silence(0, 0, LINE, 0.8, is_end=False, judged=0.9, text="Quiero cambiar la")
END = Silence(0, 0, LINE, 3.0, is_end=True, judged=0.97, text="Quiero cambiar la tarifa, gracias.")


def test_a_turn_taken_in_a_hold_is_a_cut_off() -> None:
    assert cut_offs([Lived(HOLD, 0.6, None), Lived(HOLD, None, None), Lived(END, 0.5, None)]) == [100.0, 0.0]


def test_an_end_that_was_never_taken_waits_for_all_its_silence() -> None:
    assert waits([Lived(HOLD, 0.6, None), Lived(END, 0.5, 0.4), Lived(END, None, None)]) == [500.0, 3000.0]


def test_words_tell_apart_what_the_turn_model_can_not() -> None:
    silences = [HOLD, END]
    best = {name: Sweep(scored).best(cutoffs=0.0) for name, scored in detectors(silences).items()}
    latency = {name: point.latency for name, point in best.items() if point is not None}
    assert latency["Smart Turn and words"] < latency["silence alone"]
    assert latency["the same, words at once"] <= latency["Smart Turn and words"]


def test_a_callers_pace_is_learned_from_the_holds_before_and_not_from_another_caller() -> None:
    slow = replace(HOLD, seconds=1.5)
    learned = paces([slow, slow, END, replace(slow, caller=1)])
    assert learned[0] == learned[3] == 1.0
    assert 1.0 < learned[1] < learned[2]
