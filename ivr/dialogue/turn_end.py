"""Whether a pause is the end of the turn: the turn model, the words and the time passed in one probability.

The odds that a pause is the end grow with time, because thinking pauses end. With pauses about exponential of mean
``patience``, the log odds after ``t`` seconds of silence are

    log odds = weight of the words' ending + judged * logit(turn model) + t / patience

and the pause ends the turn when they reach the threshold's. ``turn_end.yaml`` holds the weights, a logistic
regression over pauses in telephone speech; ``benchmarks/fit_turn_end.py`` writes it anew.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import yaml

from ivr.dialogue.completeness import Ending

if TYPE_CHECKING:
    from collections.abc import Mapping

SUREST = 0.02
"""The turn model's probabilities are kept this far from 0 and 1: it is often sure and wrong."""


def logit(probability: float) -> float:
    """Give the log odds of a probability, which is kept ``SUREST`` away from 0 and 1."""
    kept = min(1 - SUREST, max(SUREST, probability))
    return math.log(kept / (1 - kept))


@dataclass(frozen=True, slots=True)
class TurnEndWeights:
    """The weights, in log odds; seconds for the average caller, who pauses for ``pause`` and goes on."""

    judged: float
    patience: float
    pause: float
    endings: Mapping[Ending, float]

    def evidence(self, ending: Ending, judged: float | None) -> float:
        """Give the log odds at the pause's first moment; ``judged`` is the turn model's probability, if it answered."""
        return self.endings[ending] + (0.0 if judged is None else self.judged * logit(judged))

    def probability(self, evidence: float, silence: float, pace: float = 1.0) -> float:
        """Give the probability that the turn is over after so many seconds of silence."""
        return 1 / (1 + math.exp(-(evidence + silence / (self.patience * pace))))

    def needed_silence(self, evidence: float, threshold: float, pace: float = 1.0) -> float:
        """Say after how many seconds of silence the probability reaches ``threshold``; may be negative.

        ``pace`` is how long the caller pauses against the average one.
        """
        return self.patience * pace * (logit(threshold) - evidence)


@cache
def turn_end_weights() -> TurnEndWeights:
    """Read the weights that come with the product."""
    document = yaml.safe_load(files(__package__).joinpath("turn_end.yaml").read_text(encoding="utf-8"))
    endings = {Ending(name): float(weight) for name, weight in document["endings"].items()}
    return TurnEndWeights(float(document["judged"]), float(document["patience"]), float(document["pause"]), endings)
