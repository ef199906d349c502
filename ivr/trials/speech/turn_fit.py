"""Fits the turn-end weights: a logistic regression over moments of silences, by Newton's method.

A ridge pulls the weights of the endings to what is believed of them (``BELIEVED``), so that rare ones stay sensible.
One row is one moment of one silence that the caller has not broken yet, so the weight of the time comes out as what
surviving so long says. Before ``WORDS_AFTER`` the words are unheard.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from ivr.dialogue.completeness import Ending, ending_of
from ivr.dialogue.turn_end import TurnEndWeights, logit
from ivr.trials.speech.turn_evidence import WORDS_AFTER
from ivr.trials.speech.turn_metric import MOMENTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.trials.speech.turn_evidence import Silence
    from ivr.trials.speech.turn_metric import Floats

BELIEVED = {
    Ending.UNHEARD: 0.0,
    Ending.HANGS: -2.5,
    Ending.FILLER: -2.5,
    Ending.DICTATES: -2.5,
    Ending.TRAILS: -0.5,
    Ending.STATES: 0.0,
    Ending.ASKS: 1.0,
    Ending.CLOSES: 1.0,
    Ending.WHOLE: 2.5,
}
"""What is believed of each ending before any is seen, in log odds against a plain statement."""
RIDGE = 2.0
"""How firmly: about as much as eight silences. A rare ending, misheard twice, must not turn the rule round."""
FREE = 1e-3
STEPS = 50
ENDINGS = tuple(Ending)


def heard_ending(silence: Silence) -> Ending:
    """Tell how the words that were recognised by this silence end."""
    return ending_of(silence.text, silence.line.expects, silence.line.digits)


def scores(silence: Silence, weights: TurnEndWeights, words_after: float = WORDS_AFTER, pace: float = 1.0) -> Floats:
    """Give the fused probability at ``MOMENTS``; words come ``words_after`` seconds in, ``pace`` is the caller's."""
    ending = heard_ending(silence)
    return np.array(
        [
            weights.probability(
                weights.evidence(ending if moment >= words_after - 1e-9 else Ending.UNHEARD, silence.judged),
                float(moment),
                pace,
            )
            for moment in MOMENTS
        ]
    )


def fit(silences: Sequence[Silence]) -> TurnEndWeights:
    """Fit the weights to silences whose ends are known."""
    rows, truth = _rows(silences)
    mass = len(silences) / len(rows)  # a silence's moments are no independent witnesses
    prior = np.array([0.0, *(BELIEVED[ending] for ending in ENDINGS), 0.0, 0.0])
    weights = np.zeros(rows.shape[1])
    pull = np.full(rows.shape[1], FREE)
    pull[1 : 1 + len(ENDINGS)] = RIDGE
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-rows @ weights))
        slope = mass * rows.T @ (truth - chance) - pull * (weights - prior)
        curve = mass * (rows * (chance * (1 - chance))[:, None]).T @ rows + np.diag(pull)
        weights += np.linalg.solve(curve, slope)
    endings = {ending: float(weights[0] + weights[1 + place]) for place, ending in enumerate(ENDINGS)}
    judged, per_second = float(weights[-2]), float(weights[-1])
    pause = float(np.mean([silence.seconds for silence in silences if not silence.is_end]))
    return TurnEndWeights(judged, 1 / per_second, pause, endings)


def _rows(silences: Sequence[Silence]) -> tuple[Floats, Floats]:
    """Give a row (1, one of each ending, logit of the turn model, seconds) and the truth of each moment."""
    rows, truth = [], []
    for silence in silences:
        for moment in MOMENTS[silence.seconds >= MOMENTS].tolist():
            ending = heard_ending(silence) if moment >= WORDS_AFTER - 1e-9 else Ending.UNHEARD
            rows.append([1.0, *(float(ending is one) for one in ENDINGS), logit(silence.judged), moment])
            truth.append(float(silence.is_end))
    return np.array(rows), np.array(truth)


def written(weights: TurnEndWeights, silences: Sequence[Silence]) -> str:
    """Write weights as the document that ``ivr.dialogue.turn_end`` reads, with what they were fitted on."""
    holds = [silence.seconds for silence in silences if not silence.is_end]
    seen = Counter(heard_ending(silence) for silence in silences)
    lines = [
        "# Log odds that a pause is the end of the turn; written by benchmarks/fit_turn_end.py.",
        f"# Fitted on {len(silences) - len(holds)} ends and {len(holds)} holds of the tuning set.",
        f"judged: {weights.judged:.3f}  # for each log odd of the turn model",
        f"patience: {weights.patience:.3f}  # seconds of silence that add one log odd",
        f"pause: {weights.pause:.3f}  # seconds of the average hold",
        "endings:  # of what was recognised; how often each was seen",
        *(f"  {ending.value}: {weight:.2f}  # {seen[ending]}" for ending, weight in weights.endings.items()),
    ]
    return "\n".join(lines) + "\n"
