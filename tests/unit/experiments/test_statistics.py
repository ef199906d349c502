"""Against figures of the papers and of statistics packages."""

from __future__ import annotations

import random

import pytest

from ivr.experiments.statistics import Share, bounded, calls_needed, fairness, mean_of, newcombe, of_units, wilson


def test_wilson_is_as_newcombe_s_table_has_it() -> None:
    for hits, of, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ):
        found = wilson(Share(hits, of))
        assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


def test_the_difference_of_shares_is_as_newcombe_s_table_has_it() -> None:
    found = newcombe(Share(48, 80), Share(56, 70))
    assert (found.value, found.low, found.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)
    assert newcombe(Share(0, 10), Share(10, 10)).high == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("counts", "weights", "chance"),
    [([50, 50], [1, 1], 1.0), ([60, 40], [1, 1], 0.0455), ([30, 14, 34, 45, 57, 20], [20, 20, 30, 40, 60, 30], 0.0438)],
)
def test_the_fairness_of_a_draw_is_chi_square_s(counts: list[int], weights: list[float], chance: float) -> None:
    assert fairness(counts, weights) == pytest.approx(chance, abs=1e-3)
    assert fairness([0] * len(counts), weights) == 1.0


def test_the_bootstrap_holds_the_truth_as_often_as_it_says() -> None:
    rng = random.Random(7)
    held = 0
    for _ in range(100):
        calls = [[rng.gauss(5, 2)] for _ in range(60)]
        found = bounded(sum(map(sum, calls)) / 60, of_units(calls, mean_of))
        held += found.low < 5 < found.high
    assert 88 <= held <= 100


def test_calls_of_one_caller_do_not_count_as_so_many_callers() -> None:
    rng = random.Random(8)
    callers = [[float(rng.random() < 0.5)] * 10 for _ in range(40)]
    alone = [[value] for caller in callers for value in caller]
    wide, narrow = (bounded(0.5, of_units(units, mean_of)) for units in (callers, alone))
    assert wide.high - wide.low > 2 * (narrow.high - narrow.low)


def test_how_many_calls_are_needed() -> None:
    assert calls_needed(0.7, 0.05) == 1248
    assert calls_needed(0.5, 0.1) < calls_needed(0.5, 0.05)
    assert calls_needed(1.0, 0.05) > 0
