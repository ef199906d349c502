"""Voices made of harmonics."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ivr.audio.frame import AudioFrame

if TYPE_CHECKING:
    from numpy.typing import NDArray

BAND = 300, 3400


def sung(hertz: NDArray[np.float64], rate: int, level: float = 8000) -> AudioFrame:
    """Sing: one pitch a sample in Hz, harmonics falling by 6 dB an octave, only those that a telephone lets through.

    0 Hz is silence.
    """
    phase = 2 * np.pi * np.cumsum(hertz) / rate
    sound = np.zeros(len(hertz))
    for number in range(1, 52):
        through = (hertz * number > BAND[0]) & (hertz * number < min(BAND[1], rate / 2))
        sound += through * np.sin(number * phase + number) / number
    loudest = max(float(np.abs(sound).max()), 1e-9)
    return AudioFrame((sound / loudest * level).astype("<i2").tobytes(), rate)
