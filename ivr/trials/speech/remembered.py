"""A recogniser that remembers on disk what it made of a sound: trials hear the same sounds again and again."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ivr.files import write_whole
from ivr.ports import Transcript, Word

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ivr.audio.frame import AudioFrame
    from ivr.ports import Hints, Transcriber

VERSION = "1"
"""Raise it when the recogniser decodes otherwise, or judges its words otherwise."""
HOTWORDS_VERSION = "2"
"""The same for what is heard with hotwords."""
KEPT = ("text", "confidence", "no_speech", "language", "rejected", "window_seconds", "alternatives")


class RememberedTranscriber:
    """A Transcriber out of ``folder`` where it can; ``make`` is called when a sound is new.

    ``engine`` names model and version: another one's answers are never taken.
    """

    def __init__(self, make: Callable[[], Transcriber], folder: Path, engine: str) -> None:
        self._make = make
        self._folder = folder
        self._engine = engine
        self._transcriber: Transcriber | None = None

    async def transcribe(self, speech: AudioFrame, hints: Hints) -> Transcript:
        """Transcribe one utterance; of the hints the deadline and which slots they are make no difference."""
        asked = f"{VERSION}|{self._engine}|{speech.rate}|{hints.language}|{hints.words}|{'|'.join(hints.hotwords)}|"
        asked += f"{HOTWORDS_VERSION}|" if hints.hotwords else ""
        asked += "alternatives|" if hints.slots else ""
        key = hashlib.sha256(asked.encode() + speech.pcm).hexdigest()[:24]
        path = self._folder / f"{key}.json"
        if path.exists():
            return _read(json.loads(path.read_text(encoding="utf-8")))
        self._transcriber = self._transcriber or self._make()
        heard = await self._transcriber.transcribe(speech, hints)
        write_whole(path, json.dumps(_written(heard), ensure_ascii=False).encode())
        return heard


def _written(heard: Transcript) -> dict[str, Any]:
    return {name: getattr(heard, name) for name in KEPT} | {"words": [asdict(word) for word in heard.words]}


def _read(document: dict[str, Any]) -> Transcript:
    words = tuple(Word(**word) for word in document.pop("words"))
    return Transcript(**document | {"words": words, "alternatives": tuple(document.get("alternatives", ()))})
