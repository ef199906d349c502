"""The arithmetic of experiments: intervals of shares and of means, how many calls are needed, whether the draw is fair.

Wilson 1927 and Newcombe 1998 (method 10) for shares, the percentile bootstrap over what was drawn for all else.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

RESAMPLES = 1000
_SEED = 20260101
_BLOCK = 2_000_000
"""Numbers that are drawn at once."""


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate and the bounds between which the truth is, with the confidence that was asked for."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        """Give it from 0 to 1."""
        return self.hits / self.of


def wilson(share: Share, confidence: float = 0.95) -> Interval:
    """Bound a share; it holds for few calls and near 0 and 1 too."""
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    n, p = share.of, share.value
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return Interval(p, max(0.0, middle - half), min(1.0, middle + half))


def newcombe(first: Share, second: Share, confidence: float = 0.95) -> Interval:
    """Bound by how much the second share is greater than the first."""
    one, two = wilson(first, confidence), wilson(second, confidence)
    difference = two.value - one.value
    low = math.hypot(two.value - two.low, one.high - one.value)
    high = math.hypot(two.high - two.value, one.value - one.low)
    return Interval(difference, difference - low, difference + high)


def of_units(
    units: Sequence[Sequence[float]], figure: Callable[[Numbers, Numbers], Numbers], series: int = 0
) -> Numbers:
    """Draw units anew, with repetition, RESAMPLES times; answers the figure of each draw.

    ``figure`` takes sums and counts of the drawn units, a draw a row. Each ``series`` of draws is another.
    """
    sums = np.array([sum(unit) for unit in units])
    counts = np.array([float(len(unit)) for unit in units])
    rng = np.random.default_rng(_SEED + series)
    found = []
    step = max(1, _BLOCK // len(units))
    for begin in range(0, RESAMPLES, step):
        drawn = rng.integers(len(units), size=(min(step, RESAMPLES - begin), len(units)))
        found.append(figure(sums[drawn], counts[drawn]))
    return np.concatenate(found)


def mean_of(sums: Numbers, counts: Numbers) -> Numbers:
    """Give the mean over all calls of the drawn units."""
    return np.asarray(sums.sum(axis=1) / counts.sum(axis=1))


def median_of(sums: Numbers, counts: Numbers) -> Numbers:
    """Give the median of the units' own means."""
    return np.asarray(np.median(sums / counts, axis=1))


def bounded(value: float, draws: Numbers, confidence: float = 0.95) -> Interval:
    """Bound a figure by its draws."""
    tail = (1 - confidence) / 2
    low, high = np.quantile(draws, [tail, 1 - tail])
    return Interval(value, float(low), float(high))


def calls_needed(base: float, detect: float, confidence: float = 0.95, power: float = 0.8) -> int:
    """Say how many calls each of two variants needs to tell shares apart that differ by ``detect``."""
    p = min(max(base, 0.05), 0.95)
    other = p + detect if p + detect < 1 else p - detect
    z = NormalDist().inv_cdf(0.5 + confidence / 2) + NormalDist().inv_cdf(power)
    return math.ceil(z * z * (p * (1 - p) + other * (1 - other)) / detect**2)


def fairness(counts: Sequence[int], weights: Sequence[float]) -> float:
    """Give the chance (chi-square) of counts at least this far from the weights if the draw is fair."""
    total, whole = sum(counts), sum(weights)
    if not total:
        return 1.0
    expected = [total * weight / whole for weight in weights]
    statistic = sum((count - mean) ** 2 / mean for count, mean in zip(counts, expected, strict=True))
    return _chi_square_tail(statistic, len(counts) - 1)


def _chi_square_tail(x: float, freedom: int) -> float:
    """Give the chance of more than ``x``, by the recurrence of the upper incomplete gamma function."""
    half = x / 2
    tail, a = (math.erfc(math.sqrt(half)), 0.5) if freedom % 2 else (math.exp(-half), 1.0)
    while a < freedom / 2:
        tail += math.exp(a * math.log(half) - half - math.lgamma(a + 1)) if half else 0.0
        a += 1
    return min(tail, 1.0)
