"""Adapters of packages that the default install leaves out, against fakes of the packages at their seam."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from ivr.audio.frame import AudioFrame
from ivr.engines import deepfilternet
from ivr.engines.ecapa import NEEDED, Ecapa
from ivr.engines.store import ModelStore
from ivr.engines.voxlock import VoxLock
from ivr.errors import ConfigError, EngineUnavailable

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

SPEECH = AudioFrame(np.arange(-8000, 8000, dtype=np.int16).tobytes(), 8000)
"""Two seconds."""


class Tensor:
    """As much of a torch tensor as the adapters touch."""

    def __init__(self, values: Floats) -> None:
        self.values = values

    def squeeze(self, axis: int) -> Tensor:
        return Tensor(self.values.squeeze(axis))

    def cpu(self) -> Tensor:
        return self

    def numpy(self) -> Floats:
        return self.values


class NoGrad:
    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


def install(monkeypatch: pytest.MonkeyPatch, name: str, **contents: Any) -> None:
    """Put a module where the import finds it, with those above it."""
    parts = name.split(".")
    for depth in range(1, len(parts)):
        above = ".".join(parts[:depth])
        monkeypatch.setitem(sys.modules, above, ModuleType(above))
    module = ModuleType(name)
    module.__dict__.update(contents)
    monkeypatch.setitem(sys.modules, name, module)


def leave_out(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setitem(sys.modules, name, None)


def torch(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, "torch", no_grad=NoGrad, from_numpy=Tensor)


def put(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"weights")
    return folder


# --- ECAPA-TDNN ------------------------------------------------------------------------


class Encoder:
    """SpeechBrain's EncoderClassifier: a vector a row."""

    loaded: dict[str, Any]

    @classmethod
    def from_hparams(cls, **how: Any) -> Encoder:
        cls.loaded = how
        return cls()

    def encode_batch(self, rows: Tensor) -> Tensor:
        return Tensor(np.stack([np.full((1, 192), row.mean() + 2, np.float32) for row in rows.values]))


def test_ecapa_without_its_package_names_the_extra(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    torch(monkeypatch)
    leave_out(monkeypatch, "speechbrain.inference.speaker")
    with pytest.raises(EngineUnavailable, match=r"speechbrain.* is not installed; run: pip install 'ivr\[ecapa\]'"):
        Ecapa(tmp_path)


def test_ecapa_without_its_weights_names_what_is_missing_and_where_it_comes_from(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    torch(monkeypatch)
    install(monkeypatch, "speechbrain.inference.speaker", EncoderClassifier=Encoder)
    put(tmp_path, *NEEDED[:3])
    with pytest.raises(EngineUnavailable, match=r"lacks classifier.ckpt, label_encoder.txt; run: hf download speech"):
        Ecapa(tmp_path)


async def test_ecapa_gives_a_vector_of_unit_length_a_second_and_stays_off_the_hub(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    torch(monkeypatch)
    install(monkeypatch, "speechbrain.inference.speaker", EncoderClassifier=Encoder)
    prints = await Ecapa(put(tmp_path, *NEEDED)).voiceprints(SPEECH)
    assert prints.shape == (3, 192)
    assert np.allclose(np.linalg.norm(prints, axis=1), 1, atol=1e-5)
    assert Encoder.loaded["source"] == str(tmp_path)
    assert Encoder.loaded["overrides"] == {"pretrained_path": str(tmp_path)}


async def test_a_sound_shorter_than_ecapas_window_still_has_a_vector(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    torch(monkeypatch)
    install(monkeypatch, "speechbrain.inference.speaker", EncoderClassifier=Encoder)
    assert (await Ecapa(put(tmp_path, *NEEDED)).voiceprints(SPEECH.cut(0, 2000))).shape == (1, 192)


# --- VoxLock ---------------------------------------------------------------------------


class Isolator:
    """voxlock.VoxLock: half as loud; refuses samples under 3 s as the package does."""

    made: tuple[Any, int]
    sample: Floats

    def __init__(self, model_dir: Path, threads: int) -> None:
        Isolator.made = model_dir, threads

    def isolate(self, audio: Floats, sample: Floats) -> Floats:
        assert len(sample) >= 3 * 16000
        Isolator.sample = sample
        return audio * np.float32(0.5)


@pytest.mark.parametrize("there", [(), ("enroll.onnx",), ("chunk_int8.onnx",)])
def test_a_voxlock_folder_that_is_not_whole_is_refused_with_the_mend(tmp_path: Path, there: tuple[str, ...]) -> None:
    with pytest.raises(ConfigError, match=r"VOXLOCK_PATH must be a folder .* run: hf download .* set VOXLOCK_PATH="):
        VoxLock(put(tmp_path, *there))


def test_no_voxlock_folder_is_refused_with_the_mend() -> None:
    with pytest.raises(ConfigError, match="VOXLOCK_PATH must be a folder"):
        VoxLock(None)


def test_voxlock_without_its_package_names_the_extra(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    leave_out(monkeypatch, "voxlock")
    with pytest.raises(EngineUnavailable, match=r"voxlock is not installed; run: pip install 'ivr\[voxlock\]'"):
        VoxLock(put(tmp_path, "enroll.onnx", "chunk_int8.onnx"))


async def test_voxlock_isolates_at_the_lines_rate_with_a_sample_long_enough(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    install(monkeypatch, "voxlock", VoxLock=Isolator)
    alone = await VoxLock(put(tmp_path, "enroll.onnx", "chunk.onnx")).isolate(SPEECH, SPEECH.cut(0, 8000))
    assert Isolator.made == (tmp_path, 1)
    assert (alone.rate, alone.samples) == (SPEECH.rate, SPEECH.samples)
    before, after = (np.frombuffer(sound.pcm, np.int16)[500:-500].astype(float) for sound in (SPEECH, alone))
    assert np.abs(after - before / 2).max() < 200


# --- DeepFilterNet on PyTorch ----------------------------------------------------------


class Package:
    """df.enhance: takes half of everything away."""

    how: dict[str, Any]

    def init_df(self, **how: Any) -> tuple[str, str, str, int]:
        Package.how = how
        return "model", "state", "suffix", 1

    def enhance(self, model: str, state: str, audio: Tensor) -> Tensor:
        assert (model, state, audio.values.shape) == ("model", "state", (1, 96000))
        return Tensor(audio.values * np.float32(0.5))


def test_deepfilternet_without_its_package_names_the_extra(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    torch(monkeypatch)
    leave_out(monkeypatch, "df.enhance")
    with pytest.raises(EngineUnavailable, match=r"pip install 'ivr\[deepfilternet\]', or set DENOISE_PROVIDER"):
        deepfilternet.DeepFilterNet(ModelStore(tmp_path))


def test_deepfilternet_without_its_checkpoint_says_where_it_comes_from(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    torch(monkeypatch)
    install(monkeypatch, "df.enhance", init_df=Package().init_df, enhance=Package().enhance)
    put(tmp_path / "models" / "DeepFilterNet3", "config.ini")
    with pytest.raises(EngineUnavailable, match=r"lacks config.ini or checkpoints/; unzip https://github.com/Rikorose"):
        deepfilternet.DeepFilterNet(ModelStore(tmp_path))


def test_deepfilternet_cleans_at_the_lines_rate_and_fetches_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    torch(monkeypatch)
    install(monkeypatch, "df.enhance", init_df=Package().init_df, enhance=Package().enhance)
    loaded = deepfilternet._load(put(tmp_path, "config.ini", "checkpoints/model_120.ckpt.best"))
    clean = deepfilternet._enhance(loaded, SPEECH)
    assert Package.how["model_base_dir"] == str(tmp_path)
    assert Package.how["log_file"] is None
    assert (clean.rate, clean.samples) == (SPEECH.rate, SPEECH.samples)
    before, after = (np.frombuffer(sound.pcm, np.int16)[500:-500].astype(float) for sound in (SPEECH, clean))
    assert np.abs(after - before / 2).max() < 200
