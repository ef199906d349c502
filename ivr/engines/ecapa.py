"""Voices told apart by SpeechBrain's ECAPA-TDNN (Apache-2.0; Desplanques et al. 2020); PyTorch, an extra.

Its weights are in no package registry: they come from the hub, once, or are put into the folder by hand.
"""

from __future__ import annotations

import importlib
import time
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from ivr.engines.d_vectors import unit
from ivr.engines.mel import RATE
from ivr.engines.sound import samples_of
from ivr.engines.worker import EngineThread
from ivr.errors import EngineUnavailable

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from ivr.audio.frame import AudioFrame

HUB = "speechbrain/spkrec-ecapa-voxceleb"
WINDOW, STEP = 1.0, 0.5
"""Seconds; under one second the network's vectors scatter."""
SAME, SCATTER = 0.42, 0.17
"""A single window's limit is SpeechBrain's own threshold for one voice, 0.25; it was not fitted on telephone speech."""
NEEDED = ("hyperparams.yaml", "embedding_model.ckpt", "mean_var_norm_emb.ckpt", "classifier.ckpt", "label_encoder.txt")
"""The last two are not used, but the package loads all that its description names."""


class Ecapa:
    """A SpeakerEncoder. EngineUnavailable when the extra or the weights are missing."""

    window = WINDOW
    step = STEP
    same = SAME
    scatter = SCATTER

    def __init__(self, folder: Path) -> None:
        self._thread = EngineThread("ecapa", lambda: _load(folder), niceness=1)

    async def voiceprints(self, speech: AudioFrame) -> NDArray[np.float32]:
        """Give a vector a window: (windows, 192)."""
        return await self._thread.run(partial(_voiceprints, speech=speech), time.monotonic())


def _load(folder: Path) -> tuple[Any, Any]:
    try:
        torch = importlib.import_module("torch")
        speaker = importlib.import_module("speechbrain.inference.speaker")
    except ImportError as error:
        raise EngineUnavailable(f"{error.name} is not installed; run: pip install 'ivr[ecapa]'", "ecapa") from None
    missing = [name for name in NEEDED if not (folder / name).is_file()]
    if missing:
        raise EngineUnavailable(
            f"{folder} lacks {', '.join(missing)}; run: hf download {HUB} --local-dir {folder}", "ecapa"
        )
    # the description names the hub as the place of its weights, and the package would go there
    overrides = {"pretrained_path": str(folder)}
    return torch, speaker.EncoderClassifier.from_hparams(source=str(folder), savedir=str(folder), overrides=overrides)


def _voiceprints(model: tuple[Any, Any], speech: AudioFrame) -> NDArray[np.float32]:
    torch, encoder = model
    samples = samples_of(speech, RATE)
    width, step = round(WINDOW * RATE), round(STEP * RATE)
    samples = np.pad(samples, (0, max(0, width - len(samples))))
    windows = np.lib.stride_tricks.sliding_window_view(samples, width)[::step]
    with torch.no_grad():
        vectors = encoder.encode_batch(torch.from_numpy(np.ascontiguousarray(windows)))
    return unit(np.asarray(vectors.squeeze(1).cpu().numpy(), np.float32))
