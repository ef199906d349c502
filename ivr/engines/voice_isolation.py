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

from ivr.audio.codec import Alaw
from ivr.audio.frame import AudioFrame
from ivr.engines.d_vectors import unit
from ivr.engines.onnx import open_onnx
from ivr.engines.sound import at_rate_of, pcm_of, samples_of
from ivr.engines.worker import EngineThread

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ivr.engines.d_vectors import DVectors

    Floats = NDArray[np.float32]

LINE = 8000
BAND = 250, 3400
"""Hz that the network hears, as through a telephone of old; what a line carries beside them is kept by its neighbours'
mask: recognition wants it, and Whisper hears a third more words wrong without."""
WINDOW, HOP, FFT = 400, 128, 512
BINS = 224
"""Bins of 15.6 Hz that it sees."""
LOW, LOW_BY = slice(0, 16), slice(16, 40)
HIGH, HIGH_BY = slice(218, None), slice(190, 218)
"""Bins beside the band, and those that tell how much of them is kept."""
POOLED = 4
"""Bins that are one band of the long-term spectrum."""
QUIETEST = 40
"""Per cent of a sample's frames that tell nothing of the voice."""
SCALE = 2.5
"""Standard deviation of the log spectra that it was trained on."""
PEAK = 0.5
FLOOR = 1e-4


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
    samples = samples_of(speech, LINE)
    bands = _log(_spectrum(_through_telephone(samples)))
    told = np.concatenate([voice, colour_of(sample)])
    mask = model.run(None, {"spectrum": (bands - bands.mean())[None] / SCALE, "voice": told[None]})[0][0]
    spectrum = _spectrum(samples)
    whole = np.empty(spectrum.shape, np.float32)
    whole[:, :BINS] = mask
    whole[:, LOW] = whole[:, LOW_BY].mean(axis=1, keepdims=True)
    whole[:, HIGH] = whole[:, HIGH_BY].mean(axis=1, keepdims=True)
    return at_rate_of(speech, _sound(spectrum * whole, len(samples)), LINE)


def colour_of(sample: AudioFrame) -> Floats:
    """Describe a voice by its long-term spectrum: mean and spread of each band, without the level."""
    bands = _log(_spectrum(_through_telephone(samples_of(sample, LINE))))
    level = bands.mean(axis=1)
    bands = bands[level > np.percentile(level, QUIETEST)].reshape(-1, BINS // POOLED, POOLED).mean(axis=2)
    return np.concatenate([bands.mean(axis=0) - bands.mean(), bands.std(axis=0)])


def _through_telephone(samples: Floats) -> Floats:
    """Bring a sound to what the network was trained on: its band, its level, A-law."""
    spectrum = np.fft.rfft(samples)
    hertz = np.fft.rfftfreq(len(samples), 1 / LINE)
    spectrum[(hertz < BAND[0]) | (hertz > BAND[1])] = 0
    band = np.asarray(np.fft.irfft(spectrum, len(samples)), np.float32)
    codec = Alaw()
    coded = codec.encode(pcm_of(band * PEAK / max(float(np.abs(band).max()), FLOOR)))
    return samples_of(AudioFrame(codec.decode(coded), LINE), LINE)


def _log(spectrum: NDArray[np.complex64]) -> Floats:
    return np.asarray(np.log(np.abs(spectrum[:, :BINS]) + FLOOR), np.float32)


def _spectrum(samples: Floats) -> NDArray[np.complex64]:
    frames = np.lib.stride_tricks.sliding_window_view(np.pad(samples, (WINDOW, WINDOW)), WINDOW)[::HOP]
    return np.asarray(np.fft.rfft(frames * _hann(), FFT, axis=-1), np.complex64)


def _sound(spectrum: NDArray[np.complex64], count: int) -> Floats:
    """Turn a spectrum back into ``count`` samples: weighted overlap and add."""
    parts = np.fft.irfft(spectrum, FFT, axis=-1)[:, :WINDOW] * _hann()
    whole, weight = np.zeros(count + 2 * WINDOW), np.full(count + 2 * WINDOW, FLOOR)
    for number, part in enumerate(parts):
        at = slice(number * HOP, number * HOP + WINDOW)
        whole[at] += part
        weight[at] += _hann() ** 2
    return np.asarray((whole / weight)[WINDOW : WINDOW + count], np.float32)


@cache
def _hann() -> Floats:
    return np.asarray(np.hanning(WINDOW + 1)[:-1], np.float32)
