"""The tone that a waiting caller hears: Spain's ringing tone, beginning with its sound. Pure."""

from __future__ import annotations

from functools import cache

import numpy as np

HERTZ = 425
SOUNDS, RESTS = 1.5, 3.0
LEVEL = 3000
"""Amplitude: about -21 dBFS, under the agent's voice."""
EDGE = 0.02
"""Seconds of fading in and out, which keep it from clicking."""


class Ringing:
    """Gives 20 ms at a time at ``rate`` Hz."""

    def __init__(self, rate: int) -> None:
        self._sound = _cadence(rate)
        self._frame = rate // 50 * 2
        self._at = 0

    def next(self) -> bytes:
        """Take the next 20 ms."""
        frame = self._sound[self._at : self._at + self._frame]
        self._at = (self._at + self._frame) % len(self._sound)
        return frame


@cache
def _cadence(rate: int) -> bytes:
    seconds = np.arange(round((SOUNDS + RESTS) * rate)) / rate
    fade = np.clip(np.minimum(seconds, SOUNDS - seconds) / EDGE, 0, 1)
    return bytes((LEVEL * fade * np.sin(2 * np.pi * HERTZ * seconds)).astype("<i2").tobytes())
