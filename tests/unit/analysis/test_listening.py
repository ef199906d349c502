from __future__ import annotations

import asyncio
import datetime as dt
import io
import tracemalloc
import wave
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from ivr.analysis.listening import WAITING, Listened, Listener, Piece
from ivr.analysis.post_call import Ears
from ivr.analysis.transcripts import enhanced, plain
from ivr.audio.sound_file import SoundFile, open_sound
from ivr.errors import EngineUnavailable
from ivr.ports import DETECT, Hints, Transcript, Word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.audio.frame import AudioFrame

RATE = 8000
NOW = dt.datetime(2026, 11, 25, 10)  # noqa: DTZ001 - local time is meant


class Loudness:
    rate = 8000
    window = 256

    def new_stream(self) -> object:
        return object()

    def probabilities(self, streams: Sequence[object], windows: Sequence[bytes]) -> Sequence[float]:
        assert len(streams) == len(windows)
        return [float(np.abs(np.frombuffer(window, np.int16)).mean() > 1000) for window in windows]


@dataclass
class Echo:
    """Recognises a number for each piece; speaks ``tongue`` when asked which language it is."""

    tongue: str = "es"
    heard: list[tuple[AudioFrame, Hints]] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    understands: int = RATE
    """Hz at which it understands."""

    async def transcribe(self, speech: AudioFrame, hints: Hints) -> Transcript:
        await self.gate.wait()
        if speech.rate != self.understands:
            return Transcript("chrr", (), 0.2)
        self.heard.append((speech, hints))
        language = self.tongue if hints.language == DETECT else hints.language
        if speech.duration < 1:
            return Transcript("", language=language, rejected="silence")
        text = f"frase {len(self.heard)}"
        return Transcript(text, (Word("frase", 0.2, 0.5, 0.9),), 0.9, language=language)


class Counting:
    """Recognises one word in every piece, and keeps nothing."""

    async def transcribe(self, speech: AudioFrame, hints: Hints) -> Transcript:
        assert speech.samples
        return Transcript("hola", language="es" if hints.language == DETECT else hints.language)


def sound(*stretches: tuple[bool, float], channels: int = 1) -> SoundFile:
    samples = np.concatenate([np.full(round(seconds * RATE), 8000 if loud else 0) for loud, seconds in stretches])
    samples = samples * np.where(np.arange(len(samples)) % 40 < 20, 1, -1)
    both = np.stack([samples, *[np.zeros(len(samples))] * (channels - 1)], axis=1).astype("<i2")
    file = io.BytesIO()
    with wave.open(file, "wb") as document:
        document.setnchannels(channels)
        document.setsampwidth(2)
        document.setframerate(RATE)
        document.writeframes(both.tobytes())
    return open_sound(file)


async def listen(echo: Echo, what: SoundFile, hints: Hints | None = None) -> Listened:
    echo.gate.set()
    return await Listener(lambda: Ears(echo, Loudness()), "es").listen(what, hints or Hints(words=True))


async def test_the_speech_of_a_file_is_heard_in_order_with_times_in_the_file() -> None:
    listened = await listen(Echo(), sound((False, 12), (True, 2), (False, 15), (True, 3), (False, 1)))
    assert listened.text == "frase 1 frase 2"
    assert [round(piece.start, 1) for piece in listened.pieces] == pytest.approx([11.8, 28.8], abs=0.1)
    assert listened.pieces[0].heard.words[0].start == pytest.approx(12.0, abs=0.1)
    assert (listened.seconds, listened.language, listened.faults) == (33, "es", ())


async def test_channels_are_told_apart() -> None:
    listened = await listen(Echo(), sound((True, 2), (False, 1), channels=2))
    assert [piece.channel for piece in listened.pieces] == [0]
    assert listened.faults == ("channel 2: nothing is to be heard (loudest -120 dBFS): check microphone and channel",)


async def test_a_silent_file_says_so_and_is_never_recognised() -> None:
    echo = Echo()
    listened = await listen(echo, sound((False, 5)))
    assert (listened.text, echo.heard) == ("", [])
    assert "nothing is to be heard" in listened.faults[0]


async def test_progress_grows_to_one() -> None:
    shares: list[float] = []
    echo = Echo()
    echo.gate.set()
    await Listener(lambda: Ears(echo, Loudness()), "es").listen(sound((True, 2), (False, 43)), Hints(), shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1


@pytest.mark.parametrize("truth", [RATE // 2, RATE * 2])
async def test_a_wrong_rate_is_told(truth: int) -> None:
    listened = await listen(Echo(understands=truth), sound(*[(True, 2.0), (False, 1.5)] * 3))
    (fault,) = listened.faults
    assert fault.startswith(f"the header says 8000 Hz, but it is understood at {truth} Hz: mend the header")


async def test_what_is_understood_at_no_rate_has_no_wrong_rate() -> None:
    assert (await listen(Echo(understands=44100), sound((True, 2), (False, 1)))).faults == ()


async def test_another_language_is_told_and_the_asked_one_is_kept() -> None:
    echo = Echo(tongue="en")
    listened = await listen(echo, sound(*[(True, 2.0), (False, 1.5)] * 5))
    assert "sounds like English, not Spanish: say language=en" in listened.faults[0]
    assert [hints.language for _, hints in echo.heard] == [DETECT, "es"] * 3 + ["es"] * 2
    assert {piece.heard.language for piece in listened.pieces} == {"es"}


async def test_a_neighbour_of_the_language_is_no_ground_for_a_warning() -> None:
    assert (await listen(Echo(tongue="gl"), sound((True, 2), (False, 1)))).faults == ()


async def test_the_language_asked_for_costs_no_second_hearing() -> None:
    echo = Echo()
    listened = await listen(echo, sound(*[(True, 2.0), (False, 1.5)] * 5))
    assert (len(echo.heard), listened.faults) == (5, ())


async def test_a_language_to_be_found_is_answered() -> None:
    listened = await listen(Echo(tongue="en"), sound((True, 2), (False, 1)), Hints(language=DETECT))
    assert (listened.language, listened.faults) == ("en", ())


async def test_too_many_files_are_refused_with_the_mend() -> None:
    echo = Echo()
    listener = Listener(lambda: Ears(echo, Loudness()), "es")
    async with asyncio.TaskGroup() as tasks:
        waiting = [tasks.create_task(listener.listen(sound((True, 2), (False, 1)), Hints())) for _ in range(WAITING)]
        await asyncio.sleep(0)
        with pytest.raises(EngineUnavailable, match="8 files wait to be heard; send it again"):
            await listener.listen(sound((True, 2)), Hints())
        echo.gate.set()
    assert all(one.result().text for one in waiting)


async def test_a_cancelled_hearing_lets_the_next_one_in() -> None:
    echo = Echo()
    listener = Listener(lambda: Ears(echo, Loudness()), "es")
    first = asyncio.ensure_future(listener.listen(sound((True, 2), (False, 1)), Hints()))
    await asyncio.sleep(0)
    busy = [listener.busy]
    first.cancel()
    await asyncio.wait({first})
    busy.append(listener.busy)
    assert busy == [True, False]
    echo.gate.set()
    assert (await listener.listen(sound((True, 2), (False, 1)), Hints())).text


async def test_a_transcript_tells_words_and_what_was_not_believed() -> None:
    listened = await listen(Echo(), sound((True, 2), (False, 2), (True, 0.3), (False, 1)))
    told = enhanced(listened, NOW)
    assert (told.text, told.raw, told.confidence) == ("frase 1", "frase 1", 0.9)
    assert told.segments[0].words[0].text == "frase"
    assert [(piece.guard, round(piece.start)) for piece in told.disbelieved] == [("silence", 4)]
    assert plain(listened).model_dump() == {"text": "frase 1", "language": "es", "duration": 5.3}


async def test_spanish_values_are_told_in_their_normal_form_and_written_as_people_write() -> None:
    heard = Transcript("El pago de veintiún euros es mañana.")
    spanish = Listened(2.0, "es", (Piece(0, 0.0, 2.0, heard),), ())
    told = enhanced(spanish, NOW)
    assert told.written == told.segments[0].written == "El pago de 21 € es mañana."
    assert [(one.type, one.value) for one in told.segments[0].entities] == [
        ("amount", "21.00 EUR"),
        ("date", "2026-11-26"),
    ]
    foreign = Listened(2.0, "en", (Piece(0, 0.0, 2.0, replace(heard, language="en")),), ())
    assert enhanced(foreign, NOW).written == heard.text
    assert enhanced(foreign, NOW).segments[0].entities == []


def test_products_are_told_with_their_own_name() -> None:
    heard = Transcript("Me interesa el móvil de cincuenta gigas.")
    spanish = Listened(2.0, "es", (Piece(0, 0.0, 2.0, heard),), ())
    (entity,) = enhanced(spanish, NOW, ["móvil 50 gigas"]).segments[0].entities
    assert (entity.type, entity.value) == ("product", "móvil 50 gigas")


class EndlessFile(io.BytesIO):
    """Three hours of sound that exist only where they are read: a second of speech in every twenty."""

    def __init__(self, seconds: int) -> None:
        super().__init__()
        tone = np.where(np.arange(RATE) % 40 < 20, 8000, -8000)
        self._cycle = np.concatenate([tone, np.zeros(19 * RATE)]).astype("<i2").tobytes()
        self._size = seconds * RATE * 2
        self._at = 0

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = offset + (self._size if whence == io.SEEK_END else 0)
        return self._at

    def read(self, size: int | None = -1) -> bytes:
        assert size is not None
        count = min(size, self._size - self._at)
        first = self._at % len(self._cycle)
        self._at += count
        return (self._cycle * (count // len(self._cycle) + 2))[first : first + count]


@pytest.mark.slow
async def test_three_hours_are_heard_in_little_memory_while_others_go_on() -> None:
    hours = 3 * 3600
    what = SoundFile(EndlessFile(hours), 1, 16, 1, RATE, 0, hours * RATE * 2)
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0.001)

    echo = Counting()
    beside = asyncio.ensure_future(others())
    tracemalloc.start()
    listened = await Listener(lambda: Ears(echo, Loudness()), "es").listen(what, Hints())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    beside.cancel()
    assert len(listened.pieces) == hours // 20
    assert listened.pieces[-1].start == pytest.approx(hours - 20, abs=0.3)
    assert peak < 8 << 20
    assert turns > hours / 10
