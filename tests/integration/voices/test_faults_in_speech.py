"""What a caller hears while the voice's server misbehaves: every word once, in order, and no gap over 400 ms."""

from __future__ import annotations

import asyncio
import itertools
import time
from contextlib import suppress
from typing import TYPE_CHECKING, cast

import pytest

from ivr.audio.frame import AudioFrame
from ivr.call.agent import Agent
from ivr.call.kit import AgentKit
from ivr.call.playout import Playout
from ivr.dialogue.conversation import Speech
from ivr.engines.espeak import EspeakSynthesizer
from ivr.engines.openai_speech import openai_speech
from ivr.engines.spoken_clause import Voice
from ivr.engines.voice_chain import VoiceChain
from ivr.engines.voice_watch import Patience
from ivr.ports import CallContext, VoiceStyle
from tests.integration.voices.conftest import SPARE

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
    from pathlib import Path

    from ivr.call.kit import Lines
    from ivr.metadata import VoiceSwitchRecord
    from ivr.ports import LanguageModel, ToolRunner, Transcriber, TurnDetector, VoiceDetector
    from tests.integration.voices.conftest import VoiceServer, Words

RATE = 8000
MOST_SILENCE = 0.4
TEXT = "Buenas tardes, hemos registrado correctamente la avería del router. Mañana recibirá una llamada nuestra."
WORDS = TEXT.split()
BRIEF = "Buenas tardes, dígame."


class Local:
    """A voice on this machine: each piece comes whole, after part of the time that it takes to hear."""

    def __init__(self, words: Words, slowness: float) -> None:
        self._words = words
        self.slowness = slowness
        self.asked: list[str] = []

    async def speak(self, text: str, style: VoiceStyle) -> AsyncGenerator[AudioFrame, None]:
        assert style.voice == "own"
        self.asked.append(text)
        sound = AudioFrame(self._words.sound(text.split(), 22050, pace=0.055, above=SPARE), 22050)
        await asyncio.sleep(0.1 + self.slowness * sound.duration)
        yield sound

    async def prepare(self, texts: Sequence[str], style: VoiceStyle) -> None: ...


class NoFunctions:
    tools = ()


class Caller:
    """Hears an agent on a line in real time."""

    def __init__(self, chain: VoiceChain, words: Words, tasks: asyncio.TaskGroup) -> None:
        self.chain, self._words = chain, words
        self.switches: list[VoiceSwitchRecord] = []
        self.playout = Playout(RATE)
        kit = AgentKit(
            detector=cast("VoiceDetector", None),
            turn_detector=cast("TurnDetector", None),
            transcriber=cast("Transcriber", None),
            new_model=lambda: cast("LanguageModel", None),
            tools=cast("ToolRunner", NoFunctions()),
            synthesizer=chain,
            lines=cast("Lines", None),
            style=VoiceStyle("hosted", 1.0),
        )
        self.agent = Agent(kit, CallContext("c1"), self.playout, tasks)
        self.agent.on_switch = self.switches.append
        self.frames: list[bytes | None] = []

    async def hear(self, text: str = TEXT) -> None:
        """Listen to a text to its end, a frame each 20 ms."""
        self.playout.begin()
        self.frames = []
        speaking = asyncio.create_task(self.agent.recite(Speech(text)))
        began = time.monotonic()
        while not (speaking.done() and not self.playout.buffered):
            self.frames.append(self.playout.next(time.monotonic()))
            await asyncio.sleep(max(0.0, began + 0.02 * len(self.frames) - time.monotonic()))
        await speaking

    @property
    def sound(self) -> list[bytes]:
        return [frame for frame in self.frames if frame is not None]

    @property
    def waited(self) -> float:
        """Seconds to the first sound."""
        return 0.02 * next(number for number, frame in enumerate(self.frames) if frame is not None)

    @property
    def gap(self) -> float:
        """The longest silence after the first sound, the pauses that the agent makes itself included."""
        first = next(number for number, frame in enumerate(self.frames) if frame is not None)
        last = max(number for number, frame in enumerate(self.frames) if frame is not None)
        longest = run = 0
        for frame in self.frames[first : last + 1]:
            run = 0 if frame is not None and any(frame) else run + 1
            longest = max(longest, run)
        return longest * 0.02

    @property
    def heard(self) -> list[tuple[str, bool]]:
        return self._words.heard(self.sound)

    @property
    def own_pauses(self) -> float:
        return 0.22


@pytest.fixture
async def begin(server: VoiceServer, tmp_path: Path) -> AsyncIterator[Callable[..., Caller]]:
    """Give what begins a call that speaks through the server, with a local voice behind it."""
    async with asyncio.TaskGroup() as tasks:
        chains = []

        def new(slowness: float = 0.3, *, url: str = "") -> Caller:
            hosted = openai_speech(f"{url or server.url}/v1", "sk-secret", "tts-1", tmp_path)
            voices = [
                Voice("openai", hosted, Patience(1.0), aclose=hosted.aclose),
                Voice("kokoro", Local(server.words, slowness), Patience(2.5, 2.5), 0.6, whole=True, named="own"),
                Voice("espeak", Local(server.words, 0.0), Patience(2.5, 2.5), 0.12, named="own"),
            ]
            chains.append(VoiceChain(voices))
            return Caller(chains[-1], server.words, tasks)

        yield new
        for chain in chains:
            await chain.aclose()


def said_once(caller: Caller, words: Sequence[str] = WORDS) -> None:
    """Check that every word was heard in order, and none again but for one where the voice changed."""
    heard = [word for word, _ in caller.heard]
    assert [word for word in words if word not in heard] == []
    places = [words.index(word) for word in heard]
    backwards = [before - after for before, after in itertools.pairwise(places) if after <= before]
    assert len(backwards) <= 1, heard
    assert all(step <= 1 for step in backwards), heard


async def test_a_voice_that_works_says_everything_itself(server: VoiceServer, begin: Callable[..., Caller]) -> None:
    server.speaks()
    caller = begin()
    await caller.hear()
    assert [word for word, _ in caller.heard] == WORDS
    assert not any(other for _, other in caller.heard)
    assert caller.gap <= MOST_SILENCE
    assert caller.switches == []
    assert caller.chain.facts(0.0)["openai"]["spoken"] == 3


@pytest.mark.parametrize("share", [0.15, 0.5, 0.85])
@pytest.mark.parametrize("faster", [1.1, 50.0])
@pytest.mark.parametrize("fault", ["stalls", "breaks_off"])
async def test_a_stream_that_stops_in_mid_clause_is_gone_on_with(
    server: VoiceServer, begin: Callable[..., Caller], fault: str, share: float, faster: float
) -> None:
    server.speaks()
    getattr(server, fault)(share, faster=faster)
    caller = begin()
    await caller.hear()
    said_once(caller)
    assert caller.gap <= MOST_SILENCE
    (switch,) = caller.switches
    assert switch.cut
    assert switch.left == "openai"
    assert caller.chain.facts(0.0)["openai"]["cut"] == 1


@pytest.mark.parametrize("slowness", [0.7, 2.0])
@pytest.mark.parametrize("fault", ["stalls", "breaks_off"])
async def test_where_the_next_voice_is_too_slow_the_last_one_goes_on(
    server: VoiceServer, begin: Callable[..., Caller], fault: str, slowness: float
) -> None:
    server.speaks()
    getattr(server, fault)(0.5, faster=1.1)
    caller = begin(slowness)
    await caller.hear()
    said_once(caller)
    assert caller.gap <= MOST_SILENCE


async def test_a_stream_slower_than_speech_is_left_before_it_is_heard(
    server: VoiceServer, begin: Callable[..., Caller]
) -> None:
    server.speaks(faster=0.5)
    caller = begin()
    await caller.hear()
    heard = [word for word, _ in caller.heard]
    assert [word for word in WORDS if word not in heard] == []
    assert caller.gap <= MOST_SILENCE


async def test_hiccups_that_nobody_hears_change_no_voice(server: VoiceServer, begin: Callable[..., Caller]) -> None:
    async def hiccups(request: object, words: list[str]) -> object:
        from tests.integration.voices.conftest import opened

        response = await opened(request)  # type: ignore[arg-type]
        for number, block in enumerate(server.blocks(words)):
            await response.write(block)
            await asyncio.sleep(0.45 if number % 15 == 14 else 0.005)
        return response

    server.plan.append(hiccups)  # type: ignore[arg-type]
    caller = begin()
    await caller.hear()
    assert [word for word, _ in caller.heard] == WORDS
    assert caller.switches == []


async def test_a_stream_that_ends_early_as_if_it_were_whole_is_gone_on_with(
    server: VoiceServer, begin: Callable[..., Caller]
) -> None:
    server.speaks()
    server.ends_early(0.3)
    caller = begin()
    await caller.hear()
    said_once(caller)
    assert caller.gap <= MOST_SILENCE
    assert caller.switches[0].reason == "UnusableAnswer"


async def test_a_slow_first_byte_loses_the_clause(server: VoiceServer, begin: Callable[..., Caller]) -> None:
    server.speaks(after=3.0)
    caller = begin()
    await caller.hear()
    assert [word for word, _ in caller.heard] == WORDS
    assert caller.waited < 1.5
    assert caller.gap <= MOST_SILENCE
    assert caller.switches[0].reason == "EngineTimeout"
    assert len(server.requests) == 1  # the other clauses go straight to the voice that works


async def test_a_slow_first_byte_of_a_later_clause_leaves_no_gap(
    server: VoiceServer, begin: Callable[..., Caller]
) -> None:
    server.speaks()
    server.speaks()
    server.speaks(after=30.0)
    caller = begin()
    await caller.hear()
    assert [word for word, _ in caller.heard] == WORDS
    assert caller.gap <= MOST_SILENCE + caller.own_pauses


@pytest.mark.parametrize(
    ("status", "retry_after", "reason"),
    [(401, "", "EngineRefused"), (429, "7", "EngineBusy"), (500, "", "EngineUnavailable"), (404, "", "EngineRefused")],
)
async def test_a_refusal_is_answered_by_the_next_voice_at_once(
    server: VoiceServer, begin: Callable[..., Caller], status: int, retry_after: str, reason: str
) -> None:
    server.refuses(status, retry_after=retry_after)
    caller = begin()
    await caller.hear()
    assert [word for word, _ in caller.heard] == WORDS
    assert caller.gap <= MOST_SILENCE
    assert caller.waited < 1.2
    assert [record.reason for record in caller.switches] == [reason]
    assert len(server.requests) == 1
    assert caller.chain.facts(time.monotonic())["openai"]["open"] == 1


@pytest.mark.parametrize(
    ("raw", "content_type"),
    [
        (b"RIFF" + bytes(2000), "application/octet-stream"),
        (b"ID3" + bytes(2000), "application/octet-stream"),
        (b"\xff\xfb\x90\x00" * 500, "audio/mpeg"),
        (b'{"ok": true}', "application/json"),
        (b"<html>login</html>", "text/html"),
        (b"", "audio/pcm"),
    ],
)
async def test_what_is_no_raw_sound_is_never_played(
    server: VoiceServer, begin: Callable[..., Caller], raw: bytes, content_type: str
) -> None:
    server.sends(raw, content_type)
    caller = begin()
    await caller.hear(BRIEF)
    assert [word for word, _ in caller.heard] == BRIEF.split()
    assert [record.reason for record in caller.switches] == ["UnusableAnswer"]


async def test_with_the_server_down_the_next_voice_speaks(begin: Callable[..., Caller]) -> None:
    caller = begin(url="http://127.0.0.1:9")
    await caller.hear(BRIEF)
    assert [word for word, _ in caller.heard] == BRIEF.split()
    assert all(other for _, other in caller.heard)


async def test_after_a_pause_the_voice_is_tried_again(server: VoiceServer, begin: Callable[..., Caller]) -> None:
    server.refuses(500)
    server.speaks()
    caller = begin()
    caller.chain.voices[0].breaker.pause = 0.5
    await caller.hear(BRIEF)
    await asyncio.sleep(0.5)
    await caller.hear("Gracias.")
    assert caller.heard == [("Gracias.", False)]


async def test_an_interruption_closes_the_socket(server: VoiceServer, begin: Callable[..., Caller]) -> None:
    server.stalls(0.5)
    caller = begin()
    caller.playout.begin()
    speaking = asyncio.create_task(caller.agent.recite(Speech(TEXT)))
    await asyncio.sleep(0.2)
    speaking.cancel()
    with suppress(asyncio.CancelledError):
        await speaking
    assert await server.left(1)
    assert caller.switches == []


async def test_with_a_real_voice_behind_it_there_is_no_gap_either(
    server: VoiceServer, begin: Callable[..., Caller]
) -> None:
    server.speaks()
    server.stalls(0.5, faster=1.1)
    caller = begin()
    caller.chain.voices = [
        caller.chain.voices[0],
        Voice("espeak", EspeakSynthesizer(), Patience(2.5, 2.5), 0.12, named="es"),
    ]
    await caller.hear()
    assert caller.switches[0].taken == "espeak"
    assert caller.gap <= MOST_SILENCE
    assert 0.02 * len(caller.sound) > 5
