"""How a caller feels about it, from the words: a lexicon with negation, degrees and "but".

Mentions are weighed and added; the sum is brought to -1..1 as VADER does it (C. Hutto and E. Gilbert, 2014). A
negation turns praise into blame and weakens blame; after "but" a speaker comes to the point. Spanish of Spain,
Mexico, Argentina and Colombia; the words are in ``sentiment.yaml``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal, get_args

import yaml

from ivr.language.words import fold

Level = Literal["very_positive", "positive", "neutral", "negative", "very_negative"]
LEVELS: tuple[Level, ...] = get_args(Level)

VERY, SOME = 0.62, 0.25
"""Scores from which something is very positive, and positive; the same below zero."""
SOFTNESS = 1.0
"""How much evidence it takes for a score near 1: the sum's square equals this at 0.71."""
NEGATED_PRAISE, NEGATED_BLAME = -0.9, -0.4
"""What is left of a mention under a negation: "no está contento" is blame, "no está mal" faint praise."""
REACH = 3
"""Words over which a negation reaches."""
FURTHER = 0.5
"""What a second mention counts against the first, a third against the second: many small complaints are no rage."""
BEFORE_BUT = 0.5
"""What counts of the words before "but"."""
WISHED = -0.6
"""What is left of praise for what is not so: "si funcionara bien", "a ver si lo arregláis bien"."""
IRONY = -0.6
"""What is left of an exclamation of praise beside blame: "qué bien, otra vez sin internet"."""
BITING = -0.4
"""Weight of blame from which praise beside it is meant the other way round."""
SUPERLATIVE = 1.4
LOUD = 1.15
"""An exclamation mark, for what speech-to-text's punctuation is worth."""
_CLAUSE = re.compile(r"[.,;:!?¡¿]+|\by\b")
_WORD = re.compile(r"\w+")
_CACHE = 4096


@dataclass(frozen=True, slots=True)
class Mention:
    """Words that tell a feeling, as they were said, and what they weigh here."""

    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Sentiment:
    """``score`` is -1 (furious) to 1 (delighted); ``frustrated``: words of someone who has had enough."""

    score: float
    level: Level
    frustrated: bool = False
    mentions: tuple[Mention, ...] = ()


NEUTRAL = Sentiment(0.0, "neutral")


def level_of(score: float) -> Level:
    """Name a score, -1..1."""
    if abs(score) < SOME:
        return "neutral"
    if score > 0:
        return "very_positive" if score >= VERY else "positive"
    return "very_negative" if score <= -VERY else "negative"


@lru_cache(maxsize=_CACHE)
def sentiment_of(text: str) -> Sentiment:
    """Tell how whoever says this text feels; neutral where nothing tells."""
    folded = fold(text)
    feelings = lexicon()
    found = [
        (start, end, _weigh(folded, start, end, weight, feelings))
        for start, end, weight in feelings.find(folded)
        if weight
    ]
    mentions = [Mention(text[start:end], round(weight, 3)) for start, end, weight in _meant(folded, found, feelings)]
    total = _add(mentions) * (LOUD if "!" in text else 1.0)
    score = round(total / (total**2 + SOFTNESS) ** 0.5, 3) + 0.0  # never -0.0
    return Sentiment(score, level_of(score), bool(feelings.frustration.search(folded)) and score < 0, tuple(mentions))


def _meant(said: str, found: list[tuple[int, int, float]], lexicon: Lexicon) -> list[tuple[int, int, float]]:
    """Turn exclamations of praise round that stand beside blame, unless thanks or a "but" lie between."""
    bitten = any(weight <= BITING for _, _, weight in found)
    if not bitten or lexicon.turns.search(said) or "gracias" in said:
        return found
    return [
        (start, end, weight * IRONY if weight > 0 and lexicon.exclaimed.fullmatch(said[start:end]) else weight)
        for start, end, weight in found
    ]


def _add(mentions: list[Mention]) -> float:
    """Add praise and blame: each further mention of a side counts half of the one before, the strongest first."""
    total = 0.0
    for side in (1, -1):
        weights = sorted((abs(each.weight) for each in mentions if each.weight * side > 0), reverse=True)
        total += side * sum(weight * FURTHER**at for at, weight in enumerate(weights))
    return total


def _weigh(said: str, start: int, end: int, weight: float, lexicon: Lexicon) -> float:
    """Weigh one mention by the words around it."""
    clause = _CLAUSE.split(said[:start])[-1]
    near = _WORD.findall(lexicon.turns.split(clause)[-1])[-REACH:]
    own = said[start:end]
    if weight > 0 and near[-1:] == ["poco"] and near[-2:-1] != ["un"]:
        weight, near = weight * NEGATED_PRAISE, near[:-1]  # "muy poco amable" is not a little amiable, but not at all
    weight *= lexicon.degree(" ".join(near[-2:]), _CLAUSE.split(said[end:])[0])
    if own.endswith(("isimo", "isima", "isimos", "isimas")):
        weight *= SUPERLATIVE
    negated = any(lexicon.negation.fullmatch(word) for word in near) or clause.lstrip().startswith("no es que")
    if negated and not lexicon.negation.search(own) and not _boasts([*near, *own.split()]):
        weight *= NEGATED_PRAISE if weight > 0 else NEGATED_BLAME
    elif weight > 0 and lexicon.wishes.search(f"{clause}{own}"):
        weight *= WISHED
    if lexicon.turns.search(said, end):
        weight *= BEFORE_BUT
    return weight


def _boasts(near: list[str]) -> bool:
    """Tell "nunca ... tan bien" and "no puede ser más amable" from a negation."""
    return bool({"tan", "mejor", "mas"} & set(near)) and bool({"nunca", "jamas", "puedo", "puede"} & set(near))


class Lexicon:
    """``sentiment.yaml``, compiled."""

    def __init__(self, document: dict[str, Any]) -> None:
        words, degrees = document["words"], document["degrees"]
        self._words = [(_pattern(document["neutral"]), 0.0)]
        self._words += [(_pattern(lines), weight) for weight, lines in words.items()]
        self._degrees = [(_pattern(lines), float(factor)) for factor, lines in degrees.items()]
        self.negation = _pattern(document["negations"])
        self.turns = _pattern(document["turns"])
        self.frustration = _pattern(document["frustration"])
        self.exclaimed = _pattern(document["exclaimed"])
        self.wishes = _pattern(document["wishes"])

    def find(self, said: str) -> list[tuple[int, int, float]]:
        """List the mentions as (start, end, weight): where several overlap the longest, neutral ones before others."""
        every = [
            (match.start(), match.end(), weight) for pattern, weight in self._words for match in pattern.finditer(said)
        ]
        chosen: list[tuple[int, int, float]] = []
        for mention in sorted(every, key=lambda item: item[0] - item[1]):
            if not any(mention[0] < other[1] and other[0] < mention[1] for other in chosen):
                chosen.append(mention)
        return sorted(chosen)

    def degree(self, before: str, after: str) -> float:
        """Give the factor of the words of degree right before a mention, or after it ("me gusta mucho")."""
        for pattern, factor in self._degrees:
            if pattern.search(before) or (factor > 1 and pattern.match(after.strip())):
                return factor
        return 1.0


def _pattern(lines: list[str]) -> re.Pattern[str]:
    """Compile lines of phrases with commas between them; "*" is any ending, alone any word."""
    phrases = [phrase.strip() for line in lines for phrase in str(line).split(",")]
    alternatives = (
        r"[\s,]+".join(r"\w+" if part == "*" else re.escape(part).replace(r"\*", r"\w*") for part in phrase.split())
        for phrase in sorted(phrases, key=len, reverse=True)
    )
    return re.compile(rf"\b(?:{'|'.join(alternatives)})\b")


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """Give the product's lexicon."""
    return Lexicon(yaml.safe_load(files(__package__).joinpath("sentiment.yaml").read_text(encoding="utf-8")))
