"""How a caller's mood runs through a call: words and voice together, the trend, and when frustration has built up."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ivr.audio.prosody_baseline import Manner
from ivr.audio.prosody_tone import ToneScores, tone_scores
from ivr.language.sentiment import NEUTRAL, Level, Sentiment, level_of
from ivr.language.words import words

HEATED = 0.3
"""Share that a voice two spreads above usual adds to praise or blame."""
HEAT_ALONE = 0.25
"""Score that such a voice takes away where the words tell nothing."""
FULL_HEAT = 2.0
STAYS = 0.6
"""What is left of trend and frustration one turn later."""
ALERT = 0.6
"""Frustration from which somebody should be told."""
CALMED = 0.3
"""Frustration under which a further rise is told anew."""
HAD_ENOUGH = 0.35
"""What words of someone who has had enough add to the frustration of their turn."""
REPEATED = 0.25
"""What it adds to say the same again: the caller was not understood, or not served."""
ALIKE = 0.7
"""Share of words in common from which a turn repeats the one before."""
FEWEST_WORDS = 4
RELIEF = 0.5
"""Share of praise that takes frustration away."""


@dataclass(frozen=True, slots=True)
class Mood:
    """A caller's mood after some turns; ``score`` and ``trend`` are -1..1, ``frustration`` 0 and up.

    ``sentiment`` is the last turn's, ``alert`` says that this turn took frustration over ``ALERT``; ``alerted`` that it
    has not calmed since.
    """

    sentiment: Sentiment = NEUTRAL
    trend: float = 0.0
    frustration: float = 0.0
    tone: ToneScores = field(default_factory=ToneScores)
    """The last turn's."""
    tones: ToneScores = field(default_factory=ToneScores)
    """The trend."""
    turns: int = 0
    alert: bool = False
    alerted: bool = False
    last_words: frozenset[str] = frozenset()

    @property
    def level(self) -> Level:
        """Name the trend."""
        return level_of(self.trend)

    def after(self, text: str, sentiment: Sentiment, manner: Manner | None = None) -> Mood:
        """Give the mood after a further turn of the caller."""
        manner = manner or Manner()
        felt = with_voice(sentiment, manner)
        said = frozenset(words(text))
        frustration = self._frustration(felt, said)
        told = self.alerted and frustration >= CALMED
        tone = tone_scores(manner, felt.score, frustrated=felt.frustrated)
        return Mood(
            felt,
            round(felt.score if not self.turns else STAYS * self.trend + (1 - STAYS) * felt.score, 3),
            round(frustration, 3),
            tone,
            self.tones.then(tone) if self.turns else tone,
            self.turns + 1,
            alert=frustration >= ALERT and not told,
            alerted=told or frustration >= ALERT,
            last_words=said,
        )

    def _frustration(self, felt: Sentiment, said: frozenset[str]) -> float:
        more = max(0.0, -felt.score) - RELIEF * max(0.0, felt.score)
        if felt.frustrated:
            more += HAD_ENOUGH
        if self._repeats(said) and felt.score <= 0:
            more += REPEATED
        return max(0.0, STAYS * self.frustration + more)

    def _repeats(self, said: frozenset[str]) -> bool:
        if min(len(said), len(self.last_words)) < FEWEST_WORDS:
            return False
        return len(said & self.last_words) / len(said | self.last_words) >= ALIKE


def with_voice(sentiment: Sentiment, manner: Manner) -> Sentiment:
    """Let the voice speak too: heat makes strong words stronger, and is heard where the words tell nothing."""
    heat = max(-1.0, min(1.0, manner.heat / FULL_HEAT))
    score = sentiment.score * (1 + HEATED * heat) if sentiment.mentions else -HEAT_ALONE * max(0.0, heat)
    score = round(max(-1.0, min(1.0, score)), 3) + 0.0  # never -0.0
    return replace(sentiment, score=score, level=level_of(score))
