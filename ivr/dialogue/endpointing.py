"""Voice probabilities become stretches of speech. The audio is the only clock."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Voicing(Enum):
    """What the line is doing."""

    QUIET = "quiet"
    STARTING = "starting"
    SPEAKING = "speaking"
    STOPPING = "stopping"


@dataclass(frozen=True, slots=True)
class EndpointingPolicy:
    """When sound counts as speech; probabilities 0..1, durations in seconds.

    ``release`` is lower than ``onset`` so that a soft syllable does not end a word.
    """

    onset: float = 0.5
    release: float = 0.35
    min_speech: float = 0.06
    pause: float = 0.125


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """The caller began to make sound at ``at``."""

    at: float


@dataclass(frozen=True, slots=True)
class SpeechPaused:
    """The caller has been silent for ``EndpointingPolicy.pause``; the sound ended at ``at``."""

    at: float


class Endpointer:
    """Follows one call's voice activity."""

    def __init__(self, policy: EndpointingPolicy) -> None:
        self._policy = policy
        self._voicing = Voicing.QUIET
        self._mark = 0.0

    @property
    def voicing(self) -> Voicing:
        """What the line is doing now."""
        return self._voicing

    def feed(self, probability: float, start: float, end: float) -> SpeechStarted | SpeechPaused | None:
        """Take the probability of the window from ``start`` to ``end``; answer what it decided, if anything."""
        match self._voicing:
            case Voicing.QUIET if probability >= self._policy.onset:
                self._voicing, self._mark = Voicing.STARTING, start
            case Voicing.STARTING if probability < self._policy.release:
                self._voicing = Voicing.QUIET
            case Voicing.STARTING if end - self._mark >= self._policy.min_speech:
                self._voicing = Voicing.SPEAKING
                return SpeechStarted(self._mark)
            case Voicing.SPEAKING if probability < self._policy.release:
                self._voicing, self._mark = Voicing.STOPPING, start
            case Voicing.STOPPING if probability >= self._policy.onset:
                self._voicing = Voicing.SPEAKING
            case Voicing.STOPPING if end - self._mark >= self._policy.pause:
                self._voicing = Voicing.QUIET
                return SpeechPaused(self._mark)
            case _:
                pass
        return None
