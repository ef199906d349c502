"""The real models, loaded once."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import soxr

from ivr.audio.codec import Alaw
from ivr.audio.frame import AudioFrame
from ivr.engines.kokoro import KokoroSynthesizer
from ivr.engines.pull import pull
from ivr.engines.silero import SileroDetector
from ivr.engines.smart_turn import SmartTurn
from ivr.engines.store import ModelStore
from ivr.engines.whisper import WhisperTranscriber
from ivr.ports import VoiceStyle

if TYPE_CHECKING:
    from collections.abc import Iterator

CACHE = Path(os.environ.get("IVR_CACHE", "~/.cache/ivr")).expanduser()
LINE = 8000

Say = Callable[..., Awaitable[AudioFrame]]


@pytest.fixture(scope="session")
def models() -> ModelStore:
    """Open the real model store, complete."""
    store = ModelStore(CACHE)
    pull(store, store.missing(), print)
    return store


@pytest.fixture(scope="session")
def kokoro(models: ModelStore) -> Iterator[KokoroSynthesizer]:
    """Load the real voice; what the tests have it say is kept between runs."""
    engine = KokoroSynthesizer(models, cache=CACHE / "speech")
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def whisper(models: ModelStore) -> Iterator[WhisperTranscriber]:
    """Load the real transcriber."""
    engine = WhisperTranscriber(models, threads=2)
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def silero(models: ModelStore) -> SileroDetector:
    """Load the real voice detector."""
    return SileroDetector(models)


@pytest.fixture(scope="session")
def smart_turn(models: ModelStore) -> SmartTurn:
    """Load the real turn-end model."""
    return SmartTurn(models)


@pytest.fixture
def say(kokoro: KokoroSynthesizer) -> Say:
    """Speak a text and send it through A-law at 8 kHz."""

    async def speak(text: str, voice: str = "ef_dora") -> AudioFrame:
        style = VoiceStyle(voice)
        await kokoro.prepare([text], style)
        wide = AudioFrame.join([frame async for frame in kokoro.speak(text, style)])
        narrow = await asyncio.to_thread(soxr.resample, np.frombuffer(wide.pcm, np.int16), wide.rate, LINE)
        codec = Alaw()
        return AudioFrame(codec.decode(codec.encode(narrow.astype(np.int16).tobytes())), LINE)

    return speak
