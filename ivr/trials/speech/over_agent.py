"""What a sound does to an agent that talks: the product's own ear, turn machine and attention, tick by tick.

Recognition answers ``ANSWERED`` seconds after it was asked, as a call's does; the agent has always more to say.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from ivr.audio.listeners import Listener
from ivr.call.ear import TICK, Ear
from ivr.call.recognition import LOOK_AFTER, LOOK_EVERY
from ivr.dialogue.endpointing import EndpointingPolicy
from ivr.dialogue.turn_events import (
    PauseSpeech,
    Prompt,
    Reply,
    ReplyStarted,
    StopSpeech,
    Ticked,
    Transcribe,
    TurnEvent,
    Understood,
)
from ivr.dialogue.turn_policy import TurnPolicy
from ivr.dialogue.turns import Turn, TurnTaking
from ivr.ports import Hints

if TYPE_CHECKING:
    from ivr.audio.frame import AudioFrame
    from ivr.call.attention import Attention
    from ivr.dialogue.turn_events import Commands
    from ivr.ports import Transcriber, VoiceDetector

ANSWERED = 0.4
TAIL = 2.5
"""Seconds of a quiet line after the sound, so that what it began comes to its end."""
PATIENT = TurnPolicy(no_input_after=1e9)
"""An agent that never asks whether somebody is there."""
LAG = 3
"""Ticks by which clean sound is behind, as the denoiser's is."""


@dataclass
class Disturbed:
    """What became of the agent's speech."""

    pauses: int = 0
    stops: int = 0
    words: int = 0
    """Words that reached the dialogue as the caller's."""

    def __iadd__(self, other: Disturbed) -> Self:
        """Add what became of it at another time."""
        self.pauses += other.pauses
        self.stops += other.stops
        self.words += other.words
        return self


class Cleaned:
    """A Denoiser, and its stream, that has a sound's clean form ready."""

    lag = LAG

    def __init__(self, clean: AudioFrame) -> None:
        self._clean = clean
        self._tick = 0
        self.late = 0

    def open(self, rate: int) -> Cleaned:
        """Begin."""
        if rate != self._clean.rate:
            msg = f"the sound has {rate} Hz, its clean form {self._clean.rate}: clean it at its own rate"
            raise ValueError(msg)
        return self

    async def clean(self, speech: AudioFrame) -> AudioFrame:
        """Give the clean form of the whole sound."""
        del speech
        return self._clean

    def feed(self, pcm: bytes) -> bytes | None:
        """Give the clean tick of ``LAG`` ticks ago."""
        first = (self._tick - LAG) * len(pcm)
        self._tick += 1
        return self._clean.pcm[max(first, 0) : first + len(pcm)] or None

    def close(self) -> None:
        """Hold nothing."""


class TalkingAgent:
    """One call in which the agent talks, or where not ``talking`` listens, while a sound comes in."""

    def __init__(
        self,
        rate: int,
        detector: VoiceDetector,
        transcriber: Transcriber,
        attention: Attention | None = None,
        clean: tuple[AudioFrame, float] | None = None,
    ) -> None:
        """With ``clean``, the sound's clean form and dB, the voice detector hears noise turned down by so much."""
        self._detector = detector
        self._transcriber = transcriber
        self._attention = attention
        self._ear = Ear(rate, detector, EndpointingPolicy())
        if clean:
            form, most_db = clean
            self._ear = Ear(rate, detector, EndpointingPolicy(), Cleaned(form), {Listener.VOICE_DETECTOR: most_db})
        self._turns = TurnTaking(PATIENT)
        self._due: deque[tuple[float, TurnEvent]] = deque()
        self._next_look = 0.0
        self._talking = True
        self.disturbed = Disturbed()

    async def hear(self, sound: AudioFrame, *, talking: bool = True) -> Disturbed:
        """Let the whole sound in."""
        self._talking = talking
        if talking:
            self._turns.open()
            self._turns.handle(ReplyStarted(), 0.0)
        size = round(sound.rate * TICK) * 2
        pcm = sound.pcm + bytes(round(TAIL / TICK) * size)
        for at in range(0, len(pcm) - size + 1, size):
            await self._tick(pcm[at : at + size])
        return self.disturbed

    async def _tick(self, pcm: bytes) -> None:
        window = self._ear.hear(pcm)
        heard = self._ear.judge(self._detector.probabilities([self._ear.stream], [window])[0]) if window else None
        if heard is not None:
            await self._handle(heard)
        while self._due and self._due[0][0] <= self._ear.now:
            await self._handle(self._due.popleft()[1])
        await self._handle(Ticked())
        since = self._turns.hearing_since
        if self._turns.turn is Turn.PAUSED and since is not None and self._ear.now - since >= LOOK_AFTER:
            await self._look(since)

    async def _look(self, since: float) -> None:
        """Do as a call does with a long interruption."""
        revision = self._turns.revision
        if self._attention is None or self._ear.now < self._next_look:
            return
        self._next_look = self._ear.now + LOOK_EVERY
        if await self._attention.is_foreign(self._ear.voiced(since, self._ear.now)):
            await self._handle(Understood(revision, "", 0.0))

    async def _handle(self, event: TurnEvent) -> None:
        commands: Commands = self._turns.handle(event, self._ear.now)
        for command in commands:
            match command:
                case PauseSpeech():
                    self.disturbed.pauses += 1
                case StopSpeech():
                    self.disturbed.stops += 1
                case Transcribe():
                    await self._transcribe(command)
                case Reply(text=text):
                    self.disturbed.words += len(text.split())
                    self._take_floor()
                case Prompt():
                    self._take_floor()
                case _:
                    pass

    def _take_floor(self) -> None:
        """Have the agent talk on, or a listening one say nothing."""
        if self._talking:
            self._due.append((self._ear.now, ReplyStarted()))
        else:
            self._turns = TurnTaking(PATIENT)
            self._due.clear()

    async def _transcribe(self, command: Transcribe) -> None:
        speech = self._ear.cut(command.start, command.end)
        hints, over_agent = Hints(words=True), self._turns.turn is Turn.PAUSED
        if self._attention is None:
            heard = await self._transcriber.transcribe(speech, hints)
        else:
            voiced = self._ear.voiced(command.start, command.end)
            heard = await self._attention.transcribe(speech, hints, voiced, over_agent=over_agent)
        self._due.append((self._ear.now + ANSWERED, Understood(command.revision, heard.text, heard.confidence)))
