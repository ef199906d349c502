"""Which language a call is held in: what the caller asks for, what the sound says, utterance by utterance. Pure.

Whisper's own judgement of the language is cheap once the sound is encoded. It is added up as a one-sided cumulative sum
(Page's CUSUM) of log odds against the present language: one clear sentence switches, a foreign name or an "okay" never
does, and a sentence in the present language takes the sum back to zero. Catalan and Galician are not told by the sound:
Whisper base takes them for Spanish, Italian or anything else; who speaks them asks for
them, and for the way back.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ivr.language.tongue import tongue_of
from ivr.language.tongues import OTHER, UNNAMED, wish_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

BY_SOUND = frozenset({"es", "en", "pt"})
"""Languages that the sound tells apart."""
ENOUGH = 2.0
"""Sum of log odds from which on the caller speaks another language: the worst Spanish utterance of the tuning set, with
English names and greetings, has 1.5; clear English or Portuguese sentences have 3."""
CLEAR = 0.7
"""Probability of the language, among all of Whisper's, that the last utterance must have besides."""
FLOOR = 0.05
"""Added to each probability: no utterance weighs more than log(1.05 / 0.05) = 3."""
SHORTEST, FULL = 1.5, 2.6
"""Seconds, with 0.6 of silence around, under which an utterance says nothing, and from which on it counts whole."""


@dataclass(frozen=True, slots=True)
class TongueSwitch:
    """A change of language and why: ``asked`` for, or ``spoken``."""

    language: str
    reason: Literal["asked", "spoken"]


class CallTongue:
    """One call's language; ``others`` are those that it may go over to."""

    def __init__(self, home: str, others: Collection[str] = ()) -> None:
        self.language = home
        self._spoken = (home, *others)
        self._sums: dict[str, float] = {}
        self._start = -1.0
        self._before: dict[str, float] = {}

    def hear(self, text: str, odds: Mapping[str, float], start: float, seconds: float) -> TongueSwitch | None:
        """Take an utterance as it was recognised in the present language; an utterance is told by its ``start``.

        What is recognised anew after a pause replaces what was made of its beginning.
        """
        if len(self._spoken) == 1:
            return None
        if start != self._start:
            self._start, self._before = start, dict(self._sums)
        self._sums = self._added(odds, seconds)
        if wish := wish_of(text, self.language):
            return self._asked(wish, odds)
        best = max(self._sums, key=lambda one: self._sums[one], default="")
        if best and self._sums[best] >= ENOUGH and odds.get(best, 0.0) >= CLEAR:
            return self._go(best, "spoken")
        return None

    def read(self, text: str) -> str:
        """Take a turn that was typed, where no sound tells the language; answers the one that is spoken then.

        Small words tell it as the sound would, away from the main language; the way back is asked for.
        """
        wish = wish_of(text, self.language)
        if wish in self._spoken:
            self.language = wish
        elif self.language == self._spoken[0] and (other := tongue_of(text, self.language)) in BY_SOUND:
            self.language = other if other in self._spoken else self.language
        return self.language

    def _added(self, odds: Mapping[str, float], seconds: float) -> dict[str, float]:
        if not odds or seconds < SHORTEST or self.language not in BY_SOUND:
            return dict(self._before)
        weight = min(1.0, seconds / FULL)
        home = odds.get(self.language, 0.0) + FLOOR
        return {
            one: max(0.0, self._before.get(one, 0.0) + weight * math.log((odds.get(one, 0.0) + FLOOR) / home))
            for one in self._spoken
            if one != self.language and one in BY_SOUND
        }

    def _asked(self, wish: str, odds: Mapping[str, float]) -> TongueSwitch | None:
        if wish == UNNAMED:
            others = [one for one in self._spoken if one != self.language]
            return self._go(max(others, key=lambda one: odds.get(one, 0.0)), "asked") if odds else None
        return None if wish == OTHER or wish not in self._spoken else self._go(wish, "asked")

    def _go(self, language: str, reason: Literal["asked", "spoken"]) -> TongueSwitch:
        self.language = language
        self._sums, self._before = {}, {}
        return TongueSwitch(language, reason)
