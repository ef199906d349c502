"""Sounds that callers make and that no speech engine speaks: coughs. Deterministic."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ivr.audio.frame import AudioFrame

if TYPE_CHECKING:
    from numpy.typing import NDArray

RATE = 16000
PEAK = 0.35


def cough(seed: int) -> AudioFrame:
    """Make a cough of 200 to 400 ms: two or three bursts of breath noise through a throat, each weaker than the last.

    The same seed gives the same cough.
    """
    random = np.random.default_rng(seed)
    bursts = int(random.integers(2, 4))
    length = float(random.uniform(0.2, 0.4)) / bursts
    parts: list[NDArray[np.float64]] = []
    for burst in range(bursts):
        count = round(length * RATE)
        t = np.arange(count) / RATE
        envelope = (1 - np.exp(-t / 0.004)) * np.exp(-t / (length / 3.5))
        voice = 0.4 * np.sign(np.sin(2 * np.pi * random.uniform(140, 220) * t)) * np.exp(-t / (length / 5))
        breath = _through_throat(random.standard_normal(count), random)
        parts.append((breath + voice) * envelope * 0.75**burst)
    sound = np.concatenate(parts)
    sound *= PEAK / np.max(np.abs(sound))
    return AudioFrame((sound * 32767).astype("<i2").tobytes(), RATE)


def _through_throat(noise: NDArray[np.float64], random: np.random.Generator) -> NDArray[np.float64]:
    """Shape noise by three wide resonances, as a throat does."""
    spectrum = np.fft.rfft(noise)
    frequencies = np.fft.rfftfreq(len(noise), 1 / RATE)
    shape = np.zeros_like(frequencies)
    for centre, width in ((500, 250), (1500, 500), (2800, 900)):
        middle = centre * random.uniform(0.85, 1.15)
        shape += np.exp(-0.5 * ((frequencies - middle) / width) ** 2) * 500 / centre
    shaped = np.fft.irfft(spectrum * shape, len(noise))
    answer: NDArray[np.float64] = shaped / np.std(shaped)
    return answer
