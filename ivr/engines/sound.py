"""Samples as the models want them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ivr.audio.frame import AudioFrame
from ivr.audio.resample import resample

if TYPE_CHECKING:
    from numpy.typing import NDArray

FULL_SCALE = 32768.0


def samples_of(frame: AudioFrame, rate: int) -> NDArray[np.float32]:
    """Give the frame's samples at ``rate`` Hz, -1..1."""
    pcm = np.frombuffer(resample(frame, rate).pcm, np.int16)
    return np.asarray(pcm, np.float32) / np.float32(FULL_SCALE)


def pcm_of(samples: NDArray[np.float32]) -> bytes:
    """Give 16-bit PCM of samples -1..1; louder ones are clipped."""
    return np.asarray(np.clip(samples * FULL_SCALE, -FULL_SCALE, FULL_SCALE - 1), np.int16).tobytes()


def at_rate_of(speech: AudioFrame, samples: NDArray[np.float32], rate: int) -> AudioFrame:
    """Give what a model made of ``speech`` at ``rate`` Hz with the rate, length and place of ``speech`` itself."""
    sound = resample(AudioFrame(pcm_of(samples), rate), speech.rate)
    return AudioFrame(sound.pcm[: len(speech.pcm)].ljust(len(speech.pcm), b"\0"), speech.rate, speech.start)
