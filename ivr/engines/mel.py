"""Whisper's log-mel spectrogram in numpy (Radford et al. 2022, 2.2): Slaney bands, 25 ms windows, 10 ms hops."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

RATE = 16000
FFT = 400
HOP = 160
BANDS = 80
FLOOR = 1e-10
DYNAMIC_RANGE = 8.0
LINEAR_HZ = 200 / 3
BREAK_HZ = 1000.0
BREAK_MEL = BREAK_HZ / LINEAR_HZ
LOG_STEP = np.log(6.4) / 27


def _hz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn Slaney mels into hertz: linear below 1 kHz, logarithmic above."""
    return np.where(mel < BREAK_MEL, mel * LINEAR_HZ, BREAK_HZ * np.exp(LOG_STEP * (mel - BREAK_MEL)))


@cache
def mel_filters(count: int, fft: int = FFT) -> NDArray[np.float32]:
    """Build the triangular filters, each of unit area, for 16 kHz: (count, fft // 2 + 1)."""
    top = BREAK_MEL + np.log(RATE / 2 / BREAK_HZ) / LOG_STEP
    edges = _hz(np.linspace(0, top, count + 2))
    bins = np.linspace(0, RATE / 2, fft // 2 + 1)
    rising = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    area = 2.0 / (edges[2:] - edges[:-2])
    return np.asarray(np.maximum(0, np.minimum(rising, falling)) * area[:, None], np.float32)


@cache
def _window() -> NDArray[np.float32]:
    return np.asarray(np.hanning(FFT + 1)[:-1], np.float32)


def log_mel(samples: NDArray[np.float32], count: int = BANDS) -> NDArray[np.float32]:
    """Analyse 16 kHz samples (-1..1), 201 or more: (count, len(samples) // HOP)."""
    padded = np.pad(samples, FFT // 2, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, FFT)[::HOP][: len(samples) // HOP]
    spectrum = np.fft.rfft(frames * _window(), axis=-1)
    power = spectrum.real**2 + spectrum.imag**2
    bands = np.log10(np.maximum(mel_filters(count) @ power.T, FLOOR))
    bands = np.maximum(bands, bands.max() - DYNAMIC_RANGE)
    return np.ascontiguousarray((bands + 4.0) / 4.0, np.float32)
