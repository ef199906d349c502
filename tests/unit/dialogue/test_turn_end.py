from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.dialogue.completeness import Ending
from ivr.dialogue.turn_end import TurnEndWeights, turn_end_weights

WEIGHTS = turn_end_weights()


def needed(ending: Ending, judged: float | None, pace: float = 1.0) -> float:
    return WEIGHTS.needed_silence(WEIGHTS.evidence(ending, judged), 0.6, pace)


def test_every_ending_has_a_weight() -> None:
    assert set(WEIGHTS.endings) == set(Ending)


def test_words_that_hang_need_a_longer_silence_than_a_closed_answer() -> None:
    assert needed(Ending.HANGS, 0.9) > needed(Ending.STATES, 0.9) > needed(Ending.CLOSES, 0.9)


def test_dictation_in_progress_needs_a_longer_silence_whatever_the_turn_model_says() -> None:
    assert needed(Ending.DICTATES, 0.99) > needed(Ending.STATES, 0.6)


def test_the_surer_the_turn_model_the_shorter_the_silence() -> None:
    assert needed(Ending.STATES, 0.95) < needed(Ending.STATES, 0.5) < needed(Ending.STATES, 0.05)


def test_a_silent_turn_model_counts_as_undecided() -> None:
    assert needed(Ending.STATES, None) == needed(Ending.STATES, 0.5)


def test_a_slow_thinker_is_given_more_time() -> None:
    assert needed(Ending.TRAILS, 0.2, pace=1.5) == pytest.approx(1.5 * needed(Ending.TRAILS, 0.2))


@given(st.sampled_from(Ending), st.floats(0, 1), st.floats(0.05, 0.95), st.floats(0.5, 2))
def test_the_needed_silence_is_when_the_probability_reaches_the_threshold(
    ending: Ending, judged: float, threshold: float, pace: float
) -> None:
    evidence = WEIGHTS.evidence(ending, judged)
    silence = WEIGHTS.needed_silence(evidence, threshold, pace)
    assert WEIGHTS.probability(evidence, silence, pace) == pytest.approx(threshold)


@given(st.sampled_from(Ending), st.floats(0, 1))
def test_the_longer_the_silence_the_likelier_the_end(ending: Ending, judged: float) -> None:
    evidence = WEIGHTS.evidence(ending, judged)
    assert WEIGHTS.probability(evidence, 0.3) < WEIGHTS.probability(evidence, 1.0)


def test_weights_are_plain_numbers() -> None:
    weights = TurnEndWeights(1.0, 0.5, 0.4, dict.fromkeys(Ending, 0.0))
    assert weights.probability(weights.evidence(Ending.STATES, 0.5), 0.0) == 0.5
