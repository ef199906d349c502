from __future__ import annotations

import math

from ivr.trials.speech.statistics import bootstrap_interval, ratio_interval


def test_the_interval_holds_the_mean_and_narrows_with_more_values() -> None:
    low, high = bootstrap_interval([0.0, 100.0] * 20, seed=1)
    few_low, few_high = bootstrap_interval([0.0, 100.0] * 3, seed=1)
    assert low < 50 < high
    assert high - low < few_high - few_low


def test_the_same_seed_gives_the_same_interval() -> None:
    assert bootstrap_interval([1.0, 2.0, 5.0], 3) == bootstrap_interval([1.0, 2.0, 5.0], 3)


def test_no_values_have_no_interval() -> None:
    assert all(math.isnan(bound) for bound in bootstrap_interval([], 1))


def test_the_interval_of_a_ratio_weighs_long_parts_more() -> None:
    low, high = ratio_interval([0.0, 10.0] * 30, [100.0, 10.0] * 30, 1)
    assert low < 10 / 110 < high
    assert high < 0.5
    assert all(math.isnan(bound) for bound in ratio_interval([], [], 1))
