"""Natural Spanish speech by Kokoro-82M (Apache-2.0), run directly from its ONNX file."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
import time
from collections import OrderedDict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from num2words import num2words

from ivr.audio.frame import AudioFrame
from ivr.engines.espeak import phonemes
from ivr.engines.onnx import open_onnx
from ivr.engines.sound import pcm_of
from ivr.engines.worker import EngineThread
from ivr.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from numpy.typing import NDArray

    from ivr.engines.store import ModelStore
    from ivr.ports import VoiceStyle

RATE = 24000
LONGEST = 500
"""Phonemes in one inference; the model takes 510."""
MEMORY = 64 << 20
"""Bytes of speech kept in memory; the least recently used goes first."""
THREADS = 2
EDGE = 0.02
"""Seconds of the model's own silence kept at each end."""
AUDIBLE = 0.01
SYMBOLS: dict[str, int] = json.loads(Path(__file__).with_name("kokoro_vocabulary.json").read_text())
"""The model's vocabulary: phoneme or mark -> token."""
_PHRASE = re.compile(r"([;:,.!?—…¡¿\"()]+)")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


def spell_numbers(text: str, language: str) -> str:
    """Turn digits that are still in a text into words."""
    return _NUMBER.sub(lambda match: num2words(float(match[0].replace(",", ".")), lang=language), text)


def tokens_of(text: str, language: str) -> list[int]:
    """Turn a clause into the model's tokens: phonemes by espeak-ng, punctuation as it stands."""
    parts = [part for part in _PHRASE.split(spell_numbers(text, language)) if part.strip()]
    phrases = [part.strip() for part in parts if not _PHRASE.fullmatch(part)]
    spoken = iter(phonemes(phrases, language)) if phrases else iter(())
    line = ""
    for part in parts:
        if _PHRASE.fullmatch(part):
            line = line.rstrip() + part + " "
        else:
            line += next(spoken) + " "
    return [SYMBOLS[symbol] for symbol in line.strip() if symbol in SYMBOLS]


class KokoroSynthesizer:
    """A Synthesizer; one model and one thread serve all calls."""

    def __init__(self, models: ModelStore, cache: Path) -> None:
        path = models.file("kokoro", "kokoro-v1.0.int8.onnx")
        self._models = models
        self._voices: dict[str, NDArray[np.float32]] = {}
        self._disk = cache / models.manifest.models["kokoro"].files[path.name].sha256[:8]
        self._memory: OrderedDict[str, bytes] = OrderedDict()
        self._held = 0
        self._thread = EngineThread("kokoro", lambda: open_onnx(path, THREADS), niceness=2)

    async def speak(self, text: str, style: VoiceStyle) -> AsyncGenerator[AudioFrame, None]:
        """Speak one clause at 24 kHz; a prepared one at once."""
        key = _key(text, style)
        pcm = self._recall(key)
        if pcm is None:
            voice = self._voice(style.voice)
            pcm = await self._thread.run(lambda model: _synthesise(model, voice, text, style), time.monotonic())
            self._remember(key, pcm)
        yield AudioFrame(pcm, RATE)

    async def prepare(self, texts: Sequence[str], style: VoiceStyle) -> None:
        """Have these clauses ready, from disk or made now."""
        voice = self._voice(style.voice)
        for text in texts:
            key = _key(text, style)
            path = self._disk / key
            if self._recall(key) is not None:
                continue
            if path.exists():
                self._remember(key, await asyncio.to_thread(path.read_bytes))
                continue
            pcm = await self._thread.run(partial(_synthesise, voice=voice, text=text, style=style), float("inf"))
            self._remember(key, pcm)
            await asyncio.to_thread(_keep, path, pcm)

    def _voice(self, name: str) -> NDArray[np.float32]:
        if name not in self._voices:
            known = self._models.manifest.models["kokoro-voices"].files
            if f"{name}.bin" not in known:
                names = ", ".join(file.removesuffix(".bin") for file in known)
                raise ConfigError(f"no voice is called {name!r}; set TTS_VOICE to one of {names}")
            path = self._models.file("kokoro-voices", f"{name}.bin")
            self._voices[name] = np.fromfile(path, np.float32).reshape(-1, 1, 256)
        return self._voices[name]

    def _recall(self, key: str) -> bytes | None:
        if key not in self._memory:
            return None
        self._memory.move_to_end(key)
        return self._memory[key]

    def _remember(self, key: str, pcm: bytes) -> None:
        self._held += len(pcm) - len(self._memory.get(key, b""))
        self._memory[key] = pcm
        while self._held > MEMORY and len(self._memory) > 1:
            _, oldest = self._memory.popitem(last=False)
            self._held -= len(oldest)


def _key(text: str, style: VoiceStyle) -> str:
    words = hashlib.sha256(f"{style.language}|{text}".encode()).hexdigest()[:32]
    return f"{style.voice}-{style.speed:g}-{words}.pcm"


def _keep(path: Path, pcm: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_bytes(pcm)
    fresh.replace(path)


def _synthesise(model: Any, voice: NDArray[np.float32], text: str, style: VoiceStyle) -> bytes:
    tokens = tokens_of(text, style.language)
    speed = np.array([style.speed], np.float32)
    sound = []
    for start in range(0, max(len(tokens), 1), LONGEST):
        piece = tokens[start : start + LONGEST]
        if not piece:
            break
        feed = {"tokens": np.array([[0, *piece, 0]], np.int64), "style": voice[len(piece) - 1], "speed": speed}
        sound.append(_trimmed(np.asarray(model.run(None, feed)[0], np.float32)))
    return pcm_of(np.concatenate(sound)) if sound else b""


def _trimmed(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Cut the silence at both ends: at the start it would be latency."""
    loud = np.flatnonzero(np.abs(samples) > AUDIBLE)
    if not len(loud):
        return samples[:0]
    edge = int(EDGE * RATE)
    return samples[max(0, loud[0] - edge) : loud[-1] + 2 * edge]
