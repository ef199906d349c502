"""A caller's voice, learned from the first seconds of speech, and how like it a sound is. Pure.

Whoever offers speech leaves silence and noise out: only voiced stretches of utterances in which words were recognised.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ivr.audio.frame import AudioFrame
from ivr.audio.level import dbfs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

NEEDED = 3.0
"""Seconds of voice that make a profile, stitched from short turns."""
SHORTEST = 0.5
"""Seconds of voice under which a stretch tells too little of its speaker."""
DOUBT = 0.10
"""How far under its limit a stretch may lie and still be learned."""
SURELY = 0.02
"""How far over its limit a stretch must lie to be the voice alone: another beside it moves it little."""
FAINT_DBFS = -45.0
"""Level under which a stretch is no mouth at a telephone."""


class VoiceProfile:
    """One caller's voice.

    ``same`` is the likeness from which on a long stretch is that voice alone, ``scatter`` how much less is enough for
    a single window: vectors scatter, their mean over several windows less.
    """

    def __init__(self, same: float, scatter: float = 0.0) -> None:
        self._same = same
        self._scatter = scatter
        self._pieces: list[AudioFrame] = []
        self._prints: list[Floats] = []
        self._centre: Floats | None = None

    @property
    def seconds(self) -> float:
        """How much voice was learned."""
        return sum(piece.duration for piece in self._pieces)

    @property
    def ready(self) -> bool:
        """Whether there is enough to tell voices apart."""
        return self.seconds >= NEEDED

    @property
    def sample(self) -> AudioFrame:
        """The learned voice, stitched."""
        return AudioFrame.join(self._pieces)

    @property
    def level(self) -> float:
        """How loud the voice is, dBFS."""
        return dbfs(self.sample.pcm)

    def learn(self, voiced: AudioFrame, prints: Floats) -> bool:
        """Add a voiced stretch with its vectors (windows, dimensions); False where it is not fit to be learned.

        A stretch unlike what was learned before is another voice, and left out.
        """
        if self.ready or voiced.duration < SHORTEST or dbfs(voiced.pcm) < FAINT_DBFS:
            return False
        if self._centre is not None and self.likeness(prints) < self.limit(prints) - DOUBT:
            return False
        self._pieces.append(voiced)
        self._prints.append(prints)
        self._centre = _centre(np.concatenate(self._prints))
        return True

    def likeness(self, prints: Floats) -> float:
        """Compare a stretch as a whole, -1..1; ValueError before anything was learned."""
        return float(_centre(prints) @ self._known)

    def limit(self, prints: Floats) -> float:
        """Say from which likeness on a stretch of so many windows is this voice alone."""
        return self._same - self._scatter / len(prints)

    def sounds_through(self, prints: Floats) -> bool:
        """Say whether two of a stretch's windows, or its only one, are surely this voice: it speaks beside another."""
        alike = np.sort(prints @ self._known)
        return float(alike[-min(2, len(alike))]) >= self._same - self._scatter + SURELY

    @property
    def _known(self) -> Floats:
        if self._centre is None:
            msg = "nothing was learned yet"
            raise ValueError(msg)
        return self._centre


def _centre(prints: Floats) -> Floats:
    middle = prints.mean(axis=0)
    return np.asarray(middle / max(float(np.linalg.norm(middle)), 1e-9), np.float32)
