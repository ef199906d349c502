"""Fits the weights that make a word's confidence the chance that it is right: logistic regression, Newton's method."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ivr.engines.word_confidence import ConfidenceWeights, calibrated, evidence
from ivr.ports import Hints
from ivr.trials.speech.corpus import ALL, CLEAN, LOSSES, Condition, speak_set
from ivr.trials.speech.stt_scores import word_rights
from ivr.trials.speech.stt_words import area_under_curve, calibration_error

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.trials.speech.bench import SpeechBench

CONDITIONS = (
    CLEAN,
    *(Condition(kind, snr) for kind in ("babble", "street", "pink") for snr in (20.0, 10.0, 5.0)),
    Condition("talker", 10.0),
    Condition(loss=LOSSES[1]),
)
STEPS = 60
PULL = 1e-3

Rated = tuple[list[float], list[bool]]
"""An utterance: the recogniser's probability of each word, and whether the word was said."""


async def rated_utterances(bench: SpeechBench) -> list[Rated]:
    """Hear the tuning set, every line on a clean line and every third under each other condition."""
    rated = []
    for place, condition in enumerate(CONDITIONS):
        chosen = slice(place % 3, None, 3) if place else ALL
        for one in await speak_set("tuning", (condition,), bench.voices.line, bench.seed, chosen):
            heard = await bench.recogniser.transcribe(one.sound, Hints(words=True))
            texts = [word.text for word in heard.words]
            rated.append(([word.confidence for word in heard.words], word_rights(one.line.text, texts)))
    return rated


def fit(rated: Sequence[Rated]) -> ConfidenceWeights:
    """Fit the weights to words whose truth is known."""
    rows = np.array([(1.0, *row) for probabilities, _ in rated for row in evidence(probabilities)])
    truth = np.array([right for _, rights in rated for right in rights], np.float64)
    weights = np.zeros(rows.shape[1])
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (truth - chance) - PULL * weights
        curve = (rows * (chance * (1 - chance))[:, None]).T @ rows + PULL * np.eye(len(weights))
        weights += np.linalg.solve(curve, slope)
    return ConfidenceWeights(*(float(weight) for weight in weights))


def written(model: str, weights: ConfidenceWeights, rated: Sequence[Rated]) -> str:
    """Write weights as the document that ``ivr.engines.word_confidence`` reads, with what they were fitted on."""
    rights = [right for _, of_one in rated for right in of_one]
    before = [probability for probabilities, _ in rated for probability in probabilities]
    after = [chance for probabilities, _ in rated for chance in calibrated(probabilities, weights)]
    share, error, area = 100 * np.mean(rights), calibration_error, area_under_curve
    lines = [
        "# Log odds that a recognised word is right; written by benchmarks/fit_word_confidence.py.",
        f"# Fitted on {len(rights)} words of the tuning set ({share:.0f} % right): phone band, noise, a talker, loss.",
        f"# There: calibration error {error(before, rights):.3f} -> {error(after, rights):.3f},",
        f"# area under the curve {area(before, rights):.3f} -> {area(after, rights):.3f}.",
        f"model: {model}",
        "weights:  # bias, and for each log odd of word, utterance, word before, word after",
        *(f"  {name}: {getattr(weights, name):.3f}" for name in ConfidenceWeights.__slots__),
    ]
    return "\n".join(lines) + "\n"
