from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import numpy as np

from ivr.audio.frame import AudioFrame
from ivr.call.attention import Attention
from ivr.call.caller_words import REJECTED
from ivr.errors import EngineUnavailable
from ivr.ports import Hints, Transcript

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ivr.metadata import VoiceRecord

RATE = 8000
CALLER, OTHER, AGENT = 1000, 2000, 3000
"""A voice is the value of all its samples."""
WINDOW = RATE // 2


def says(voice: int, seconds: float = 1.5) -> AudioFrame:
    return AudioFrame(np.full(round(seconds * RATE), voice, np.int16).tobytes(), RATE)


class ByValue:
    """Tells voices apart by the value of their samples, half a second at a time."""

    window = step = 0.5
    same, scatter = 0.9, 0.0

    def __init__(self) -> None:
        self.fails = False
        self.isolated: list[AudioFrame] = []

    async def voiceprints(self, speech: AudioFrame) -> NDArray[np.float32]:
        if self.fails:
            raise EngineUnavailable("the encoder is gone", "encoder")
        await asyncio.sleep(0)
        values = np.frombuffer(speech.pcm, np.int16)[: speech.samples // WINDOW * WINDOW].reshape(-1, WINDOW)
        voices: NDArray[np.float32] = np.eye(8, dtype=np.float32)
        heard: NDArray[np.float32] = voices[np.abs(values.mean(axis=1) / 1000).astype(int)]
        return heard

    async def isolate(self, speech: AudioFrame, sample: AudioFrame) -> AudioFrame:
        assert sample.duration >= 3
        self.isolated.append(speech)
        return AudioFrame(says(CALLER, speech.duration).pcm, speech.rate, speech.start)


class Writes:
    """Writes down whose samples it was given."""

    def __init__(self) -> None:
        self.heard: list[AudioFrame] = []
        self.cancelled = 0
        self.answer = "hola"

    async def transcribe(self, speech: AudioFrame, hints: Hints) -> Transcript:
        assert hints.language == "es"
        self.heard.append(speech)
        try:
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        return Transcript(self.answer)


class Line:
    def __init__(self) -> None:
        self.voices, self.writes = ByValue(), Writes()
        self.notes: list[VoiceRecord] = []
        self.allowed = True
        self.attention = Attention(self.writes, self.voices, self.voices, self.notes.append, lambda: self.allowed)

    async def hears(self, speech: AudioFrame, *, over_agent: bool = False) -> Transcript:
        return await self.attention.transcribe(speech, Hints(), speech, over_agent=over_agent)

    async def enrolled(self) -> Line:
        await self.hears(says(CALLER))
        await self.hears(says(CALLER))
        return self


async def test_a_profile_is_stitched_from_short_turns_and_what_follows_is_compared_with_it() -> None:
    line = await Line().enrolled()
    assert line.notes == []
    assert (await line.hears(says(CALLER))).text == "hola"
    assert [(note.who, note.likeness, note.isolated) for note in line.notes] == [("caller", 1.0, False)]


async def test_sound_without_recognised_words_is_never_enrolled() -> None:
    line = Line()
    line.writes.answer = ""
    for _ in range(4):
        await line.hears(says(CALLER))
    line.writes.answer = "hola"
    await line.hears(says(CALLER))
    assert line.notes == []


async def test_silence_is_never_enrolled() -> None:
    line = Line()
    for _ in range(4):
        await line.hears(says(1))
    await line.hears(says(CALLER))
    assert line.notes == []


async def test_another_voice_is_not_enrolled_with_the_first() -> None:
    line = Line()
    await line.hears(says(CALLER))
    await line.hears(says(OTHER))
    await line.hears(says(CALLER))
    await line.hears(says(CALLER))
    assert [note.who for note in line.notes] == ["caller"]


async def test_what_another_says_is_not_the_callers_and_its_recognition_is_dropped() -> None:
    line = await Line().enrolled()
    heard = await line.hears(says(OTHER))
    assert (heard.text, heard.rejected) == ("", REJECTED)
    assert [note.who for note in line.notes] == ["second_voice"]
    await asyncio.sleep(0)
    assert line.writes.cancelled == 1


async def test_a_faint_voice_is_called_background() -> None:
    line = await Line().enrolled()
    await line.hears(AudioFrame((np.frombuffer(says(-OTHER).pcm, np.int16) // 8).tobytes(), RATE))
    assert line.notes[0].who == "background"


async def test_the_agents_own_voice_that_comes_back_is_called_echo() -> None:
    line = await Line().enrolled()
    for _ in range(150):
        line.attention.overhear(says(AGENT, 0.02).pcm, RATE)
    assert (await line.hears(says(AGENT), over_agent=True)).rejected == REJECTED
    assert line.notes[0].who == "echo"


async def test_isolation_comes_on_with_a_second_voice_and_goes_when_the_caller_is_alone() -> None:
    line = await Line().enrolled()
    mixed = AudioFrame(says(CALLER, 1.5).pcm + says(OTHER, 1.0).pcm, RATE)
    for speech in (mixed, says(CALLER), says(CALLER), says(CALLER)):
        await line.hears(speech)
    assert [(note.who, note.isolated) for note in line.notes] == [
        ("mixed", True),
        ("caller", True),
        ("caller", False),
        ("caller", False),
    ]
    assert len(line.voices.isolated) == 2


async def test_under_load_every_utterance_is_recognised_as_it_is() -> None:
    line = await Line().enrolled()
    line.allowed = False
    assert (await line.hears(says(OTHER))).text == "hola"
    assert line.notes == []


async def test_without_its_encoder_the_call_goes_on_as_before() -> None:
    line = await Line().enrolled()
    line.voices.fails = True
    assert (await line.hears(says(OTHER))).text == "hola"
    assert line.notes[0].who == "unknown"


async def test_whoever_gives_up_on_an_utterance_leaves_no_recognition_running() -> None:
    line = await Line().enrolled()
    task = asyncio.ensure_future(line.hears(says(CALLER)))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    await asyncio.sleep(0)
    assert line.writes.cancelled == 1


async def test_looks_at_an_interruption_that_goes_on_are_no_turns() -> None:
    line = await Line().enrolled()
    await line.hears(says(OTHER))
    for _ in range(4):
        assert not await line.attention.is_foreign(says(CALLER))
    await line.hears(says(CALLER))
    assert [note.isolated for note in line.notes] == [False, True]
