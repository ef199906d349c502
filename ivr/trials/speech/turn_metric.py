"""The measure of turn-end detection, as eot-bench takes it (Apache-2.0, github.com/livekit/eot-bench). Pure.

A detector gives a score at moments of each silence. Three knobs are swept: the score that ends the turn
(``threshold``), the silence before which it may not end (``delay``) and the one that ends it whatever the score
(``timeout``). A *cut-off* is a hold (0.2 to 5 s) that was taken for the end; *latency* is the mean silence after true
ends. Latency is the policy's, not the computer's: what a detector knows late must be missing in its early scores.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

Floats: TypeAlias = NDArray[np.float64]

MOMENTS: Floats = np.arange(2, 21) / 10
"""Seconds into a silence at which detectors are asked."""
THRESHOLDS = np.arange(0, 101) / 100
DELAYS = np.arange(2, 16) / 10
TIMEOUTS = (0.8, 1.0, 1.2, 1.5, 2.0, 2.5, 3.0)
HOLDS = 0.2, 5.0
RESAMPLES = 400
WITHIN = {"cutoffs_at_300_ms": 0.3, "cutoffs_at_600_ms": 0.6}
UNDER = {"latency_ms_at_5_percent": 5.0, "latency_ms_at_10_percent": 10.0}
"""The figures reported: least cut-offs (%) within a latency (s), least latency (ms) under a rate of cut-offs (%)."""


@dataclass(frozen=True, slots=True)
class Scored:
    """One silence of a turn: its length, whether it is the end, and the detector's scores at ``MOMENTS``."""

    turn: int
    seconds: float
    is_end: bool
    scores: Floats


@dataclass(frozen=True, slots=True)
class Point:
    """A policy and what it costs: cut-offs in percent of holds, latency in seconds."""

    threshold: float
    delay: float
    timeout: float
    cutoffs: float
    latency: float


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with the bounds of its 95 % bootstrap interval over turns; NaN where no policy is within the budget."""

    value: float
    low: float
    high: float


class Sweep:
    """All policies on all silences of one detector."""

    def __init__(self, silences: Sequence[Scored]) -> None:
        self._turns = np.array([silence.turn for silence in silences])
        self._is_end = np.array([silence.is_end for silence in silences])
        seconds = np.array([silence.seconds for silence in silences])
        self._counted = ~self._is_end & (seconds >= HOLDS[0]) & (seconds <= HOLDS[1])
        self.policies, self._ended = _play(np.array([silence.scores for silence in silences]))
        self._cut = ((self._ended < seconds) & self._counted).astype(np.float64)

    def figures(self, seed: int) -> dict[str, Figure]:
        """Give the best cut-off rate within each latency and the best latency within each cut-off rate."""
        whole = self._best(np.ones((1, len(self._turns))))
        random = np.random.default_rng(seed)
        names, place = np.unique(self._turns, return_inverse=True)
        drawn = random.multinomial(len(names), np.full(len(names), 1 / len(names)), RESAMPLES)
        spread = self._best(drawn[:, place].astype(np.float64))
        return {name: Figure(float(whole[name][0]), *_bounds(spread[name])) for name in whole}

    def best(self, *, cutoffs: float) -> Point | None:
        """Give the quickest policy with at most so many cut-offs (percent)."""
        rates, latencies = self._rates(np.ones((1, len(self._turns))))
        fitting = np.where(rates[:, 0] <= cutoffs, latencies[:, 0], np.inf)
        number = int(np.argmin(fitting))
        if not np.isfinite(fitting[number]):
            return None
        return self.point(self.policies[number])

    def point(self, policy: tuple[float, float, float]) -> Point:
        """Give what one policy costs here."""
        number = self.policies.index(policy)
        rates, latencies = self._rates(np.ones((1, len(self._turns))))
        return Point(*policy, float(rates[number, 0]), float(latencies[number, 0]))

    def _rates(self, weights: Floats) -> tuple[Floats, Floats]:
        """Give cut-offs (percent) and latency (s) of each policy (rows) under each weighting of silences (columns)."""
        holds = np.maximum(weights @ self._counted, 1e-9)
        ends = np.maximum(weights @ self._is_end, 1e-9)
        cutoffs: Floats = 100 * (self._cut @ weights.T) / holds
        latencies: Floats = ((self._ended * self._is_end) @ weights.T) / ends
        return cutoffs, latencies

    def _best(self, weights: Floats) -> dict[str, Floats]:
        cutoffs, latencies = self._rates(weights)
        found = {
            name: np.where(latencies <= budget + 1e-9, cutoffs, np.inf).min(axis=0) for name, budget in WITHIN.items()
        }
        found |= {
            name: 1000 * np.where(cutoffs <= budget, latencies, np.inf).min(axis=0) for name, budget in UNDER.items()
        }
        return {name: np.where(np.isfinite(values), values, np.nan) for name, values in found.items()}


def _play(scores: Floats) -> tuple[list[tuple[float, float, float]], Floats]:
    """Say when each policy (rows) ends each silence (columns), if the caller keeps silent for so long."""
    policies, ended = [], []
    for threshold, delay in product(THRESHOLDS, DELAYS):
        fires = (scores >= threshold) & (delay - 1e-9 <= MOMENTS)
        at = np.where(fires.any(axis=1), MOMENTS[fires.argmax(axis=1)], np.inf)
        for timeout in TIMEOUTS:
            if timeout >= delay:
                policies.append((float(threshold), float(delay), timeout))
                ended.append(np.minimum(at, timeout))
    return policies, np.array(ended)


def _bounds(values: Floats) -> tuple[float, float]:
    known = values[~np.isnan(values)]
    if not len(known):
        return float("nan"), float("nan")
    return float(np.percentile(known, 2.5)), float(np.percentile(known, 97.5))
