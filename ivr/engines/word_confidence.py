"""Makes the confidence of a recognised word the chance that it is right.

A recogniser's own probability of a word knows nothing of the words beside it, yet errors come together. A logistic
regression over the log odds of the word, of its neighbours and of the whole utterance says more (Platt scaling with
neighbours); its weights are in ``word_confidence.yaml`` with what they were fitted on.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.audio.frame import AudioFrame
    from ivr.ports import Hints, Transcriber, Transcript

EDGE = 1e-4
"""No probability is nearer to 0 or 1."""


@dataclass(frozen=True, slots=True)
class ConfidenceWeights:
    """Log odds that a word is right: ``bias`` and what each log odd of the recogniser's adds."""

    bias: float
    word: float
    utterance: float
    before: float
    after: float


@cache
def confidence_weights() -> tuple[str, ConfidenceWeights]:
    """Read the weights, and the model that they were fitted on."""
    document = yaml.safe_load(files(__package__).joinpath("word_confidence.yaml").read_text(encoding="utf-8"))
    return str(document["model"]), ConfidenceWeights(**document["weights"])


def log_odds(probability: float) -> float:
    """Give the log odds, bounded."""
    bounded = min(max(probability, EDGE), 1 - EDGE)
    return math.log(bounded / (1 - bounded))


def evidence(probabilities: Sequence[float]) -> list[tuple[float, float, float, float]]:
    """Give for each word of an utterance the log odds of it, of the utterance (mean), of its neighbours (1 at ends)."""
    if not probabilities:
        return []
    whole = log_odds(sum(probabilities) / len(probabilities))
    odds = [log_odds(probability) for probability in (1.0, *probabilities, 1.0)]
    return [(odds[place], whole, odds[place - 1], odds[place + 1]) for place in range(1, len(odds) - 1)]


def calibrated(probabilities: Sequence[float], weights: ConfidenceWeights) -> list[float]:
    """Give the chance of each word of an utterance to be right."""
    return [
        1
        / (
            1
            + math.exp(
                -(
                    weights.bias
                    + weights.word * word
                    + weights.utterance * whole
                    + weights.before * before
                    + weights.after * after
                )
            )
        )
        for word, whole, before, after in evidence(probabilities)
    ]


class CalibratedTranscriber:
    """A Transcriber whose words carry the chance that they are right; the transcript's own confidence stays."""

    def __init__(self, inner: Transcriber, weights: ConfidenceWeights) -> None:
        self._inner = inner
        self._weights = weights

    async def transcribe(self, speech: AudioFrame, hints: Hints) -> Transcript:
        """Transcribe one utterance. Cancelling takes it out of the queue."""
        heard = await self._inner.transcribe(speech, hints)
        chances = calibrated([word.confidence for word in heard.words], self._weights)
        words = (replace(word, confidence=chance) for word, chance in zip(heard.words, chances, strict=True))
        return replace(heard, words=tuple(words))
