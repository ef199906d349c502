"""The emotional tone of an utterance, from the voice against the caller's own baseline and from the words.

Directions as in K. R. Scherer's review (2003): anger is louder, higher and quicker; fear higher, quicker and unsteady
without being louder; worry softer, slower and halting. On spontaneous Spanish over the phone even large models tell
the sign of a feeling from the voice in 62 of 100 cases, so the words weigh most, and the trend counts, not one turn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from ivr.audio.prosody_baseline import Manner

Tone = Literal["neutral", "nervous", "calm", "concerned", "angry"]
TONES: tuple[Tone, ...] = get_args(Tone)
PLAIN = 0.6
"""Score from which a tone is more than neutral."""
STAYS = 0.5
"""What is left of a tone one turn later."""
FRUSTRATED = 0.7
"""What words of someone who has had enough add to anger."""


@dataclass(frozen=True, slots=True)
class ToneScores:
    """How much of each tone there is; about 1 is plain to hear."""

    nervous: float = 0.0
    calm: float = 0.0
    concerned: float = 0.0
    angry: float = 0.0

    @property
    def tone(self) -> Tone:
        """Name the strongest, where one is plain."""
        named: list[tuple[float, Tone]] = [
            (self.angry, "angry"),
            (self.nervous, "nervous"),
            (self.concerned, "concerned"),
            (self.calm, "calm"),
        ]
        score, tone = max(named, key=lambda item: item[0])
        return tone if score >= PLAIN else "neutral"

    def then(self, later: ToneScores) -> ToneScores:
        """Give the trend after a further turn: what was fades, what is new adds."""
        return ToneScores(
            *(round(STAYS * old + (1 - STAYS) * new, 3) for old, new in zip(self.scores, later.scores, strict=True))
        )

    @property
    def scores(self) -> tuple[float, ...]:
        """List the four."""
        return self.nervous, self.calm, self.concerned, self.angry


def tone_scores(manner: Manner, valence: float, *, frustrated: bool = False) -> ToneScores:
    """Score the tones of an utterance; ``valence`` is -1..1, from its words."""
    blame = max(0.0, -valence)
    nervous = 0.35 * manner.pitch + 0.3 * manner.rate + 0.25 * manner.unsteadiness - 0.3 * max(0.0, manner.loudness)
    calm = -0.35 * manner.loudness - 0.3 * manner.rate - 0.3 * manner.pitch - 0.2 * manner.unsteadiness - blame
    concerned = 1.4 * blame + 0.3 * manner.hesitation - 0.15 * manner.loudness - 0.15 * manner.rate
    angry = 0.9 * blame + 0.4 * manner.loudness + 0.25 * manner.pitch + 0.15 * manner.rate
    if valence > 0:
        angry, nervous = angry - valence, nervous - valence / 2
    return ToneScores(
        *(round(max(0.0, score), 3) for score in (nervous, calm, concerned, angry + FRUSTRATED * frustrated))
    )
