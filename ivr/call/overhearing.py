"""Listening on after a hand-over: what caller and person say is written down, when the recogniser has time for it."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from ivr.dialogue.endpointing import SpeechStarted
from ivr.errors import IvrError
from ivr.ports import Hints

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from ivr.audio.frame import AudioFrame
    from ivr.call.ear import Ear
    from ivr.dialogue.endpointing import SpeechPaused
    from ivr.ports import Transcriber, Transcript

log = logging.getLogger(__name__)

TURN_PAUSE = 0.8
"""Seconds of silence that end a turn between people."""
LONGEST = 20.0
"""Seconds of one utterance; longer ones are written down in parts."""
MOST_WAITING = 8
"""Utterances of one side that wait for the recogniser; more are left to the post-call transcription."""

Heard = tuple["Transcript", "AudioFrame", float]
"""What was said, its sound, its end."""


class Overhearing:
    """One side's; ``write`` is given what was said, in order. Its hints have no deadline: everybody else goes first."""

    def __init__(
        self, ear: Ear, transcriber: Transcriber, language: str, write: Callable[[Heard], Awaitable[None]]
    ) -> None:
        self._ear = ear
        self._transcriber = transcriber
        self._language = language
        self._write = write
        self._start: float | None = None
        self._end: float | None = None
        self._waiting: asyncio.Queue[tuple[AudioFrame, float] | None] = asyncio.Queue(MOST_WAITING)
        self.left_out = 0

    def feed(self, event: SpeechStarted | SpeechPaused | None) -> None:
        """Take what the voice detector found in this tick, if anything."""
        if isinstance(event, SpeechStarted):
            self._start = event.at if self._start is None else self._start
            self._end = None
        elif event is not None:
            self._end = event.at
        if self._start is None:
            return
        over = self._end is not None and self._ear.now - self._end >= TURN_PAUSE
        if over or self._ear.now - self._start >= LONGEST:
            self._cut(over=over)

    def _cut(self, *, over: bool) -> None:
        start, end = self._start, self._ear.now if self._end is None else self._end
        self._start, self._end = (None, None) if over else (end, self._end)
        if start is None:
            return
        try:
            self._waiting.put_nowait((self._ear.cut(start, end), end))
        except asyncio.QueueFull:
            self.left_out += 1

    async def run(self) -> None:
        """Write down until ``finish``."""
        while (item := await self._waiting.get()) is not None:
            speech, end = item
            try:
                heard = await self._transcriber.transcribe(speech, Hints(language=self._language, words=True))
            except IvrError as error:
                log.warning("what was said after the hand-over is not written down: %s", error)
                continue
            if heard.text:
                await self._write((heard, speech, end))

    async def finish(self) -> None:
        """Take the last utterance, and end ``run`` once all is written."""
        if self._start is not None:
            self._cut(over=True)
        await self._waiting.put(None)
