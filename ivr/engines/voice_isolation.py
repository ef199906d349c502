"""One caller's voice out of several: a mask over the spectrum from a network that was trained on telephone sound.

A bidirectional LSTM hears the whole utterance and is told whose voice to keep, as in VoiceFilter (Wang et al. 2019):
by the mean d-vector of the caller's sample and by that sample's long-term spectrum.
``benchmarks/fit_voice_isolation.py`` trains it and tells on what.
"""

from __future__ import annotations

import time
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ivr.audio.frame import AudioFrame
from ivr.engines.d_vectors import unit
from ivr.engines.onnx import open_onnx
from ivr.engines.sound import pcm_of, samples_of
from ivr.engines.worker import EngineThread

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ivr.engines.d_vectors import DVectors

    Floats = NDArray[np.float32]

LINE = 8000
"""Hz for which the sizes below hold; at other rates they grow in proportion, so that bins stay what they are."""
WINDOW, HOP, FFT = 400, 128, 512
BINS = 224
"""Bins of 15.6 Hz that the network sees: up to 3.5 kHz."""
POOLED = 4
"""Bins that are one band of the long-term spectrum."""
QUIETEST = 40
"""Per cent of a sample's frames that tell nothing of the voice."""
SCALE = 2.5
"""Standard deviation of the log spectra that it was trained on."""
PEAK = 0.5
FLOOR = 1e-4
TOP = slice(190, 218)
"""Bins whose mask stands for what lies above ``BINS`` on a wide-band line."""


class VoiceIsolation:
    """A SpeakerFilter."""

    def __init__(self, voices: DVectors) -> None:
        self._voices = voices
        model = Path(__file__).with_name("voice_isolation.onnx")
        self._thread = EngineThread("isolation", lambda: open_onnx(model, threads=1), niceness=1)

    async def isolate(self, speech: AudioFrame, sample: AudioFrame) -> AudioFrame:
        """Keep the voice of ``sample``."""
        if not speech.samples:
            return speech
        voice = unit((await self._voices.voiceprints(sample)).mean(axis=0))
        return await self._thread.run(partial(isolated, speech=speech, sample=sample, voice=voice), time.monotonic())


def isolated(model: Any, speech: AudioFrame, sample: AudioFrame, voice: Floats) -> AudioFrame:
    """Run the network: what it keeps of ``speech``."""
    samples = samples_of(speech, speech.rate)
    spectrum = _spectrum(samples, speech.rate)
    bands = _log(spectrum, samples)
    asked = {
        "spectrum": (bands - bands.mean())[None] / SCALE,
        "voice": np.concatenate([voice, colour_of(sample)])[None],
    }
    mask = np.asarray(model.run(None, asked)[0][0], np.float32)
    above = np.repeat(mask[:, TOP].mean(axis=1, keepdims=True), spectrum.shape[1] - BINS, axis=1)
    alone = _sound(spectrum * np.concatenate([mask, above], axis=1), len(samples), speech.rate)
    return AudioFrame(pcm_of(alone), speech.rate, speech.start)


def colour_of(sample: AudioFrame) -> Floats:
    """Describe a voice by its long-term spectrum: mean and spread of each band, without the level."""
    samples = samples_of(sample, sample.rate)
    bands = _log(_spectrum(samples, sample.rate), samples)
    level = bands.mean(axis=1)
    bands = bands[level > np.percentile(level, QUIETEST)].reshape(-1, BINS // POOLED, POOLED).mean(axis=2)
    return np.concatenate([bands.mean(axis=0) - bands.mean(), bands.std(axis=0)])


def _log(spectrum: NDArray[np.complex64], samples: Floats) -> Floats:
    """Give the log magnitudes that the network knows: as if the loudest sample were ``PEAK``."""
    gain = PEAK / max(float(np.abs(samples).max()), FLOOR)
    return np.asarray(np.log(np.abs(spectrum[:, :BINS]) * gain + FLOOR), np.float32)


def _spectrum(samples: Floats, rate: int) -> NDArray[np.complex64]:
    """Analyse: (frames, bins); magnitudes do not depend on the rate."""
    window, hop, fft = (size * rate // LINE for size in (WINDOW, HOP, FFT))
    padded = np.pad(samples, (window, window))
    frames = np.lib.stride_tricks.sliding_window_view(padded, window)[::hop]
    return np.asarray(np.fft.rfft(frames * _hann(window), fft, axis=-1) * (LINE / rate), np.complex64)


def _sound(spectrum: NDArray[np.complex64], count: int, rate: int) -> Floats:
    """Turn a spectrum back into ``count`` samples: weighted overlap and add."""
    window, hop, fft = (size * rate // LINE for size in (WINDOW, HOP, FFT))
    parts = np.fft.irfft(spectrum * (rate / LINE), fft, axis=-1)[:, :window] * _hann(window)
    whole, weight = np.zeros(count + 2 * window), np.full(count + 2 * window, FLOOR)
    for number, part in enumerate(parts):
        at = slice(number * hop, number * hop + window)
        whole[at] += part
        weight[at] += _hann(window) ** 2
    return np.asarray((whole / weight)[window : window + count], np.float32)


@cache
def _hann(size: int) -> Floats:
    return np.asarray(np.hanning(size + 1)[:-1], np.float32)
