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


def ratio_interval(parts: Sequence[float], wholes: Sequence[float], seed: int) -> tuple[float, float]:
    """Give the 95 % interval of sum(parts) / sum(wholes) over resampled pairs: a word error rate over utterances."""
    if not len(parts):
        return float("nan"), float("nan")
    drawn = np.random.default_rng(seed).integers(len(parts), size=(RESAMPLES, len(parts)))
    above, below = np.asarray(parts, np.float64)[drawn].sum(axis=1), np.asarray(wholes, np.float64)[drawn].sum(axis=1)
    low, high = np.percentile(above / np.maximum(below, 1e-9), (2.5, 97.5))
    return float(low), float(high)
