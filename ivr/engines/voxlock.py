"""The caller's voice alone by VoxLock (Apache-2.0), from a folder with its weights; an extra."""

from __future__ import annotations

import importlib
import time
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from ivr.engines.mel import RATE
from ivr.engines.sound import at_rate_of, samples_of
from ivr.engines.worker import EngineThread
from ivr.errors import ConfigError, EngineUnavailable

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.audio.frame import AudioFrame

HUB = "arbazsiddiqui/voxlock"
ENROL, CHUNKS = "enroll.onnx", ("chunk_int8.onnx", "chunk.onnx")
SAMPLE = 3.0
"""Seconds of the caller that the network takes, no fewer."""


class VoxLock:
    """A SpeakerFilter. ConfigError or EngineUnavailable when the folder or the extra is missing."""

    def __init__(self, folder: Path | None) -> None:
        whole = folder is not None and (folder / ENROL).is_file() and any((folder / name).is_file() for name in CHUNKS)
        if folder is None or not whole:
            raise ConfigError(
                f"VOXLOCK_PATH must be a folder with {ENROL} and {CHUNKS[0]} (it is {folder}); "
                f"run: hf download {HUB} --local-dir FOLDER, then set VOXLOCK_PATH=FOLDER/onnx"
            )
        self._thread = EngineThread("voxlock", lambda: _load(folder), niceness=1)

    async def isolate(self, speech: AudioFrame, sample: AudioFrame) -> AudioFrame:
        """Keep the voice of ``sample``, 3 s or more."""
        return await self._thread.run(partial(_isolate, speech=speech, sample=sample), time.monotonic())


def _load(folder: Path) -> Any:
    try:
        package = importlib.import_module("voxlock")
    except ImportError as error:
        raise EngineUnavailable(f"{error.name} is not installed; run: pip install 'ivr[voxlock]'", "voxlock") from None
    return package.VoxLock(model_dir=folder, threads=1)


def _isolate(model: Any, speech: AudioFrame, sample: AudioFrame) -> AudioFrame:
    voice = samples_of(sample, RATE)
    voice = np.resize(voice, max(len(voice), round(SAMPLE * RATE)))
    alone = np.asarray(model.isolate(samples_of(speech, RATE), sample=voice), np.float32)
    return at_rate_of(speech, alone, RATE)
