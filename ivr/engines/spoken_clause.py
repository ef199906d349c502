"""One clause, spoken to its end whatever its voice does: another goes on in the middle of it.

Each voice has so long to its first sound; within a clause it has until what the caller still has to hear runs out. The
next is asked shortly before that, for what is not yet spoken, so that its sound is there when it is needed.
"""

from __future__ import annotations

import logging
from collections import deque
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from ivr.audio.resample import OneRate
from ivr.call.breaker import Breaker
from ivr.call.reading import Reading
from ivr.call.speaking import BUFFERED, NOTE_SWITCH
from ivr.engines.voice_watch import Patience, Watch
from ivr.errors import EngineBusy, EngineRefused, EngineTimeout, IvrError, UnusableAnswer
from ivr.language.speech_rate import PACE, fell_short, letters_of, pieces, seconds_of, unspoken
from ivr.metadata import VoiceSwitchRecord

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence

    from ivr.audio.frame import AudioFrame
    from ivr.call.speaking import SpeakingBoard
    from ivr.ports import Synthesizer, VoiceStyle

log = logging.getLogger(__name__)

LAST_CHANCE = 8.0
"""Seconds that the last voice of all gets."""
SECOND_LOOK = 0.03
"""Seconds for what waits in the socket where we ourselves were late to look."""
WHOLE_TAKES = 0.8
"""Share of a clause's length that a voice which gives it whole takes on a busy machine."""
REFUSED_FOR = 60.0
"""Seconds for which a voice is left alone that refused: only a person mends that."""
LEARNED = 0.2
"""How much one clause changes what is known of a voice's pace."""


@dataclass(slots=True)
class Voice:
    """One of the chain. ``lead``: seconds that it usually takes to a first sound; ``whole``: it gives a piece at once.

    ``named`` is its own voice where the style names one of the first voice's.
    """

    name: str
    engine: Synthesizer
    patience: Patience = field(default_factory=Patience)
    lead: float = 0.3
    whole: bool = False
    named: str | None = None
    breaker: Breaker = field(default_factory=lambda: Breaker(limit=1, pause=10.0))
    pace: float = PACE
    aclose: Callable[[], Awaitable[None]] | None = None

    def style(self, style: VoiceStyle) -> VoiceStyle:
        """Give the style as this voice takes it."""
        return style if self.named is None else replace(style, voice=self.named)

    def heard(self, text: str, seconds: float, speed: float) -> None:
        """Learn the pace from a clause that was spoken whole."""
        if seconds_of(text) >= 1:
            measured = seconds * speed / letters_of(text.rstrip(".,;:?!… "))
            self.pace += LEARNED * (measured - self.pace)


class Line(Protocol):
    """Who stands ready to speak, by which clock, and where it is counted."""

    voices: Sequence[Voice]
    clock: Callable[[], float]
    board: SpeakingBoard


@dataclass(slots=True)
class _Speaker:
    """A voice with the text that it was asked for."""

    voice: Voice
    text: str
    watch: Watch
    reading: Reading[AudioFrame]
    heard: float = 0.0


class SpokenClause:
    """One clause on its way: the voice that speaks, and the one that was asked to go on.

    ``text`` is written out in words; ``voices`` are asked in their order, the last one always.
    """

    def __init__(self, line: Line, text: str, style: VoiceStyle) -> None:
        self._board = line.board
        self._clock = line.clock
        self._style = style
        self._first = line.voices[0]
        self._waiting = deque(line.voices)
        self._speakers: deque[_Speaker] = deque()
        self._buffered = BUFFERED.get() or self._unplayed
        self._note = NOTE_SWITCH.get()
        self._given = 0.0
        self._given_at: float | None = None
        self._rate = OneRate()
        self._ask(text, cut=False)

    async def frames(self) -> AsyncGenerator[AudioFrame, None]:
        """Give the clause's sound in one rate; fails where the last voice does."""
        while self._speakers:
            speaker = self._speakers[0]
            now = self._clock()
            speaker.watch.look(now, self._buffered())
            last = not self._waiting and len(self._speakers) == 1
            leave_at = self._last_chance(speaker) if last else speaker.watch.leave_at
            if now >= leave_at and not await speaker.reading.came(SECOND_LOOK):
                await self._leave(speaker, EngineTimeout(self._late(speaker), speaker.voice.name))
                continue
            wake_at = max(leave_at, now)
            if self._waiting and len(self._speakers) == 1 and (rest := self._rest(speaker)):
                ask_at = speaker.watch.begin_next_at(self._waiting[0].lead)
                if now >= ask_at:
                    self._ask(rest, cut=self._given > 0)
                    await self._speakers[-1].reading.came(0.0)  # looking is what sets it off
                    continue
                wake_at = min(wake_at, ask_at)
            if await speaker.reading.came(wake_at - now):
                async with aclosing(self._take(speaker)) as frames:
                    async for frame in frames:
                        yield frame

    async def aclose(self) -> None:
        """Leave nobody speaking."""
        while self._speakers:
            await self._speakers.popleft().reading.aclose()

    async def _take(self, speaker: _Speaker) -> AsyncGenerator[AudioFrame, None]:
        try:
            frame = speaker.reading.take()
        except IvrError as error:
            await self._leave(speaker, error)
            return
        if frame is None:
            if fell_short(speaker.text, speaker.heard * self._style.speed, speaker.voice.pace):
                ended = f"{speaker.voice.name} ended in the middle of a clause; look at its log"
                await self._leave(speaker, UnusableAnswer(ended, speaker.voice.name))
                return
            self._spoken(speaker)
            if (tail := self._rate.end()) is not None:
                yield tail
            await self.aclose()
            return
        while len(self._speakers) > 1:  # whoever was asked to go on is not needed
            spare = self._speakers.pop()
            self._waiting.appendleft(spare.voice)
            await spare.reading.aclose()
        if not frame.samples:
            return
        now = self._clock()
        if speaker.watch.last_sound is None:
            self._board.first_sound(speaker.voice.name, now - speaker.watch.asked_at)
        speaker.watch.sounded(now)
        speaker.heard += frame.duration
        self._given_at = now if self._given_at is None else self._given_at
        self._given += frame.duration
        yield self._rate.feed(frame)

    def _ask(self, text: str, *, cut: bool) -> None:
        """Ask the next voice for a text; one that is left alone is passed over, but for the last."""
        voice = self._waiting.popleft()
        while self._waiting and not voice.breaker.admits(self._clock()):
            voice = self._waiting.popleft()
        watch = Watch(voice.patience, self._clock(), self._buffered(), cut=cut)
        self._speakers.append(_Speaker(voice, text, watch, Reading(self._speech(voice, text, cut=cut))))

    def _speech(self, voice: Voice, text: str, *, cut: bool) -> AsyncGenerator[AudioFrame, None]:
        style = voice.style(self._style)
        buffered = self._buffered()
        stands_in = voice is not self._first and (cut or buffered > 0)
        if voice.whole and stands_in and buffered < WHOLE_TAKES * seconds_of(text):
            return _in_pieces(voice, pieces(text), style)
        return voice.engine.speak(text, style)

    async def _leave(self, speaker: _Speaker, error: IvrError) -> None:
        """Go on with the next voice; raises where there is none, or nothing helps."""
        voice, now = speaker.voice, self._clock()
        voice.breaker.failed(now)
        if isinstance(error, EngineBusy):
            voice.breaker.rest(now, error.retry_after)
        elif isinstance(error, EngineRefused):
            voice.breaker.rest(now, REFUSED_FOR)
        cut = speaker.heard > 0
        self._board.count(voice.name, "failed", *(["cut"] if cut else []))
        self._speakers.popleft()
        rest = self._rest(speaker)
        if not self._speakers and self._waiting and rest:
            self._ask(rest, cut=self._given > 0)
        self._rate.end()
        await speaker.reading.aclose()
        if not rest:
            log.warning("%s did not end its clause: %s", voice.name, error)
            await self.aclose()
            return
        if not self._speakers:
            raise error
        taken = self._speakers[0].voice
        self._board.count(taken.name, "taken_over")
        log.warning("%s goes on for %s, at %r: %s", taken.name, voice.name, rest[:40], error)
        self._note(
            VoiceSwitchRecord(left=voice.name, taken=taken.name, reason=type(error).__name__, cut=cut, rest=rest)
        )

    def _rest(self, speaker: _Speaker) -> str:
        """Give what the voice has not spoken of its text."""
        if not speaker.heard:
            return speaker.text
        return unspoken(speaker.text, speaker.heard * self._style.speed, speaker.voice.pace)

    def _spoken(self, speaker: _Speaker) -> None:
        speaker.voice.breaker.succeeded()
        speaker.voice.heard(speaker.text, speaker.heard, self._style.speed)
        self._board.count(speaker.voice.name, "spoken")

    @staticmethod
    def _late(speaker: _Speaker) -> str:
        if speaker.watch.last_sound is None:
            return f"{speaker.voice.name} gave no sound in time; raise TTS_FIRST_SOUND_TIMEOUT or take a faster voice"
        return f"{speaker.voice.name} stood still in the middle of a clause; look at its load or the network"

    @staticmethod
    def _last_chance(speaker: _Speaker) -> float:
        since = speaker.watch.asked_at if speaker.watch.last_sound is None else speaker.watch.last_sound
        return max(since, speaker.watch.dry_at) + LAST_CHANCE

    def _unplayed(self) -> float:
        """Reckon what is still to be heard where nobody tells: all is heard from its first sound on."""
        return 0.0 if self._given_at is None else max(0.0, self._given - (self._clock() - self._given_at))


async def _in_pieces(voice: Voice, texts: Sequence[str], style: VoiceStyle) -> AsyncGenerator[AudioFrame, None]:
    for text in texts:
        async with aclosing(voice.engine.speak(text, style)) as frames:
            async for frame in frames:
                yield frame
