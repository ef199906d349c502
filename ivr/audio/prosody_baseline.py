"""A caller's usual way of speaking, and how an utterance differs from it.

What is high, loud or quick differs between people, phones and lines; what tells something is the change within a
call. Differences are in spreads: how far one person's calm utterances usually lie apart.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.audio.prosody import Prosody

PITCH_SPREAD = 1.5
"""Semitones. The spreads are round figures for read sentences of one voice; they set how soon a change counts."""
LOUDNESS_SPREAD = 3.0
RATE_SPREAD = 0.8
STEADINESS_SPREAD = 0.25
"""Of the mean step between frames, as a share of the usual one."""
HESITATION_SPREAD = 0.15
"""Of the share of the time that goes into pauses for thought."""
FEWEST_UTTERANCES = 2
FEWEST_SECONDS = 2.5
"""Speech from which a baseline says something."""
KEPT = 12
FAR = 2.0
"""Mean spreads off from which an utterance does not become part of what is usual: rage must not turn into calm."""
MOST = 4.0


@dataclass(frozen=True, slots=True)
class Manner:
    """An utterance against the caller's own baseline, in spreads (0 = as usual); what was not measured is 0."""

    pitch: float = 0.0
    loudness: float = 0.0
    rate: float = 0.0
    unsteadiness: float = 0.0
    hesitation: float = 0.0

    @property
    def heat(self) -> float:
        """Tell the arousal: higher, louder and quicker than usual."""
        return (self.pitch + self.loudness + self.rate) / 3

    @property
    def distance(self) -> float:
        """Tell how unusual it is altogether."""
        values = (self.pitch, self.loudness, self.rate, self.unsteadiness, self.hesitation)
        return sum(map(abs, values)) / len(values)


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is usual for one caller: the medians of the utterances so far that were not far from each other."""

    utterances: tuple[Prosody, ...] = ()

    @property
    def known(self) -> bool:
        """Tell whether there is enough speech to compare with."""
        seconds = sum(each.seconds for each in self.utterances)
        return len(self.utterances) >= FEWEST_UTTERANCES and seconds >= FEWEST_SECONDS

    @property
    def pitch(self) -> float | None:
        """The caller's usual pitch in Hz, None while unknown."""
        pitches = [each.pitch for each in self.utterances if each.pitch is not None]
        return median(pitches) if self.known and pitches else None

    def with_utterance(self, utterance: Prosody) -> Baseline:
        """Learn from an utterance, unless it is far from what is usual."""
        if self.known and self.manner(utterance).distance > FAR:
            return self
        return Baseline((*self.utterances, utterance)[-KEPT:])

    def manner(self, utterance: Prosody) -> Manner:
        """Compare an utterance with what is usual; all 0 while that is unknown."""
        if not self.known:
            return Manner()
        usual_pitch, usual_steps = self.pitch, self._median("unsteadiness")
        usual_rate = self._median("rate")
        pitch = rate = steps = 0.0
        if utterance.pitch and usual_pitch:
            pitch = 12 * math.log2(utterance.pitch / usual_pitch) / PITCH_SPREAD
        if utterance.rate is not None and usual_rate is not None:
            rate = (utterance.rate - usual_rate) / RATE_SPREAD
        if utterance.unsteadiness is not None and usual_steps:
            steps = (utterance.unsteadiness / usual_steps - 1) / STEADINESS_SPREAD
        loudness = (utterance.loudness - median(each.loudness for each in self.utterances)) / LOUDNESS_SPREAD
        hesitation = _hesitation(utterance) - median(_hesitation(each) for each in self.utterances)
        values = (pitch, loudness, rate, steps, hesitation / HESITATION_SPREAD)
        return Manner(*(round(max(-MOST, min(MOST, value)), 2) for value in values))

    def _median(self, name: str) -> float | None:
        known = [value for each in self.utterances if (value := getattr(each, name)) is not None]
        return median(known) if known else None


def _hesitation(utterance: Prosody) -> float:
    """Tell what share of the time goes into pauses for thought inside the utterance."""
    end = utterance.pauses[-1].start if utterance.pauses else 0.0
    inside = [p.duration for p in utterance.pauses if p.kind == "thinking" and p.start < end]
    return sum(inside) / max(utterance.seconds, 0.1)
