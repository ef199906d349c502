"""Change of sample rate, streaming or at once, by soxr."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import soxr

from ivr.audio.frame import AudioFrame

if TYPE_CHECKING:
    from numpy.typing import NDArray

TAPS = 16
"""Samples of the lower rate that the low-delay filters see at once; half of them is their delay."""
PASS = 0.92
"""Share of the lower rate's band that passes."""


class Resampler:
    """A stream of 16-bit mono PCM from one rate to another; keeps the filter's state between calls."""

    def __init__(self, from_rate: int, to_rate: int) -> None:
        self._stream = soxr.ResampleStream(from_rate, to_rate, 1, dtype="int16", quality=soxr.MQ)

    def feed(self, pcm: bytes) -> bytes:
        """Resample what came; the last few milliseconds come with the next call or ``flush``."""
        return bytes(self._stream.resample_chunk(np.frombuffer(pcm, np.int16)).tobytes())

    def flush(self) -> bytes:
        """Give the rest; the stream is over."""
        return bytes(self._stream.resample_chunk(np.empty(0, np.int16), last=True).tobytes())


class OneRate:
    """A stream of frames of any rates, given in the rate of the first."""

    def __init__(self) -> None:
        self._rate = 0
        self._stream: Resampler | None = None

    def feed(self, frame: AudioFrame) -> AudioFrame:
        """Take a frame; frames of one rate follow each other until ``end``."""
        self._rate = self._rate or frame.rate
        if frame.rate == self._rate:
            return frame
        self._stream = self._stream or Resampler(frame.rate, self._rate)
        return AudioFrame(self._stream.feed(frame.pcm), self._rate, frame.start)

    def end(self) -> AudioFrame | None:
        """Give the rest of the frames so far, if any; the next may have another rate."""
        stream, self._stream = self._stream, None
        return AudioFrame(stream.flush(), self._rate) if stream is not None else None


def resample(frame: AudioFrame, rate: int) -> AudioFrame:
    """Resample a whole frame."""
    if frame.rate == rate:
        return frame
    samples = soxr.resample(np.frombuffer(frame.pcm, np.int16), frame.rate, rate)
    return AudioFrame(samples.astype(np.int16).tobytes(), rate, frame.start)


class Interpolator:
    """A stream to ``factor`` times its rate, 1 ms late at 8 kHz; soxr's streams hold 20 to 60 ms back."""

    def __init__(self, factor: int) -> None:
        self._phases = np.flip(_low_pass(factor).reshape(TAPS, factor), axis=0).T * factor
        self._seen = np.zeros(TAPS - 1, np.float32)

    def feed(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Give ``factor`` samples for each."""
        heard = np.concatenate([self._seen, samples])
        self._seen = heard[-(TAPS - 1) :]
        windows = np.lib.stride_tricks.sliding_window_view(heard, TAPS)
        return np.asarray(windows @ self._phases.T, np.float32).ravel()


class Decimator:
    """A stream to one ``factor``-th of its rate, 1 ms late at 8 kHz."""

    def __init__(self, factor: int) -> None:
        self._factor = factor
        self._filter = _low_pass(factor)
        self._seen = np.zeros(TAPS * factor - factor, np.float32)

    def feed(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Give one sample for ``factor``; their number must be a multiple of it."""
        heard = np.concatenate([self._seen, samples])
        self._seen = heard[len(heard) - len(self._seen) :]
        windows = np.lib.stride_tricks.sliding_window_view(heard, TAPS * self._factor)[:: self._factor]
        return np.asarray(windows @ self._filter, np.float32)


def _low_pass(factor: int) -> NDArray[np.float32]:
    """Design a windowed-sinc filter of ``TAPS * factor`` taps with its edge at the lower rate's band."""
    count = TAPS * factor
    place = (np.arange(count) - (count - 1) / 2) / factor
    taps = np.sinc(place * PASS) * np.kaiser(count, 6.0)
    return np.asarray(taps / taps.sum(), np.float32)
