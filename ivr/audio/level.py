"""How loud 16-bit PCM is."""

from __future__ import annotations

import math

from ivr.audio.codec import WIDTH, audioop

FULL_SCALE = 32768
SILENCE_DBFS = -96.0
"""What digital silence is called: the 16-bit floor instead of minus infinity."""


def rms(pcm: bytes) -> int:
    """Measure the root mean square, 0 to 32768."""
    return audioop.rms(pcm, WIDTH)


def peak(pcm: bytes) -> int:
    """Measure the largest magnitude, 0 to 32768."""
    return audioop.max(pcm, WIDTH)


def dbfs(pcm: bytes) -> float:
    """Measure the level in dB under full scale (0 = a square wave at full scale)."""
    loudness = rms(pcm)
    return 20 * math.log10(loudness / FULL_SCALE) if loudness else SILENCE_DBFS
