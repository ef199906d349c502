"""Whisper as people use it: faster-whisper with its own defaults, on the same weights. A yardstick, not a part."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ivr.engines.sound import samples_of
from ivr.errors import ConfigError
from ivr.ports import Transcript

if TYPE_CHECKING:
    from ivr.audio.frame import AudioFrame
    from ivr.engines.store import ModelStore
    from ivr.ports import Hints

RATE = 16000


class StockWhisper:
    """A Transcriber by faster-whisper: 30 s windows, beam 5, temperatures 0 to 1; int8, as ours.

    ConfigError where it is not installed.
    """

    def __init__(self, models: ModelStore, size: str) -> None:
        try:
            from faster_whisper import WhisperModel
        except ModuleNotFoundError:
            raise ConfigError("faster-whisper is the yardstick of this bench; run: pip install 'ivr[bench]'") from None
        self._model = WhisperModel(str(models.folder(f"whisper-{size}")), device="cpu", compute_type="int8")

    async def transcribe(self, speech: AudioFrame, hints: Hints) -> Transcript:
        """Transcribe one utterance; hotwords are passed on, words are not timed."""
        return await asyncio.to_thread(self._transcribe, speech, hints)

    def _transcribe(self, speech: AudioFrame, hints: Hints) -> Transcript:
        found, _ = self._model.transcribe(
            samples_of(speech, RATE), language=hints.language, hotwords=", ".join(hints.hotwords) or None
        )
        return Transcript(" ".join(segment.text.strip() for segment in found), language=hints.language)
