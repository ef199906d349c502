"""Pitch and loudness of speech on a telephone line, frame by frame.

The period is where a frame resembles itself: autocorrelation, the window's own divided out (P. Boersma, 1993), of the
magnitude spectrum instead of the power spectrum, so that one loud formant does not decide alone (T. Tolonen and M.
Karjalainen, 2000). A line carries 300-3400 Hz, so the fundamental itself is mostly missing and half the period looks
nearly as good as the period: longer periods are preferred, neighbouring frames have a say, and in a second pass the
speaker's own middle does, which takes octave jumps away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import soxr
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ivr.audio.frame import AudioFrame

Floats: TypeAlias = NDArray[np.float32]

HOP = 0.01
"""Seconds from frame to frame."""
WINDOW = 0.05
"""Seconds of a frame: three periods of a deep voice."""
RATE = 4000
"""Hz that periods are sought at: the harmonics up to 2 kHz hold them."""
LOWEST, HIGHEST = 65.0, 420.0
"""Hz of the deepest and the highest voice."""
VOICED = 0.3
"""Likeness (0..1) from which a frame counts as voiced."""
LONGER = 0.1
"""Likeness that a period gains for each octave that it is longer. Fitted on 24 utterances of four voices, sent through
the telephone, against pYIN on the clean sound: 5.5 % of the frames off by over 20 %; plain autocorrelation, 46 %."""
MULTIPLE, ALIKE = 0.1, 0.98
"""What a period loses when half of it fits as well, and from which share of its likeness on: it is two periods."""
STAY = 0.4
"""Likeness that a period loses for being an octave off the speaker's middle; grows with the square."""
NEIGHBOURS = np.array([1, 2, 3, 2, 1], np.float32) / 9
"""Weights of the frames around in each frame's likeness."""
QUIET_DB = 35.0
"""dB under the loudest frames from which nothing is called voiced."""
FEWEST = 8
"""Voiced frames that it takes to know a speaker's middle."""
_FFT = 256
_FINER = 2
"""Lags to a sample: the peaks are too sharp for a parabola through whole samples."""
_FIRST, _LAST = int(_FINER * RATE / HIGHEST), int(np.ceil(_FINER * RATE / LOWEST))
_LAGS = np.arange(_FIRST, _LAST + 1)
_OCTAVES = np.log2(_LAGS / (_FINER * RATE)).astype(np.float32)
"""Each lag's period in octaves over a second."""
_BINS = np.arange(_FFT // 2 + 1)
_COSINES = np.cos(2 * np.pi * np.outer(_BINS, np.arange(_LAST + 2)) / (_FFT * _FINER)).astype(np.float32)
_COSINES[1:-1] *= 2
"""A spectrum times this is its autocorrelation: only the lags that are wanted, far quicker than an inverse FFT."""
_BLOCK = 16
"""Frames multiplied at once: few enough for one thread, for threads of a matrix library wait on a busy machine."""
_FLOOR = 1e-10


@dataclass(frozen=True)
class Contour:
    """One value a frame, ``HOP`` seconds apart; the first frame is centred at 0.

    ``hertz`` is NaN where nothing is voiced; ``loudness`` is in dBFS.
    """

    hertz: Floats
    loudness: Floats

    @property
    def voiced(self) -> NDArray[np.bool_]:
        """Tell the frames that have a pitch."""
        return ~np.isnan(self.hertz)

    def __len__(self) -> int:
        """Count the frames."""
        return len(self.hertz)


def contour(speech: AudioFrame, middle: float | None = None) -> Contour:
    """Follow pitch and loudness of speech of any rate; an empty contour for less than one frame of sound.

    ``middle`` is the speaker's usual pitch in Hz where it is known; otherwise this utterance's own is taken.
    """
    samples = np.frombuffer(speech.pcm, "<i2").astype(np.float32) / 32768
    size, hop = round(WINDOW * RATE), round(HOP * RATE)
    if speech.duration < WINDOW:
        return Contour(np.empty(0, np.float32), np.empty(0, np.float32))
    slow: Floats = np.asarray(soxr.resample(samples - samples.mean(), speech.rate, RATE, "LQ"), np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(np.pad(slow, size // 2), size)[::hop]
    power = np.einsum("ij,ij->i", frames, frames) / size
    loudness = 10 * np.log10(np.maximum(power, _FLOOR), dtype=np.float32)
    hertz = _pitch(_likeness(frames), middle)
    hertz[loudness < float(np.percentile(loudness, 95)) - QUIET_DB] = np.nan
    return Contour(hertz, loudness)


def _likeness(frames: Floats) -> Floats:
    """Tell how much each frame resembles itself at each lag (rows frames, columns lags); 1 at lag 0."""
    size = frames.shape[1]
    window = np.hanning(size).astype(np.float32)
    centred = (frames - frames.mean(axis=1, keepdims=True)) * window
    own = np.abs(np.fft.rfft(window, _FFT)) ** 2 @ _COSINES
    padding = np.zeros((-len(frames) % _BLOCK, size), np.float32)
    transformed = np.fft.rfft(np.vstack((centred, padding)), _FFT)
    spectra = np.sqrt(transformed.real**2 + transformed.imag**2)
    lags: Floats = np.matmul(spectra.reshape(-1, _BLOCK, len(_BINS)), _COSINES).reshape(len(spectra), -1)
    lags = lags[: len(frames)] / np.maximum(lags[: len(frames), :1], _FLOOR) / (own / own[0])
    around = np.pad(lags, ((2, 2), (0, 0)), mode="edge")
    return sum((weight * around[at : at + len(lags)] for at, weight in enumerate(NEIGHBOURS)), np.zeros_like(lags))


def _pitch(likeness: Floats, middle: float | None) -> Floats:
    """Give the pitch of each frame in Hz, NaN where it has none."""
    inner = likeness[:, _FIRST : _LAST + 1]
    peak = (inner > likeness[:, _FIRST - 1 : _LAST]) & (inner >= likeness[:, _FIRST + 1 : _LAST + 2])
    halved = likeness[:, _LAGS // 2] / np.maximum(inner, VOICED)
    score = inner + LONGER * _OCTAVES - MULTIPLE * np.clip((halved - ALIKE) / (1 - ALIKE), 0, 1)
    score = np.where(peak, score, -np.inf).astype(np.float32)
    best = np.argmax(score, axis=1)
    rows = np.arange(len(likeness))
    if middle is None:
        sure = _LAGS[best[inner[rows, best] >= VOICED]]
        middle = float(_FINER * RATE / np.median(sure)) if len(sure) >= FEWEST else None
    if middle is not None:
        best = np.argmax(score - STAY * (_OCTAVES + np.float32(np.log2(middle))) ** 2, axis=1)
    voiced = peak[rows, best] & (inner[rows, best] >= VOICED)
    left, top, right = (likeness[rows, _FIRST + best + step] for step in (-1, 0, 1))
    bend = left - 2 * top + right
    offset = np.where(bend < 0, (left - right) / np.where(bend < 0, 2 * bend, 1), 0)
    return np.where(voiced, _FINER * RATE / (_LAGS[best] + offset), np.nan).astype(np.float32)
