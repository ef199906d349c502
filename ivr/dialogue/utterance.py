"""What the caller is saying, as the turn machine knows it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Utterance:
    """Voice from ``start``; ``end`` is the last sound's end while silent. ``revision`` names what was heard so far."""

    start: float
    end: float
    speaking: bool = True
    revision: int = 0
    text: str | None = None
    confidence: float = 0.0
    probability: float | None = None
    """The turn model's, that the caller has finished."""
    prepared: bool = False
    """Whether a reply to this text is being made ready ahead of the turn's end."""

    def forget_hearing(self) -> None:
        """Drop what was recognised: the caller goes on."""
        self.text = self.probability = None
        self.prepared = False
