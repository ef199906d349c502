"""What a caller wants: the closed list of intents, told from scored phrases, with the runner-up.

Every pattern that is heard adds evidence (1 - product of the doubts), a negated one takes its own away. Words that
speech-to-text confuses in this field ("el salgo de mi cuesta") are mended first (``terms``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from ivr.language.answers import Answer, answer
from ivr.language.intent_patterns import NEGATABLE, PATTERNS
from ivr.language.terms import mend_terms
from ivr.language.words import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

INTENTS = (
    "billing_inquiry",
    "account_balance",
    "technical_support",
    "cancellation",
    "payment",
    "sales",
    "complaint",
    "transfer_to_agent",
    "schedule_callback",
    "update_contact_info",
    "appointment",
    "order_status",
    "opening_hours",
    "security",
    "greeting",
    "farewell",
    "affirm",
    "deny",
    "other",
)
SURE = 0.35
"""Confidence under which a text is ``other``."""
_SOCIAL = frozenset({"greeting", "farewell", "affirm", "deny"})
_SOCIAL_SHARE = 0.5
"""How much of a greeting or a yes counts when the same breath also asks for something."""
_SHORT = 4
"""Words up to which a yes or no is the whole message."""
_LONE = re.compile(r"\W*\w+(?:\s\w+)?[,.!]")
_ANSWER, _ANSWER_IN_SENTENCE = 0.9, 0.5
_NEGATION = re.compile(r"\b(?:no|tampoco|nunca|ya no|sin)(?: (?:es que|me|te|le|lo|la|se|nos|les|os))? (?:\w+ ){0,2}$")
_CACHE = 4096


@dataclass(frozen=True, slots=True)
class Intent:
    """The best reading of a text, and the one it was chosen over."""

    name: str
    confidence: float
    second: str = "other"
    second_confidence: float = 0.0


_COMPILED = {
    name: [
        (re.compile(rf"\b(?:{pattern})(?!\w)"), weight) for weight, patterns in groups.items() for pattern in patterns
    ]
    for name, groups in PATTERNS.items()
}


@lru_cache(maxsize=_CACHE)
def detect_intent(text: str) -> Intent:
    """Tell what a text asks for; ``other`` when nothing in the list fits."""
    scores = score_intents(text)
    ranked = sorted(scores.items(), key=lambda item: (-item[1], INTENTS.index(item[0])))
    (name, best), (second, runner_up) = ranked[0], ranked[1]
    if best < SURE:
        return Intent("other", round(1 - best, 3), name if best else "other", round(best, 3))
    return Intent(name, round(best, 3), second if runner_up else "other", round(runner_up, 3))


@lru_cache(maxsize=_CACHE)
def score_intents(text: str) -> Mapping[str, float]:
    """Score every intent but ``other``, 0..1."""
    said = mend_terms(plain(text))
    scores = {name: _score(name, said) for name in _COMPILED}
    verdict = answer(text)
    weight = _ANSWER if len(said.split()) <= _SHORT or _LONE.match(text) else _ANSWER_IN_SENTENCE
    scores["affirm"] = weight if verdict is Answer.YES else 0.0
    scores["deny"] = weight if verdict is Answer.NO else 0.0
    if any(score >= SURE for name, score in scores.items() if name not in _SOCIAL):
        for name in _SOCIAL:
            scores[name] *= _SOCIAL_SHARE
    if scores["farewell"] >= SURE:
        scores["affirm"] *= _SOCIAL_SHARE
        scores["deny"] *= _SOCIAL_SHARE
        scores["greeting"] *= _SOCIAL_SHARE
    return MappingProxyType(scores)


def _score(name: str, said: str) -> float:
    doubt = 1.0
    for pattern, weight in _COMPILED[name]:
        match = pattern.search(said)
        if match is None:
            continue
        if name in NEGATABLE and _NEGATION.search(said[: match.start()]):
            continue
        doubt *= 1 - weight
    return 1 - doubt
