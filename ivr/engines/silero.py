"""Voice activity by Silero (MIT), at the telephone's own 8 kHz, one inference for all calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from ivr.engines.onnx import open_onnx
from ivr.engines.sound import FULL_SCALE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ivr.engines.store import ModelStore
    from ivr.ports import VoiceStream

CONTEXT = 32
"""Samples of the last window that are shown again before the next (the model's own rule at 8 kHz)."""
STATE = 128


class SileroStream:
    """One call's recurrent state: two layers, and the end of the last window."""

    __slots__ = ("context", "state")

    def __init__(self) -> None:
        self.state: NDArray[np.float32] = np.zeros((2, STATE), np.float32)
        self.context: NDArray[np.float32] = np.zeros(CONTEXT, np.float32)


class SileroDetector:
    """A VoiceDetector."""

    rate = 8000
    window = 256

    def __init__(self, models: ModelStore) -> None:
        self._session = open_onnx(models.file("turns", "silero_vad.onnx"), threads=1)
        self._rate = np.array(self.rate, np.int64)

    def new_stream(self) -> SileroStream:
        """Open the state of one call."""
        return SileroStream()

    def probabilities(self, streams: Sequence[VoiceStream], windows: Sequence[bytes]) -> Sequence[float]:
        """Feed one window to each stream; ValueError if one is not ``window`` samples long."""
        if not windows:
            return []
        if any(len(window) != 2 * self.window for window in windows):
            raise ValueError(f"a window has {self.window} samples of 16 bits")
        calls = cast("Sequence[SileroStream]", streams)
        sound = np.stack([np.frombuffer(window, np.int16) for window in windows]).astype(np.float32) / FULL_SCALE
        seen = np.concatenate([np.stack([call.context for call in calls]), sound], axis=1, dtype=np.float32)
        state = np.stack([call.state for call in calls], axis=1)
        output, state = self._session.run(None, {"input": seen, "state": state, "sr": self._rate})
        for number, call in enumerate(calls):
            call.state = state[:, number]
            call.context = sound[number, -CONTEXT:]
        return [float(probability) for probability in output[:, 0]]
