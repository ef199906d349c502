"""End of turn by Smart Turn v3.2 (BSD-2-Clause): the caller has finished, or pauses to think."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

from ivr.audio.frame import AudioFrame
from ivr.engines.mel import log_mel
from ivr.engines.onnx import open_onnx
from ivr.engines.sound import samples_of
from ivr.engines.worker import EngineThread

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.engines.store import ModelStore

RATE = 16000
SECONDS = 8
VARIANCE_FLOOR = 1e-7


class SmartTurn:
    """A TurnDetector; the model hears the last eight seconds at 16 kHz, whatever the line's rate."""

    def __init__(self, models: ModelStore) -> None:
        path = models.file("turns", "smart-turn-v3.2-cpu.onnx")
        self._thread = EngineThread("smart-turn", lambda: _load_warm(path), niceness=1)

    async def complete(self, speech: AudioFrame) -> float:
        """Judge the turn so far."""
        return await self._thread.run(lambda model: _judge(model, speech), time.monotonic())


def _load_warm(path: Path) -> Any:
    """Load the model and run it once, so that the first call is as fast as the tenth."""
    model = open_onnx(path, threads=1)
    _judge(model, AudioFrame.silence(1.0, RATE))
    return model


def _judge(model: Any, speech: AudioFrame) -> float:
    heard = samples_of(speech.cut(max(0, speech.samples - SECONDS * speech.rate)), RATE)[-SECONDS * RATE :]
    samples = np.zeros(SECONDS * RATE, np.float32)
    samples[len(samples) - len(heard) :] = heard
    samples = (samples - samples.mean()) / np.sqrt(samples.var() + VARIANCE_FLOOR)
    output = model.run(None, {"input_features": log_mel(np.asarray(samples, np.float32))[None]})
    return float(np.ravel(output[0])[0])
