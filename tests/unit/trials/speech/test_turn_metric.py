from __future__ import annotations

import math

import numpy as np
import pytest

from ivr.trials.speech.turn_metric import MOMENTS, Scored, Sweep


def silence(turn: int, seconds: float, score: float, *, is_end: bool = False) -> Scored:
    return Scored(turn, seconds, is_end, np.full(len(MOMENTS), score))


def turns(hold: float, end: float) -> list[Scored]:
    """Ten turns, each with a hold of 0.35, 0.45 ... 1.25 s and an end, scored ``hold`` and ``end``."""
    found = []
    for number in range(10):
        found += [silence(number, 0.35 + number / 10, hold), silence(number, 3.0, end, is_end=True)]
    return found


def test_a_perfect_detector_ends_turns_at_once_and_cuts_nobody_off() -> None:
    best = Sweep(turns(hold=0.0, end=1.0)).best(cutoffs=0.0)
    assert best is not None
    assert best.cutoffs == 0.0
    assert best.latency == pytest.approx(0.2)


def test_a_detector_that_knows_nothing_is_a_clock() -> None:
    figures = Sweep(turns(hold=0.0, end=0.0)).figures(seed=1)
    assert figures["cutoffs_at_300_ms"].value == pytest.approx(100.0)
    assert figures["cutoffs_at_600_ms"].value == pytest.approx(70.0)
    assert figures["latency_ms_at_10_percent"].value == pytest.approx(1200)
    assert figures["latency_ms_at_5_percent"].value == pytest.approx(1300)


def test_a_detector_that_misses_an_end_waits_for_the_time_out_there() -> None:
    scored = turns(hold=0.0, end=1.0)
    scored[1] = silence(0, 3.0, 0.0, is_end=True)
    best = Sweep(scored).best(cutoffs=0.0)
    assert best is not None
    assert best.latency == pytest.approx((9 * 0.2 + best.timeout) / 10)


def test_a_score_that_comes_late_is_late() -> None:
    late = np.where(MOMENTS >= 0.5, 1.0, 0.0)
    scored = [Scored(s.turn, s.seconds, s.is_end, late if s.is_end else s.scores) for s in turns(0.0, 1.0)]
    best = Sweep(scored).best(cutoffs=0.0)
    assert best is not None
    assert best.latency == pytest.approx(0.5)


def test_holds_too_short_to_matter_are_not_counted() -> None:
    scored = [*turns(hold=0.0, end=1.0), silence(0, 0.15, 1.0)]
    best = Sweep(scored).best(cutoffs=0.0)
    assert best is not None
    assert best.cutoffs == 0.0


def test_the_interval_holds_the_value_and_is_the_same_for_the_same_seed() -> None:
    random = np.random.default_rng(3)
    scored = [silence(n, float(random.uniform(0.2, 1.5)), float(random.uniform(0, 0.8))) for n in range(40)]
    scored += [silence(n, 3.0, float(random.uniform(0.2, 1)), is_end=True) for n in range(40)]
    figures, again = Sweep(scored).figures(seed=5), Sweep(scored).figures(seed=5)
    assert figures == again
    for figure in figures.values():
        assert figure.low <= figure.value <= figure.high
        assert figure.low < figure.high


def test_a_budget_that_no_policy_meets_has_no_figure() -> None:
    scored = [silence(0, 4.9, 1.0), silence(0, 6.0, 1.0, is_end=True)]
    assert Sweep(scored).best(cutoffs=5.0) is None
    assert math.isnan(Sweep(scored).figures(seed=1)["latency_ms_at_5_percent"].value)
