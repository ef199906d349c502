"""Fits what each cue of a question is worth, and counts how often each way to decide is right.

Logistic regression with a ridge towards ``BELIEVED``: in some fifty sentences rare cues would otherwise be worth
anything, and the voices that ask them hardly rise. The reporting set takes no part in it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ivr.language.question import BIAS, WEIGHTS, Cues, cues_of, probability

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.trials.speech.question_set import Utterance

BELIEVED = {
    "bias": -1.6,
    "mark": 4.0,
    "asking word": 2.6,
    "accent": 0.8,
    "indirect": 2.2,
    "verb first": 1.5,
    "tag": 2.0,
    "states": -1.4,
    "rise": 1.1,
    "fall": -0.5,
}
"""Log odds before any sentence is seen: a written mark is nearly certain, a rise is weak."""
RIDGE = 2.0
"""How firmly: about as much as eight sentences."""
FREE = 1e-3
ASKING = 0.2
"""Share of callers' turns that ask."""
STEPS = 400
"""Each on a curve that is steeper than the true one anywhere (D. Böhning, 1988), so that none overshoots."""
VOICE = frozenset({"rise", "fall"})
WAYS: dict[str, frozenset[str]] = {
    "words": frozenset(WEIGHTS) - VOICE - {"mark"},
    "written mark": frozenset({"mark"}),
    "rise": VOICE,
    "words and mark": frozenset(WEIGHTS) - VOICE,
    "together": frozenset(WEIGHTS),
}
"""Ways to decide and the cues that each may use."""


@dataclass(frozen=True, slots=True)
class Rates:
    """How often a way to decide is right; ``right`` has 1 or 0 for each utterance."""

    right: tuple[float, ...]
    precision: float
    recall: float

    @property
    def accuracy(self) -> float:
        """Give the share of right decisions."""
        return float(np.mean(self.right))


def cues(utterance: Utterance) -> Cues:
    """List the cues in what was recognised of an utterance and in its melody."""
    return cues_of(utterance.heard, utterance.prosody.rise if utterance.prosody else None)


def decides(way: str, given: Cues) -> bool:
    """Decide one way: a single cue by its presence, several by the weights."""
    if way == "written mark":
        return "mark" in given
    if way == "rise":
        return "rise" in given
    return probability([cue for cue in given if cue in WAYS[way]]) > 0.5  # noqa: PLR2004 - more likely than not


def rates(way: str, given: Sequence[Cues], truth: Sequence[bool]) -> Rates:
    """Count how often a way decides right."""
    said = [decides(way, each) for each in given]
    hits = sum(one and true for one, true in zip(said, truth, strict=True))
    right = tuple(float(one == true) for one, true in zip(said, truth, strict=True))
    return Rates(right, hits / max(1, sum(said)), hits / max(1, sum(truth)))


def fit(given: Sequence[Cues], truth: Sequence[bool], paired: Sequence[bool] | None = None) -> dict[str, float]:
    """Fit the bias and the weights to utterances whose truth is known.

    ``paired`` marks those of pairs, where asking is as likely as not; the bias is for turns of which ``ASKING`` ask.
    """
    names = list(BELIEVED)
    among_pairs = np.array(paired if paired is not None else [False] * len(given))
    rows = np.array([[name == "bias" or name in each for name in names] for each in given], np.float64)
    rows = np.column_stack([rows, among_pairs])
    wanted, prior = np.array(truth, np.float64), np.array([*BELIEVED.values(), 0.0])
    pull = np.diag([FREE, *[RIDGE] * (len(names) - 1), FREE])
    weights = prior.copy()
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (wanted - chance) - pull @ (weights - prior)
        weights += np.linalg.solve(rows.T @ rows / 4 + pull, slope)
    usual = float(np.mean(wanted[~among_pairs])) if (~among_pairs).any() else ASKING
    weights[0] += math.log(ASKING / (1 - ASKING)) - math.log(usual / (1 - usual))
    return dict(zip(names, np.round(weights[:-1], 2).tolist(), strict=True))


def current() -> dict[str, float]:
    """Give the weights in use, in the shape of ``fit``."""
    return {"bias": BIAS, **WEIGHTS}
