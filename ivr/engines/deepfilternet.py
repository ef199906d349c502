"""DeepFilterNet3 on PyTorch, an extra: whole recordings on whatever device PyTorch has; calls keep the C runtime.

The package has no streaming form, so a call that runs is cleaned by the runtime that has one, with the same weights.
Its checkpoint is in no package registry; left alone the package would fetch it unasked, so it is given a folder.
"""

from __future__ import annotations

import importlib
import time
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from ivr.engines.deepfilter import RATE, DeepFilter
from ivr.engines.sound import at_rate_of, samples_of
from ivr.engines.worker import EngineThread
from ivr.errors import EngineUnavailable

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.audio.frame import AudioFrame
    from ivr.engines.store import ModelStore

FOLDER = "DeepFilterNet3"
SOURCE = "https://github.com/Rikorose/DeepFilterNet/raw/main/models/DeepFilterNet3.zip"


class DeepFilterNet(DeepFilter):
    """A Denoiser. EngineUnavailable when the extra or its checkpoint is missing."""

    def __init__(self, models: ModelStore) -> None:
        folder = models.root / FOLDER
        self._torch = EngineThread("deepfilternet", lambda: _load(folder), niceness=10)
        super().__init__(models)

    async def clean(self, speech: AudioFrame) -> AudioFrame:
        """Clean a whole sound at its own rate."""
        return await self._torch.run(partial(_enhance, speech=speech), time.monotonic())


def _load(folder: Path) -> tuple[Any, Any, Any, Any]:
    try:
        torch = importlib.import_module("torch")
        package = importlib.import_module("df.enhance")
    except ImportError as error:
        raise EngineUnavailable(
            f"{error.name} is not installed; run: pip install 'ivr[deepfilternet]', or set DENOISE_PROVIDER=deepfilter",
            "deepfilternet",
        ) from None
    if not (folder / "config.ini").is_file() or not list(folder.glob("checkpoints/model*.ckpt*")):
        raise EngineUnavailable(
            f"{folder} lacks config.ini or checkpoints/; unzip {SOURCE} into {folder.parent}, "
            "or set DENOISE_PROVIDER=deepfilter",
            "deepfilternet",
        )
    model, state, *_ = package.init_df(model_base_dir=str(folder), log_level="ERROR", log_file=None)
    return torch, package.enhance, model, state


def _enhance(loaded: tuple[Any, Any, Any, Any], speech: AudioFrame) -> AudioFrame:
    torch, enhance, model, state = loaded
    clean = enhance(model, state, torch.from_numpy(samples_of(speech, RATE)[None]))
    return at_rate_of(speech, np.asarray(clean.squeeze(0).cpu().numpy(), np.float32), RATE)
