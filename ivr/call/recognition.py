"""One utterance at a time: recognises it and judges whether the turn is over, side by side, off the tick."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.audio.soundness import SoundMeter, without_offset
from ivr.call.caller_words import REJECTED
from ivr.call.correcting import heard_words
from ivr.dialogue.conversation import UNRATED, Hearing
from ivr.dialogue.turn_events import Judged, Understood
from ivr.errors import IvrError
from ivr.ports import Transcript

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from ivr.audio.frame import AudioFrame
    from ivr.call.attention import Attention
    from ivr.call.ear import Ear
    from ivr.call.kit import AgentKit
    from ivr.call.log import CallLog
    from ivr.dialogue.turn_events import Transcribe, TurnEvent
    from ivr.ports import Hints

LOOK_AFTER, LOOK_EVERY = 1.0, 0.4
"""Seconds of an interruption after which it is looked at whose voice it is, should it not have paused by then, and
until the next look: the more is heard of a voice the surer it is."""

log = logging.getLogger(__name__)


class Recognition:
    """A call's recognition; ``report`` takes what came out, between ticks; ``hints`` says what is expected now."""

    def __init__(
        self,
        ear: Ear,
        kit: AgentKit,
        book: CallLog,
        report: Callable[[TurnEvent], None],
        hints: Callable[[], Hints],
        attention: Attention | None = None,
    ) -> None:
        self._ear = ear
        self._kit = kit
        self._book = book
        self._report = report
        self._hints = hints
        self._attention = attention
        self.heed: Callable[[Transcript, float, float], str] | None = None
        """Takes a transcript, when it began and how long it is; answers the language that is spoken from it on."""
        self._running: list[asyncio.Task[None]] = []
        self._last = Transcript("")
        self._next_look = 0.0
        self._meter = SoundMeter(ear.rate)

    def begin(self, command: Transcribe, tasks: asyncio.TaskGroup, *, over_agent: bool = False) -> None:
        """Recognise an utterance that paused, in ``tasks``; what runs for an earlier revision of it is dropped.

        ``over_agent``: it began while the agent was talking.
        """
        self.drop()
        self._running = [
            tasks.create_task(self._transcribe(command, over_agent=over_agent)),
            tasks.create_task(self._judge_turn(command)),
        ]

    def hearing_of(self, text: str) -> Hearing:
        """Say how sure the text is that was recognised last, and what else it may be; nothing of another text."""
        if text != self._last.text:
            return UNRATED
        words = tuple(heard_words(text, self._last.words)) if self._last.words else ()
        others = dict.fromkeys((self._last.raw, *self._last.alternatives) if self._last.alternatives else ())
        return Hearing(words, tuple(other for other in others if other not in {"", text}))

    def look(self, revision: int, start: float, tasks: asyncio.TaskGroup) -> None:
        """Have a long interruption looked at before it pauses: another person's does not stop the agent."""
        if self._attention is not None and self._ear.now >= self._next_look:
            self._next_look = self._ear.now + LOOK_EVERY
            self._running.append(tasks.create_task(self._look(self._attention, revision, start)))

    @property
    def sound_faults(self) -> list[str]:
        """Say what is wrong with the sound of all that was said so far, each with its mend."""
        return list(self._meter.faults())

    def drop(self) -> None:
        """Cancel what runs; safe to repeat."""
        for task in self._running:
            task.cancel()
        self._running = []

    async def _transcribe(self, command: Transcribe, *, over_agent: bool) -> None:
        speech = self._ear.cut(command.start, command.end)
        self._meter.feed(speech.pcm)
        speech = replace(speech, pcm=without_offset(speech.pcm))
        silent_since = time.monotonic() - (self._ear.now - command.end)  # who has waited longest goes first
        hints = replace(self._hints(), deadline=silent_since)
        try:
            heard = await self._recognise(command, speech, hints, over_agent=over_agent)
            if heard.rejected != REJECTED and (spoken := self._spoken(heard, command, hints)) != hints.language:
                heard = await self._kit.transcriber.transcribe(speech, replace(hints, language=spoken, hotwords=()))
        except IvrError as error:
            log.warning("recognition failed: %s", error)
            heard = Transcript("", rejected="failed")
        self._last = heard
        await self._book.feelings.take(heard.text, speech)
        self._book.recognised(heard, speech.start, self._ear.now, hints.slots)
        self._report(Understood(command.revision, heard.text, heard.confidence))

    def _spoken(self, heard: Transcript, command: Transcribe, hints: Hints) -> str:
        return self.heed(heard, command.start, command.end - command.start) if self.heed else hints.language

    async def _recognise(
        self, command: Transcribe, speech: AudioFrame, hints: Hints, *, over_agent: bool
    ) -> Transcript:
        if self._attention is None:
            return await self._kit.transcriber.transcribe(speech, hints)
        voiced = self._ear.voiced(command.start, command.end)
        return await self._attention.transcribe(speech, hints, voiced, over_agent=over_agent)

    async def _look(self, attention: Attention, revision: int, start: float) -> None:
        if await attention.is_foreign(self._ear.voiced(start, self._ear.now)):
            self._report(Understood(revision, "", 0.0))

    async def _judge_turn(self, command: Transcribe) -> None:
        speech = self._ear.cut(command.start, self._ear.now)
        try:
            probability = await self._kit.turn_detector.complete(speech)
        except IvrError as error:
            log.warning("the turn-end model failed: %s", error)
            return
        self._book.turn_judged(probability)
        self._report(Judged(command.revision, probability))
