"""The real models, loaded once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ivr.audio.codec import new_codec
from ivr.audio.frame import AudioFrame
from ivr.audio.resample import resample
from ivr.engines.kokoro import KokoroSynthesizer
from ivr.engines.pull import pull
from ivr.engines.store import ModelStore
from ivr.engines.whisper import WhisperTranscriber
from ivr.ports import VoiceStyle

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

Speak = "Callable[[str, str], Awaitable[AudioFrame]]"


@pytest.fixture(scope="session")
def models() -> ModelStore:
    store = ModelStore(Path(os.environ.get("IVR_CACHE", "~/.cache/ivr")).expanduser())
    pull(store, store.missing(), print)
    return store


@pytest.fixture(scope="session")
def kokoro(models: ModelStore, tmp_path_factory: pytest.TempPathFactory) -> KokoroSynthesizer:
    return KokoroSynthesizer(models, tmp_path_factory.mktemp("speech"))


@pytest.fixture(scope="session")
def whisper(models: ModelStore) -> WhisperTranscriber:
    return WhisperTranscriber(models)


@pytest.fixture
def say(kokoro: KokoroSynthesizer) -> Callable[[str, str], Awaitable[AudioFrame]]:
    """Speak a sentence as a caller on an 8 kHz A-law line."""

    async def speak(text: str, voice: str) -> AudioFrame:
        spoken = AudioFrame.join([frame async for frame in kokoro.speak(text, VoiceStyle(voice))])
        line, codec = resample(spoken, 8000), new_codec("alaw")
        return AudioFrame(codec.decode(codec.encode(line.pcm)), 8000)

    return speak
