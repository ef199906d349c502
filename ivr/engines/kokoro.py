"""Natural Spanish speech by Kokoro-82M (Apache-2.0), run directly from its ONNX file."""

from __future__ import annotations

import json
import re
import time
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from num2words import num2words

from ivr.engines import phrase_cache
from ivr.engines.espeak import phonemes
from ivr.engines.onnx import open_onnx
from ivr.engines.phrase_cache import PhraseCache
from ivr.engines.sound import pcm_of
from ivr.engines.spanish_phonemes import galician_phonemes, spanish_phonemes
from ivr.engines.worker import EngineThread
from ivr.errors import ConfigError
from ivr.language.counting import number_words
from ivr.language.speakable import speakable

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from numpy.typing import NDArray

    from ivr.audio.frame import AudioFrame
    from ivr.engines.store import ModelStore
    from ivr.ports import VoiceStyle

MODEL = "kokoro-v1.0.int8.onnx"
RATE = 24000
LONGEST = 500
"""Phonemes in one inference; the model takes 510."""
FIRST_MOST, GROWTH = 80, 1.6
"""Phonemes of a long clause's first piece, under two seconds of work; how much longer the next one may be."""
THREADS = 2
SPEECH_OF = {"en": "en-gb", "pt": "pt-br"}
"""What espeak-ng calls the speech that a language's voices learned."""
READING = 2
"""Number of the way from text to sound; a higher one makes prepared phrases anew."""
EDGE = 0.02
"""Seconds of the model's own silence kept at each end."""
AUDIBLE = 0.01
SYMBOLS: dict[str, int] = json.loads(Path(__file__).with_name("kokoro_vocabulary.json").read_text())
"""The model's vocabulary: phoneme or mark -> token."""
_PHRASE = re.compile(r"([;:,.!?—…¡¿\"()]+)")
_MARKS = {SYMBOLS[mark] for mark in ",;:.!?…"}
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


def spell_numbers(text: str, language: str) -> str:
    """Turn digits that are still in a text into words; the model knows none."""
    spoken = language.partition("-")[0]
    if spoken == "gl":
        return _NUMBER.sub(lambda match: number_words(int(float(match[0].replace(",", "."))), "gl"), text)
    return _NUMBER.sub(lambda match: num2words(match[0].replace(",", "."), lang=spoken), speakable(text, language))


def tokens_of(text: str, language: str) -> list[int]:
    """Turn a clause into the model's tokens: phonemes, and punctuation as it stands.

    Languages: ``es`` (Castilian), ``es-MX`` and ``es-419`` (seseo), and whatever espeak-ng knows when it is installed.
    """
    parts = [part for part in _PHRASE.split(spell_numbers(text, language)) if part.strip()]
    phrases = [part.strip() for part in parts if not _PHRASE.fullmatch(part)]
    if not phrases:
        return []
    spoken = iter(_phonemes(phrases, language))
    line = ""
    for part in parts:
        if _PHRASE.fullmatch(part):
            line = line.rstrip() + part + " "
        else:
            line += next(spoken) + " "
    return [SYMBOLS[symbol] for symbol in line.strip() if symbol in SYMBOLS]


def _phonemes(phrases: list[str], language: str) -> list[str]:
    if language == "gl":
        return [galician_phonemes(phrase) for phrase in phrases]
    if language.startswith("es"):
        return [spanish_phonemes(phrase, seseo=language != "es") for phrase in phrases]
    return phonemes(phrases, SPEECH_OF.get(language, language))


def cut_tokens(tokens: list[int]) -> list[list[int]]:
    """Cut what is too long for one inference, after a mark where there is one, else between words."""
    pieces = []
    while len(tokens) > LONGEST:
        ends = [place for place in range(LONGEST // 2, LONGEST) if tokens[place] in _MARKS]
        spaces = [place for place in range(LONGEST // 2, LONGEST) if tokens[place] == SYMBOLS[" "]]
        end = 1 + (ends or spaces or [LONGEST - 1])[-1]
        pieces.append(tokens[:end])
        tokens = tokens[end:]
    return [*pieces, tokens] if tokens else pieces


def cut_early(tokens: list[int]) -> list[list[int]]:
    """Cut a long clause so that its first sound is there soon, and each next while the one before is heard.

    At a mark where there is one, else between words.
    """
    pieces, most = [], FIRST_MOST
    while len(tokens) > most:
        places = range(most // 3, most)
        ends = [place for place in places if tokens[place] in _MARKS] or [
            place for place in places if tokens[place] == SYMBOLS[" "]
        ]
        end = 1 + (ends or [most - 1])[-1]
        pieces.append(tokens[:end])
        tokens, most = tokens[end:], min(LONGEST, round(end * GROWTH))
    return [*pieces, tokens] if tokens else pieces


class KokoroSynthesizer:
    """A Synthesizer; one model and one thread serve all calls.

    What was spoken stays in memory, prepared phrases on disk under ``cache`` too. ConfigError: no such voice;
    ModelMissing, ModelCorrupt: the store tells the mend.
    """

    def __init__(self, models: ModelStore, cache: Path) -> None:
        path = models.file("kokoro", MODEL)
        self._models = models
        self._voices: dict[str, NDArray[np.float32]] = {}
        self._cache = PhraseCache(_folder(models, cache), RATE)
        self._thread = EngineThread("kokoro", lambda: _load_warm(path), niceness=2)

    async def speak(self, text: str, style: VoiceStyle) -> AsyncGenerator[AudioFrame, None]:
        """Speak one clause at 24 kHz; a prepared one at once.

        A very long one comes in pieces; whoever stops listening between two saves the rest.
        """
        make = partial(self._pieces, deadline=time.monotonic())
        async with aclosing(self._cache.speak(text, replace(style, tone="plain"), make)) as frames:
            async for frame in frames:
                yield frame

    async def prepare(self, texts: Sequence[str], style: VoiceStyle) -> None:
        """Have these clauses ready, from disk or made now; calls that speak go first."""
        self._voice(style.voice)
        await self._cache.prepare(texts, replace(style, tone="plain"), partial(self._pieces, deadline=float("inf")))

    def close(self) -> None:
        """End the thread; waiting clauses are cancelled."""
        self._thread.close()

    async def _pieces(self, text: str, style: VoiceStyle, deadline: float) -> AsyncGenerator[bytes, None]:
        voice = self._voice(style.voice)
        whole = tokens_of(text, style.language)
        for tokens in cut_tokens(whole) if deadline == float("inf") else cut_early(whole):
            yield await self._thread.run(partial(_synthesise, voice=voice, tokens=tokens, speed=style.speed), deadline)

    def _voice(self, name: str) -> NDArray[np.float32]:
        if name not in self._voices:
            known = self._models.manifest.models["kokoro-voices"].files
            if f"{name}.bin" not in known:
                names = ", ".join(file.removesuffix(".bin") for file in known)
                raise ConfigError(f"no voice is called {name!r}; set TTS_VOICE to one of {names}")
            path = self._models.file("kokoro-voices", f"{name}.bin")
            self._voices[name] = np.fromfile(path, np.float32).reshape(-1, 1, 256)
        return self._voices[name]


def unspoken(texts: Sequence[str], style: VoiceStyle, models: ModelStore, cache: Path) -> list[str]:
    """List the clauses that were never prepared, without loading the model."""
    return phrase_cache.unspoken(texts, replace(style, tone="plain"), _folder(models, cache))


def _folder(models: ModelStore, cache: Path) -> Path:
    """Say where the prepared phrases of this model and this way of reading are."""
    return cache / f"{models.manifest.models['kokoro'].files[MODEL].sha256[:8]}-{READING}"


def _load_warm(path: Path) -> Any:
    """Load the model and run it once, so that the first call is as fast as the tenth."""
    model = open_onnx(path, THREADS)
    _synthesise(model, np.zeros((LONGEST, 1, 256), np.float32), tokens_of("Hola.", "es"), 1.0)
    return model


def _synthesise(model: Any, voice: NDArray[np.float32], tokens: list[int], speed: float) -> bytes:
    feed = {
        "tokens": np.array([[0, *tokens, 0]], np.int64),
        "style": voice[len(tokens) - 1],
        "speed": np.array([speed], np.float32),
    }
    return pcm_of(_trimmed(np.asarray(model.run(None, feed)[0], np.float32)))


def _trimmed(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Cut the silence at both ends: at the start it would be latency."""
    loud = np.flatnonzero(np.abs(samples) > AUDIBLE)
    if not len(loud):
        return samples[:0]
    edge = int(EDGE * RATE)
    return samples[max(0, loud[0] - edge) : loud[-1] + 2 * edge]
