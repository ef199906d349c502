"""Speech that was made before, for every voice: in memory while it is used, prepared phrases on disk too."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections import OrderedDict
from contextlib import aclosing, suppress
from typing import TYPE_CHECKING

from ivr.audio.frame import AudioFrame
from ivr.errors import StorageError
from ivr.files import write_whole
from ivr.language.speakable import speakable

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Sequence
    from pathlib import Path

    from ivr.ports import VoiceStyle

    Speak = Callable[[str, VoiceStyle], AsyncGenerator[bytes, None]]

MEMORY = 64 << 20
"""Bytes of speech kept in memory; the least recently used goes first."""
DISK = 512 << 20
"""Bytes of prepared phrases in a folder; the oldest go first."""
NEAR = 0.11
"""A prepared phrase serves where only pace and tone differ, by no more than this: at once beats a little slower."""
log = logging.getLogger(__name__)


class PhraseCache:
    """Speech of one voice engine at ``rate`` Hz, by text, voice, speed, language and tone."""

    def __init__(self, folder: Path, rate: int, memory: int = MEMORY, disk: int = DISK) -> None:
        self.rate = rate
        self._folder = folder
        self._most = memory
        self._most_on_disk = disk
        self._memory: OrderedDict[str, bytes] = OrderedDict()
        self._held = 0
        self._prepared: set[VoiceStyle] = set()

    async def speak(self, text: str, style: VoiceStyle, make: Speak) -> AsyncGenerator[AudioFrame, None]:
        """Give what was spoken before at once, else what ``make`` makes, piece by piece; it is kept when whole."""
        pcm = await self._find_near(text, style)
        if pcm is not None:
            yield AudioFrame(pcm, self.rate)
            return
        said = bytearray()
        async with aclosing(make(text, style)) as pieces:
            async for piece in pieces:
                said += piece
                yield AudioFrame(piece, self.rate)
        if said:
            self._remember(key_of(text, style), bytes(said))

    async def prepare(self, texts: Sequence[str], style: VoiceStyle, make: Speak) -> None:
        """Have these clauses ready, from disk or made now."""
        self._prepared.add(style)
        for text in texts:
            key = key_of(text, style)
            if await self._find(key) is not None:
                continue
            async with aclosing(make(text, style)) as pieces:
                pcm = b"".join([piece async for piece in pieces])
            if not pcm:
                continue
            self._remember(key, pcm)
            try:
                await asyncio.to_thread(self._write, key, pcm)
            except StorageError as error:
                log.warning("a prepared phrase stays in memory only: %s", error)

    async def _find_near(self, text: str, style: VoiceStyle) -> bytes | None:
        pcm = await self._find(key_of(text, style))
        if pcm is not None:
            return pcm
        alike = [
            other
            for other in self._prepared
            if (other.voice, other.language) == (style.voice, style.language) and abs(other.speed - style.speed) <= NEAR
        ]
        for other in sorted(alike, key=lambda other: abs(other.speed - style.speed)):
            pcm = await self._find(key_of(text, other))
            if pcm is not None:
                return pcm
        return None

    async def _find(self, key: str) -> bytes | None:
        if key in self._memory:
            self._memory.move_to_end(key)
            return self._memory[key]
        path = self._folder / key
        if not path.is_file():
            return None
        pcm = await asyncio.to_thread(path.read_bytes)
        self._remember(key, pcm)
        return pcm

    def _remember(self, key: str, pcm: bytes) -> None:
        self._held += len(pcm) - len(self._memory.get(key, b""))
        self._memory[key] = pcm
        while self._held > self._most and len(self._memory) > 1:
            _, oldest = self._memory.popitem(last=False)
            self._held -= len(oldest)

    def _write(self, key: str, pcm: bytes) -> None:
        write_whole(self._folder / key, pcm)
        files = sorted((path.stat().st_mtime, path.stat().st_size, path) for path in self._folder.glob("*.pcm"))
        held = sum(size for _, size, _ in files)
        for _, size, path in files:
            if held <= self._most_on_disk or path.name == key:
                break
            with suppress(OSError):  # it stays: the next phrase tries again
                path.unlink(missing_ok=True)
            held -= size


def unspoken(texts: Sequence[str], style: VoiceStyle, folder: Path) -> list[str]:
    """List the clauses that were never prepared."""
    return [text for text in texts if not (folder / key_of(text, style)).is_file()]


def key_of(text: str, style: VoiceStyle) -> str:
    """Name a clause in a style; texts that are read aloud alike share their name."""
    said = speakable(text, style.language)
    words = hashlib.sha256(f"{style.language}|{said}".encode()).hexdigest()[:32]
    voice = (
        style.voice if style.voice.replace("_", "").isalnum() else hashlib.sha256(style.voice.encode()).hexdigest()[:16]
    )
    tone = "" if style.tone == "plain" else f"-{style.tone}"
    return f"{voice}-{style.speed:g}{tone}-{words}.pcm"
