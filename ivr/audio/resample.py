"""Change of sample rate, streaming or at once, by soxr."""

from __future__ import annotations

import numpy as np
import soxr

from ivr.audio.frame import AudioFrame


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


def resample(frame: AudioFrame, rate: int) -> AudioFrame:
    """Resample a whole frame."""
    if frame.rate == rate:
        return frame
    samples = soxr.resample(np.frombuffer(frame.pcm, np.int16), frame.rate, rate)
    return AudioFrame(samples.astype(np.int16).tobytes(), rate, frame.start)
