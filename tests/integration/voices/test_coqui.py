"""The adapter of a package that the default install leaves out, against fakes of the package at its seam."""

from __future__ import annotations

import json
import sys
from contextlib import aclosing
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from ivr.engines.coqui import CoquiSynthesizer, is_xtts
from ivr.errors import ConfigError, EngineUnavailable
from ivr.ports import VoiceStyle

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ivr.audio.frame import AudioFrame

STYLE = VoiceStyle("Ana Florence", 1.1)
MARGARITA = {"gpt_cond_latent": "latent", "speaker_embedding": "embedding"}


class Tensor:
    """As much of a torch tensor as the adapter touches."""

    def __init__(self, level: float) -> None:
        self.level = level

    def cpu(self) -> Tensor:
        return self

    def numpy(self) -> Any:
        return np.full(2400, self.level, np.float32)


class Xtts:
    """Streams three pieces, and keeps count of those that speak at once."""

    asked: list[tuple[Any, ...]] = []  # noqa: RUF012 - the package makes the object, the test reads it here
    busy = 0

    def __init__(self, config: object) -> None:
        assert config is not None
        self.speaker_manager = SimpleNamespace(speakers={"Ana Florence": MARGARITA})

    @classmethod
    def init_from_config(cls, config: object) -> Xtts:
        return cls(config)

    def load_checkpoint(self, config: object, *, checkpoint_dir: str, eval: bool) -> None:  # noqa: A002 - theirs
        assert config is not None
        assert checkpoint_dir
        assert eval

    def get_conditioning_latents(self, audio_path: list[str]) -> tuple[str, str]:
        return f"latent of {audio_path[0]}", "embedding"

    def inference_stream(
        self, text: str, language: str, latent: str, embedding: str, *, speed: float
    ) -> Iterator[Tensor]:
        assert embedding
        Xtts.asked.append((text, language, latent, speed))
        Xtts.busy += 1
        assert Xtts.busy == 1
        for level in (0.1, 0.2, 0.3):
            yield Tensor(level)
        Xtts.busy -= 1


class XttsConfig:
    def load_json(self, path: str) -> None:
        assert path.endswith("config.json")


class Vits:
    def __init__(self, tts_checkpoint: str, tts_config_path: str, *, use_cuda: bool) -> None:
        assert tts_checkpoint.endswith("model.pth")
        assert tts_config_path.endswith("config.json")
        assert not use_cuda
        self.output_sample_rate = 22050
        self.tts_model = SimpleNamespace(speaker_manager=None, length_scale=1.0)

    def tts(self, text: str, speaker_name: str | None, *, split_sentences: bool) -> list[float]:
        assert text
        assert speaker_name is None
        assert not split_sentences
        return [0.25] * round(22050 * self.tts_model.length_scale)


def install(monkeypatch: pytest.MonkeyPatch, name: str, **contents: Any) -> None:
    parts = name.split(".")
    for depth in range(1, len(parts)):
        above = ".".join(parts[:depth])
        monkeypatch.setitem(sys.modules, above, sys.modules.get(above) or ModuleType(above))
    module = ModuleType(name)
    module.__dict__.update(contents)
    monkeypatch.setitem(sys.modules, name, module)


@pytest.fixture
def package(monkeypatch: pytest.MonkeyPatch) -> None:
    Xtts.asked, Xtts.busy = [], 0
    install(monkeypatch, "torch", cuda=SimpleNamespace(is_available=lambda: False))
    install(monkeypatch, "TTS.tts.configs.xtts_config", XttsConfig=XttsConfig)
    install(monkeypatch, "TTS.tts.models.xtts", Xtts=Xtts)
    install(monkeypatch, "TTS.utils.synthesizer", Synthesizer=Vits)


def put(folder: Path, kind: str, *names: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps({"model": kind}))
    for name in names:
        (folder / name).write_bytes(b"weights")
    return folder


def xtts(folder: Path) -> Path:
    return put(folder, "xtts", "model.pth", "vocab.json", "speakers_xtts.pth")


async def said(voice: CoquiSynthesizer, text: str, style: VoiceStyle = STYLE) -> list[AudioFrame]:
    return [frame async for frame in voice.speak(text, style)]


@pytest.mark.usefixtures("package")
async def test_xtts_streams_a_text_in_words(tmp_path: Path) -> None:
    voice = CoquiSynthesizer(xtts(tmp_path / "model"), tmp_path / "cache")
    frames = await said(voice, "Son 45 €.")
    assert [frame.rate for frame in frames] == [24000] * 3
    assert Xtts.asked == [("Son cuarenta y cinco euros.", "es", "latent", 1.1)]
    await said(voice, "Son 45 €.")
    assert len(Xtts.asked) == 1
    voice.close()


@pytest.mark.usefixtures("package")
async def test_clauses_of_two_calls_wait_for_each_other(tmp_path: Path) -> None:
    voice = CoquiSynthesizer(xtts(tmp_path / "model"), tmp_path / "cache")
    async with aclosing(voice.speak("Hola.", STYLE)) as first:
        await anext(first)
    Xtts.busy = 0  # whoever stopped listening holds nobody up
    assert len(await said(voice, "Adiós.")) == 3
    voice.close()


@pytest.mark.usefixtures("package")
async def test_a_recording_lends_its_voice(tmp_path: Path) -> None:
    (tmp_path / "laura.wav").write_bytes(b"sound")
    voice = CoquiSynthesizer(xtts(tmp_path / "model"), tmp_path / "cache")
    await said(voice, "Hola.", VoiceStyle(str(tmp_path / "laura.wav")))
    assert Xtts.asked[0][2].endswith("laura.wav")
    with pytest.raises(ConfigError, match="Ana Florence"):
        await said(voice, "Hola.", VoiceStyle("nobody"))
    voice.close()


@pytest.mark.usefixtures("package")
async def test_vits_gives_a_clause_at_once_at_its_own_rate(tmp_path: Path) -> None:
    voice = CoquiSynthesizer(put(tmp_path / "model", "vits", "model.pth"), tmp_path / "cache")
    (frame,) = await said(voice, "Hola.", VoiceStyle("", 2.0))
    assert frame.rate == 22050
    assert frame.duration == pytest.approx(0.5, abs=0.01)
    voice.close()


def test_a_missing_package_names_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "TTS", None)
    with pytest.raises(EngineUnavailable, match=r"pip install 'ivr\[coqui\]'"):
        CoquiSynthesizer(xtts(tmp_path / "model"), tmp_path / "cache")


def test_a_missing_model_tells_what_to_put_where(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="hf download coqui/XTTS-v2 --local-dir"):
        is_xtts(tmp_path / "nowhere")
    with pytest.raises(ConfigError, match=r"lacks vocab.json, speakers_xtts.pth"):
        is_xtts(put(tmp_path / "half", "xtts", "model.pth"))
    with pytest.raises(ConfigError, match="XTTS v2 or VITS"):
        is_xtts(put(tmp_path / "other", "tacotron2", "model.pth"))
    (tmp_path / "other" / "config.json").write_text("no json")
    with pytest.raises(ConfigError, match="no Coqui configuration"):
        is_xtts(tmp_path / "other")
