"""Coqui's voices, XTTS v2 and VITS, from a local folder (coqui-tts, MPL-2.0; PyTorch, an extra).

Their weights are in no package registry, and those of XTTS v2 may not be used commercially: they are put into the
folder by hand. XTTS streams; it wants a GPU to keep up with a call. VITS gives a clause at once, on a CPU too.
"""

from __future__ import annotations

import asyncio
import hashlib
import importlib
import json
import time
from contextlib import aclosing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ivr.engines.phrase_cache import PhraseCache
from ivr.engines.sound import pcm_of
from ivr.engines.worker import EngineThread
from ivr.errors import ConfigError, EngineUnavailable
from ivr.language.speakable import speakable

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator, Sequence

    from ivr.audio.frame import AudioFrame
    from ivr.ports import VoiceStyle

NAME = "coqui"
HUB = "coqui/XTTS-v2"
VOICE = "Ana Florence"
"""A speaker that XTTS v2 brings along; any other is a WAV file of six seconds or more."""
NEEDED = ("config.json", "model.pth")
XTTS_NEEDED = (*NEEDED, "vocab.json", "speakers_xtts.pth")
XTTS_RATE = 24000
SLOWEST = 0.5


class CoquiSynthesizer:
    """A Synthesizer; one model and one thread serve all calls, one clause at a time.

    EngineUnavailable: the extra is missing; ConfigError: the folder or the voice is.
    """

    def __init__(self, folder: Path, cache: Path) -> None:
        self._xtts = is_xtts(folder)
        self._thread: EngineThread[_Vits | _Xtts] = EngineThread(
            NAME, partial(_Xtts if self._xtts else _Vits, folder), niceness=2
        )
        self._turn = asyncio.Lock()
        self._place = phrases_of(folder, cache)
        self._cache: PhraseCache | None = None

    async def speak(self, text: str, style: VoiceStyle) -> AsyncGenerator[AudioFrame, None]:
        """Speak one clause; XTTS gives its first sound after a third of a second's worth."""
        cache = await self._phrases()
        async with aclosing(cache.speak(text, style, self._pieces)) as frames:
            async for frame in frames:
                yield frame

    async def prepare(self, texts: Sequence[str], style: VoiceStyle) -> None:
        """Have these clauses ready, from disk or made now."""
        await (await self._phrases()).prepare(texts, style, self._pieces)

    def close(self) -> None:
        """End the thread."""
        self._thread.close()

    async def _phrases(self) -> PhraseCache:
        if self._cache is None:
            rate = await self._thread.run(lambda model: model.rate, time.monotonic())
            self._cache = PhraseCache(self._place, rate)
        return self._cache

    async def _pieces(self, text: str, style: VoiceStyle) -> AsyncGenerator[bytes, None]:
        said = speakable(text, style.language)
        asked = time.monotonic()
        async with self._turn:  # the model keeps the text that it speaks in itself
            sound = await self._thread.run(lambda model: model.speak(said, style), asked)
            while piece := await self._thread.run(lambda _: next(sound, b""), asked):
                yield piece


class _Xtts:
    rate = XTTS_RATE

    def __init__(self, folder: Path) -> None:
        config = _load("TTS.tts.configs.xtts_config").XttsConfig()
        config.load_json(str(folder / "config.json"))
        self._model = _load("TTS.tts.models.xtts").Xtts.init_from_config(config)
        self._model.load_checkpoint(config, checkpoint_dir=str(folder), eval=True)
        if _load("torch").cuda.is_available():
            self._model.cuda()
        self._voices: dict[str, tuple[Any, Any]] = {}

    def speak(self, text: str, style: VoiceStyle) -> Iterator[bytes]:
        """Give the sound piece by piece."""
        latent, embedding = self._voice(style.voice or VOICE)
        language = style.language.partition("-")[0]
        pieces = self._model.inference_stream(text, language, latent, embedding, speed=style.speed)
        return (pcm_of(np.asarray(piece.cpu().numpy(), np.float32)) for piece in pieces)

    def _voice(self, name: str) -> tuple[Any, Any]:
        if name not in self._voices:
            known = self._model.speaker_manager.speakers if self._model.speaker_manager is not None else {}
            if name in known:
                self._voices[name] = tuple(known[name].values())
            elif Path(name).is_file():
                self._voices[name] = self._model.get_conditioning_latents(audio_path=[name])
            else:
                raise _no_voice(name, known)
        return self._voices[name]


class _Vits:
    def __init__(self, folder: Path) -> None:
        synthesizer = _load("TTS.utils.synthesizer").Synthesizer
        self._model = synthesizer(
            tts_checkpoint=str(folder / "model.pth"), tts_config_path=str(folder / "config.json"), use_cuda=False
        )
        self.rate = int(self._model.output_sample_rate)

    def speak(self, text: str, style: VoiceStyle) -> Iterator[bytes]:
        """Give the whole clause."""
        manager = getattr(self._model.tts_model, "speaker_manager", None)
        known = getattr(manager, "name_to_id", None) or {}
        if known and style.voice not in known:
            raise _no_voice(style.voice, known)
        self._model.tts_model.length_scale = 1.0 / max(style.speed, SLOWEST)
        sound = self._model.tts(text, speaker_name=style.voice if known else None, split_sentences=False)
        yield pcm_of(np.asarray(sound, np.float32))


def _no_voice(name: str, known: Any) -> ConfigError:
    names = ", ".join(sorted(map(str, known))[:8]) or "none of its own"
    return ConfigError(f"no voice is called {name!r}; set TTS_VOICE to one of the model's ({names}) or to a WAV file")


def _load(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise EngineUnavailable(f"{error.name} is not installed; run: pip install 'ivr[coqui]'", NAME) from None


def is_xtts(folder: Path) -> bool:
    """Look which kind of model a folder holds; ConfigError says what must be put there."""
    _demand(folder, NEEDED)
    try:
        kind = str(json.loads((folder / "config.json").read_text())["model"])
    except (ValueError, KeyError, TypeError):
        raise ConfigError(f"{folder / 'config.json'} is no Coqui configuration; take the model's own") from None
    if kind == "xtts":
        _demand(folder, XTTS_NEEDED)
    elif kind != "vits":
        raise ConfigError(f"{folder} holds a {kind} model; set TTS_MODEL to a folder with XTTS v2 or VITS")
    return kind == "xtts"


def _demand(folder: Path, names: tuple[str, ...]) -> None:
    missing = [name for name in names if not (folder / name).is_file()]
    if missing:
        raise ConfigError(
            f"{folder} lacks {', '.join(missing)}; set TTS_MODEL to a folder with a Coqui model, or run: "
            f"hf download {HUB} --local-dir {folder}"
        )


def phrases_of(folder: Path, cache: Path) -> Path:
    """Say where the prepared phrases of a model are; another configuration is another model."""
    config = folder / "config.json"
    content = config.read_bytes() if config.is_file() else b""
    return cache / f"{NAME}-{hashlib.sha256(content).hexdigest()[:12]}"
