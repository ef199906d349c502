"""How well feelings are told from words: five levels, three levels, and what negation and degrees add."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from ivr.language.sentiment import LEVELS, SOFTNESS, level_of, lexicon, sentiment_of
from ivr.language.words import fold
from ivr.ports import Hints
from ivr.trials.speech.corpus import CALLERS
from ivr.trials.speech.question_set import on_line
from ivr.trials.speech.sentiment_set import read_feelings
from ivr.trials.speech.statistics import RESAMPLES, bootstrap_interval

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ivr.language.sentiment import Level
    from ivr.trials.speech.bench import SpeechBench
    from ivr.trials.speech.corpus import SetName
    from ivr.trials.speech.sentiment_set import Feeling

Pairs: TypeAlias = "Sequence[tuple[Level, str]]"
"""(true level, text)"""
Figure: TypeAlias = tuple[float, float, float]
"""Value and 95 % interval."""
SIDES = ("positive", "neutral", "negative")


def by_words_alone(text: str) -> Level:
    """Add up the lexicon's plain weights, as a lexicon without negation, degrees and "but" does: the baseline."""
    total = sum(weight for _, _, weight in lexicon().find(fold(text)))
    return level_of(total / (total**2 + SOFTNESS) ** 0.5)


def by_rules(text: str) -> Level:
    """Judge as the product does."""
    return sentiment_of(text).level


def side(level: str) -> str:
    """Leave out the degree."""
    return level.removeprefix("very_")


def scores(pairs: Pairs, judge: Callable[[str], Level], seed: int) -> dict[str, Figure]:
    """Judge texts; accuracy on five and three levels, and macro-F1 of the three."""
    found = [(true, judge(text)) for true, text in pairs]
    five = [float(true == said) for true, said in found]
    three = [float(side(true) == side(said)) for true, said in found]
    codes = np.array([(SIDES.index(side(true)), SIDES.index(side(said))) for true, said in found])
    drawn = np.random.default_rng(seed).integers(len(codes), size=(RESAMPLES, len(codes)))
    low, high = np.percentile([_macro_f1(codes[rows]) for rows in drawn], (2.5, 97.5))
    return {
        "accuracy, 5 levels": (float(np.mean(five)), *bootstrap_interval(five, seed)),
        "accuracy, 3 levels": (float(np.mean(three)), *bootstrap_interval(three, seed)),
        "macro-F1, 3 levels": (_macro_f1(codes), float(low), float(high)),
    }


def off_by(pairs: Pairs) -> float:
    """Give the mean number of levels that the product is off."""
    return float(np.mean([abs(LEVELS.index(true) - LEVELS.index(by_rules(text))) for true, text in pairs]))


async def heard_feelings(bench: SpeechBench, name: SetName, step: int) -> list[tuple[Feeling, str]]:
    """Have every ``step``-th sentence of a set spoken through the telephone; answers it with what was recognised."""
    callers = CALLERS[name]
    found = []
    for number, feeling in list(enumerate(read_feelings(name)))[::step]:
        voice, speed = callers[number % len(callers)]
        _, sound = on_line(await bench.voices.line(feeling.text, voice, speed))
        found.append((feeling, (await bench.transcriber.transcribe(sound, Hints(words=True))).text))
    return found


def _macro_f1(codes: np.ndarray[tuple[int, int], np.dtype[np.int64]]) -> float:
    true, said = codes[:, 0], codes[:, 1]
    found = []
    for number in range(len(SIDES)):
        hits = np.sum((true == number) & (said == number))
        found.append(2 * hits / max(1, np.sum(true == number) + np.sum(said == number)))
    return float(np.mean(found))
