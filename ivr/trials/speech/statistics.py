"""How far a figure can be trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

RESAMPLES = 2000


def bootstrap_interval(values: Sequence[float], seed: int) -> tuple[float, float]:
    """Give the 95 % percentile bootstrap interval of the mean; NaN, NaN of no values."""
    if not len(values):
        return float("nan"), float("nan")
    drawn = np.random.default_rng(seed).choice(np.asarray(values, np.float64), (RESAMPLES, len(values)))
    low, high = np.percentile(drawn.mean(axis=1), (2.5, 97.5))
    return float(low), float(high)
