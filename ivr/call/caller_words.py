"""Which words of an utterance with two voices in it are taken for the caller's. Pure.

Taking a second voice out leaves pieces of it behind, and makes words of its own. A word counts that is sure in the
isolated sound, or fairly so there and heard in the sound as it was too. Fitted on the tuning lines of the hearing
bench, where it took twice as many errors away as isolation did.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.language.word_errors import normalise

if TYPE_CHECKING:
    from ivr.ports import Transcript, Word

SURE = 0.4
FAIR = 0.1
"""Chances that a word is right."""
REJECTED = "other_voice"
"""The guard that empties what another than the caller said."""


def callers_words(isolated: Transcript, as_it_was: Transcript) -> Transcript:
    """Keep of the isolated sound's words those that count; all where the recogniser rated none."""
    if not isolated.words:
        return isolated
    elsewhere = set(normalise(as_it_was.raw or as_it_was.text))
    kept = tuple(word for word in isolated.words if _counts(word, elsewhere))
    if len(kept) == len(isolated.words):
        return isolated
    return replace(
        isolated,
        text=" ".join(word.text for word in kept),
        raw=isolated.raw or isolated.text,
        words=kept,
        confidence=sum(word.confidence for word in kept) / max(len(kept), 1),
        rejected=isolated.rejected if kept else REJECTED,
        alternatives=(),
    )


def _counts(word: Word, elsewhere: set[str]) -> bool:
    if word.confidence >= SURE:
        return True
    return word.confidence >= FAIR and elsewhere.issuperset(normalise(word.text))
