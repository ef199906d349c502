"""Target speaker by VoiceFilter-Lite (Wang et al. 2020; open weights, Apache-2.0): who speaks, and that voice alone.

Both networks take whole utterances at once, so an utterance costs one inference each. The mask is applied to the
spectrum's own bins: going back from the mel bands, as the paper's streaming form does, would blur the harmonics.
"""

from __future__ import annotations

import time
from functools import cache, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from ivr.engines.mel import HOP, RATE, mel_filters
from ivr.engines.onnx import open_onnx
from ivr.engines.sound import at_rate_of, samples_of
from ivr.engines.worker import EngineThread

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ivr.audio.frame import AudioFrame
    from ivr.engines.store import ModelStore

    Floats = NDArray[np.float32]

VOICE_FFT, VOICE_WINDOW, VOICE_BANDS = 512, 400, 40
WINDOW, STEP = 80, 40
"""Frames of 10 ms that one voiceprint hears, and to the next."""
MASK_FFT, MASK_WINDOW, MASK_BANDS = 1200, 640, 128
STACKED = 4
"""Frames that the mask's network sees at once: this one and those before it."""
LAYERS, HIDDEN = 3, 512
LOG_FLOOR = 1e-6
SMOOTH, OVERLAP, BASE = 0.8, 0.8, 0.1
"""The model's adaptive suppression (paper, 3.4): how slowly it moves, its weight of overlap, its least strength."""
SAME, SCATTER = 0.92, 0.20
"""Fitted on six voices through the telephone: 1 of 20 stretches of the voice itself lies lower."""


class VoiceFilter:
    """A SpeakerEncoder and a SpeakerFilter."""

    window = WINDOW * HOP / RATE
    step = STEP * HOP / RATE
    same = SAME
    scatter = SCATTER

    def __init__(self, models: ModelStore) -> None:
        encoder = models.file("voicefilter", "embedder.int8.onnx")
        mask = models.file("voicefilter", "voicefilter_lite.int8.onnx")
        self._thread = EngineThread(
            "voicefilter", lambda: (open_onnx(encoder, threads=1), open_onnx(mask, threads=1)), niceness=1
        )

    async def voiceprints(self, speech: AudioFrame) -> Floats:
        """Give a vector a window: (windows, 256)."""
        return await self._thread.run(partial(_voiceprints, speech=speech), time.monotonic())

    async def isolate(self, speech: AudioFrame, sample: AudioFrame) -> AudioFrame:
        """Keep the voice of ``sample``."""
        return await self._thread.run(partial(_isolate, speech=speech, sample=sample), time.monotonic())


def _voiceprints(models: tuple[Any, Any], speech: AudioFrame) -> Floats:
    samples = samples_of(speech, RATE)
    samples = np.pad(samples, (0, max(0, (WINDOW - 1) * HOP + VOICE_FFT - len(samples))))
    frames = np.lib.stride_tricks.sliding_window_view(samples, VOICE_FFT)[::HOP]
    spectrum = np.fft.rfft(frames * _hamming(), axis=-1)
    power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
    bands = np.log10(power @ mel_filters(VOICE_BANDS, VOICE_FFT).T + 1e-10)
    windows = np.lib.stride_tricks.sliding_window_view(bands, WINDOW, axis=0)[::STEP].transpose(0, 2, 1)
    vectors = models[0].run(None, {"mel_window": np.ascontiguousarray(windows, np.float32)})[0]
    return unit(vectors)


def unit(vectors: Floats) -> Floats:
    """Bring vectors to length 1."""
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9), np.float32)


def _isolate(models: tuple[Any, Any], speech: AudioFrame, sample: AudioFrame) -> AudioFrame:
    voice = unit(_voiceprints(models, sample).mean(axis=0, keepdims=True))
    samples = samples_of(speech, RATE)
    count = -(-len(samples) // HOP) + MASK_WINDOW // HOP
    padded = np.pad(samples, (MASK_WINDOW - HOP, count * HOP + MASK_WINDOW - len(samples)))
    frames = np.lib.stride_tricks.sliding_window_view(padded, MASK_WINDOW)[::HOP]
    spectrum = np.fft.rfft(frames * _hann(), n=MASK_FFT, axis=-1)
    power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
    mask, overlap = _mask(models[1], np.log(power @ mel_filters(MASK_BANDS, MASK_FFT).T + LOG_FLOOR), voice)
    strength = _adapted(overlap)[:, None]
    gain = strength * (mask @ _spread()) + 1 - strength
    parts = np.fft.irfft(spectrum * np.sqrt(gain), n=MASK_FFT, axis=-1)[:, :MASK_WINDOW] * _hann()
    whole, weight = np.zeros(len(padded)), np.zeros(len(padded))
    for number, part in enumerate(parts):
        at = slice(number * HOP, number * HOP + MASK_WINDOW)
        whole[at] += part
        weight[at] += _hann() ** 2
    first = MASK_WINDOW - HOP
    alone = (whole / np.maximum(weight, 1e-3))[first : first + len(samples)]
    return at_rate_of(speech, np.asarray(alone, np.float32), RATE)


def _mask(model: Any, bands: Floats, voice: Floats) -> tuple[Floats, Floats]:
    """Ask the network: a share of each band to keep (frames, bands), and how likely voices overlap (frames)."""
    before = np.zeros((STACKED - 1, MASK_BANDS), np.float32)
    stacked = np.lib.stride_tricks.sliding_window_view(np.concatenate([before, bands]), STACKED, axis=0)
    seen = stacked.transpose(0, 2, 1).reshape(1, len(bands), -1)
    state = np.zeros((LAYERS, 1, HIDDEN), np.float32)
    mask, overlap, _, _ = model.run(
        None, {"stacked_logmel": np.ascontiguousarray(seen, np.float32), "dvec": voice, "h0": state, "c0": state}
    )
    return mask[0], overlap[0, :, 0]


def _adapted(overlap: Floats) -> Floats:
    strength, strengths = 0.0, np.empty(len(overlap), np.float32)
    for number, share in enumerate(overlap):
        strength = SMOOTH * strength + (1 - SMOOTH) * (OVERLAP * float(share) + BASE)
        strengths[number] = strength
    return strengths


@cache
def _spread() -> Floats:
    """Say how much each band tells of each bin: (bands, bins), each bin's shares add up to 1."""
    filters = mel_filters(MASK_BANDS, MASK_FFT)
    filters = filters / filters.max(axis=1, keepdims=True)
    total = filters.sum(axis=0)
    return np.asarray(np.where(total > 0, filters / np.maximum(total, 1e-9), 1 / MASK_BANDS), np.float32)


@cache
def _hamming() -> Floats:
    """Make the encoder's window: 25 ms in the middle of its frame."""
    edge = (VOICE_FFT - VOICE_WINDOW) // 2
    return np.asarray(np.pad(np.hamming(VOICE_WINDOW + 1)[:-1], edge), np.float32)


@cache
def _hann() -> Floats:
    return np.asarray(np.hanning(MASK_WINDOW), np.float32)
