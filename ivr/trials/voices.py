"""The callers' voices: each line is synthesised once and kept on disk."""

from __future__ import annotations

import hashlib
import wave
from typing import TYPE_CHECKING

from ivr.audio.frame import AudioFrame
from ivr.ports import VoiceStyle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from ivr.ports import Synthesizer

VERSION = "1"
"""Raise it when lines must be synthesised anew."""


class CallerVoices:
    """Speaks caller lines, out of ``cache`` where it can; the engine is only made when a line is missing."""

    def __init__(self, make: Callable[[], Synthesizer], cache: Path) -> None:
        self._make = make
        self._cache = cache
        self._synthesizer: Synthesizer | None = None

    async def line(self, text: str, voice: str, speed: float = 1.0) -> AudioFrame:
        """Speak one line."""
        key = hashlib.sha256(f"{VERSION}|{voice}|{speed:.3f}|{text}".encode()).hexdigest()[:24]
        path = self._cache / f"{key}.wav"
        if path.exists():
            return read_wav(path)
        self._synthesizer = self._synthesizer or self._make()
        frames = [frame async for frame in self._synthesizer.speak(text, VoiceStyle(voice, speed))]
        speech = AudioFrame.join(frames)
        write_wav(path, speech)
        return speech

    async def prepare(self, texts: Iterable[str], voice: str, speed: float = 1.0) -> None:
        """Speak lines ahead of a call, so that none is synthesised while it is measured."""
        for text in texts:
            await self.line(text, voice, speed)


def read_wav(path: Path) -> AudioFrame:
    """Read a 16-bit WAV file; of more channels than one the first is taken."""
    with wave.open(str(path), "rb") as file:
        channels = file.getnchannels()
        pcm = file.readframes(file.getnframes())
        if channels > 1:
            pcm = b"".join(pcm[at : at + 2] for at in range(0, len(pcm), 2 * channels))
        return AudioFrame(pcm, file.getframerate())


def write_wav(path: Path, speech: AudioFrame) -> None:
    """Write a 16-bit mono WAV file, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    with wave.open(str(fresh), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(speech.rate)
        file.writeframes(speech.pcm)
    fresh.replace(path)
