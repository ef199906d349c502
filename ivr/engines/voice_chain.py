"""Speech that goes on when its engine fails: the voices of a process, in the order in which they are asked."""

from __future__ import annotations

import logging
import time
from contextlib import aclosing
from typing import TYPE_CHECKING

from ivr.call.speaking import SpeakingBoard
from ivr.engines.spoken_clause import SpokenClause
from ivr.errors import IvrError
from ivr.language.speakable import speakable

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Sequence

    from ivr.audio.frame import AudioFrame
    from ivr.engines.spoken_clause import Voice
    from ivr.ports import VoiceStyle

log = logging.getLogger(__name__)


class VoiceChain:
    """A Synthesizer in front of several, in the order in which they are asked; the last one is always asked."""

    def __init__(self, voices: Sequence[Voice], clock: Callable[[], float] = time.monotonic) -> None:
        self.voices = voices
        self.clock = clock
        self.board = SpeakingBoard()

    async def speak(self, text: str, style: VoiceStyle) -> AsyncGenerator[AudioFrame, None]:
        """Speak one clause, in one rate; fails where the last voice does."""
        clause = SpokenClause(self, speakable(text, style.language), style)
        try:
            async with aclosing(clause.frames()) as frames:
                async for frame in frames:
                    yield frame
        finally:
            await clause.aclose()

    async def prepare(self, texts: Sequence[str], style: VoiceStyle) -> None:
        """Have the first voice make ready what it can; what it cannot, is spoken when it is asked for."""
        first = self.voices[0]
        try:
            await first.engine.prepare(texts, first.style(style))
        except IvrError as error:
            log.warning("phrases are not spoken ahead: %s", error)

    def facts(self, now: float) -> dict[str, dict[str, float]]:
        """Tell the heartbeat what each did, and whether it is left alone."""
        figures = self.board.figures()
        for voice in self.voices:
            until = voice.breaker.open_until
            figures.setdefault(voice.name, {})["open"] = float(until is not None and now < until)
        return figures

    async def aclose(self) -> None:
        """Close all connections."""
        for voice in self.voices:
            if voice.aclose is not None:
                await voice.aclose()
