"""A call without a network: every engine is a few lines, time is the number of ticks."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

import pytest

from ivr.audio.frame import AudioFrame
from ivr.call.conductor import Conductor
from ivr.call.kit import AgentKit, CallPolicy, Tongue
from ivr.call.log import CallLog
from ivr.call.session import CallSession
from ivr.dialogue.conversation import Message, Speech
from ivr.dialogue.tools import Effect, Tool, ToolCall, ToolResult
from ivr.errors import AriRefused, UnusableAnswer
from ivr.language.interpretation import Interpretation, interpret
from ivr.ports import CallContext, CallOffer, Hints, LinkStats, Transcript, VoiceStyle

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping, Sequence

    from ivr.call.recorder import RecordingWriter
    from ivr.handover_ports import HandoverNews, HandoverOrder
    from ivr.metadata import RecordingMetadata

RATE = 8000
SILENCE = bytes(320)
VOICE = b"\x10\x20" * 160


class Line:
    """The caller's line: frames are queued by the test, silence otherwise; keeps what was sent."""

    rate = RATE
    heard_anything = True

    def __init__(self) -> None:
        self.stats = LinkStats()
        self.queue: deque[bytes] = deque()
        self.sent: list[bytes] = []
        self.breaks = False

    def receive(self) -> bytes:
        return self.queue.popleft() if self.queue else SILENCE

    def digits(self) -> Sequence[str]:
        return ()

    def send(self, pcm: bytes) -> None:
        if self.breaks:
            raise OSError("the line is broken")
        self.sent.append(pcm)

    def flush(self) -> None: ...

    async def aclose(self) -> None: ...


class Loudness:
    """A voice detector: a window with any sound is speech."""

    rate = RATE
    window = 256

    def new_stream(self) -> object:
        return object()

    def probabilities(self, streams: Sequence[object], windows: Sequence[bytes]) -> Sequence[float]:
        assert len(streams) == len(windows)
        return [float(any(window)) for window in windows]


class SureTurns:
    async def complete(self, speech: AudioFrame) -> float:
        assert speech.samples
        return 0.99


@dataclass
class ScriptedEar:
    """Recognises what the test says, in order."""

    texts: deque[str] = field(default_factory=deque)
    hints: list[Hints] = field(default_factory=list)

    async def transcribe(self, speech: AudioFrame, hints: Hints) -> Transcript:
        assert speech.samples
        self.hints.append(hints)
        return Transcript(self.texts.popleft(), confidence=0.9)


@dataclass
class ScriptedModel:
    """Says what the test says, in order, and keeps what it was asked."""

    replies: deque[list[Speech | ToolCall]] = field(default_factory=deque)
    fails: bool = False
    asked: list[tuple[Message, ...]] = field(default_factory=list)

    async def reply(
        self, messages: Sequence[Message], tools: Sequence[Tool]
    ) -> AsyncGenerator[Speech | ToolCall, None]:
        assert tools
        if self.fails:
            raise UnusableAnswer("nonsense", "llm")
        self.asked.append(tuple(message for message in messages if not message.caller))
        for piece in self.replies.popleft():
            yield piece


class Functions:
    """One that reads, one that ends the call, one that transfers."""

    tools = (
        Tool("read", "reads", {}),
        Tool("end_call", "ends", {}, Effect.CALL),
        Tool("transfer", "moves", {}, Effect.CALL),
    )

    def __init__(self) -> None:
        self.ran: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def run(self, call: ToolCall, context: CallContext) -> ToolResult:
        assert context.call_id == "c1"
        self.ran.append(call.name)
        await self.gate.wait()
        data = {"target": "2000"} if call.name == "transfer" else {"name": "Ana López"}
        return ToolResult(call.call_id, call.name, ok=True, data=data)


class Beeps:
    """Speaks 0.1 s a word; keeps in which languages."""

    fails = False

    def __init__(self) -> None:
        self.languages: list[str] = []

    async def speak(self, text: str, style: VoiceStyle) -> AsyncGenerator[AudioFrame, None]:
        self.languages.append(style.language)
        if self.fails:
            raise UnusableAnswer("no sound", "tts")
        for _ in text.split():
            yield AudioFrame(b"\x01\x10" * 800, RATE)

    async def prepare(self, texts: Sequence[str], style: VoiceStyle) -> None: ...


class Lines:
    def line(self, name: str, turn: int = 0) -> Speech:
        assert turn >= 0
        return Speech(f"[{name}]")


class EnglishLines:
    def line(self, name: str, turn: int = 0) -> Speech:
        assert turn >= 0
        return Speech(f"[English {name}]")


class Control:
    def __init__(self) -> None:
        self.did: list[str] = []
        self.refuses = False
        self.told: list[dict[str, str]] = []
        self.refuses_events = False
        self.person: Person

    async def hang_up(self, reason: str = "normal") -> None:
        self.did.append(f"hang up {reason}")

    async def transfer(self, target: str) -> None:
        if self.refuses:
            raise AriRefused(f"no extension {target}", 404)
        self.did.append(f"transfer {target}")

    async def notify(self, name: str, values: Mapping[str, str]) -> None:
        if self.refuses_events:
            raise AriRefused("no events today", 500)
        self.told.append({**values, "event": name})

    async def hand_over(self, order: HandoverOrder) -> Person:
        await self.transfer(order.target)
        self.person = Person(order)
        return self.person


class Person:
    """A hand-over whose news the test gives, over a second line."""

    def __init__(self, order: HandoverOrder) -> None:
        self.order = order
        self.link: Line | None = Line()
        self.did: list[str] = []
        self._news: asyncio.Queue[HandoverNews] = asyncio.Queue()

    def tell(self, *news: HandoverNews) -> None:
        for piece in news:
            self._news.put_nowait(piece)

    async def news(self) -> HandoverNews:
        return await self._news.get()

    def join(self) -> None:
        self.did.append("join")

    def dismiss(self) -> None:
        self.did.append("dismiss")


class Tape:
    """A recorder that keeps everything in memory."""

    def __init__(self) -> None:
        self.ticks: list[tuple[bytes, bytes]] = []
        self.notes: list[str] = []

    def write(self, heard: bytes, said: bytes) -> None:
        self.ticks.append((heard, said))

    def note(self, kind: str, model: object) -> None:
        assert model is not None
        self.notes.append(kind)

    async def close(self, metadata: RecordingMetadata) -> RecordingMetadata:
        return metadata


class Tapes:
    def __init__(self) -> None:
        self.tape = Tape()

    def open(self, metadata: RecordingMetadata, rate: int) -> Tape:
        assert metadata.recording_id == "rec_c1"
        assert rate == RATE
        return self.tape


class Book:
    def __init__(self) -> None:
        self.events: list[str] = []
        self.metadata: RecordingMetadata | None = None

    async def opened(self, metadata: RecordingMetadata) -> None:
        self.events.append("opened")
        self.metadata = metadata

    async def changed(self, metadata: RecordingMetadata) -> None:
        self.events.append("changed")
        self.metadata = metadata

    async def closed(self, metadata: RecordingMetadata) -> None:
        self.events.append("closed")
        self.metadata = metadata


class Understands:
    """Interprets at once, words and sound."""

    async def interpret(self, text: str, speech: AudioFrame | None, middle: float | None) -> Interpretation:
        return interpret(text, speech, middle)


class FakeCall:
    """A session on a line, driven tick by tick."""

    def __init__(self) -> None:
        self.line, self.ear, self.model, self.functions = Line(), ScriptedEar(), ScriptedModel(), Functions()
        self.control, self.tapes, self.book, self.voice = Control(), Tapes(), Book(), Beeps()
        self.conductor = Conductor(Loudness())
        kit = AgentKit(
            detector=self.conductor.detector,
            turn_detector=SureTurns(),
            transcriber=self.ear,
            new_model=lambda: self.model,
            tools=self.functions,
            synthesizer=self.voice,
            lines=Lines(),
            policy=CallPolicy(),
            vocabulary=("fibra 600",),
            interpreter=Understands(),
        )
        self._offer(kit)
        self.running: asyncio.Task[None] | None = None

    def limit(self, **policy: float) -> None:
        """Hold the call by other times."""
        turns = replace(self.kit.policy.turns, **policy)  # type: ignore[arg-type]
        self._offer(replace(self.kit, policy=replace(self.kit.policy, turns=turns)))

    def speak_english_too(self) -> None:
        """Let callers go over to English."""
        tongue = Tongue(EnglishLines(), VoiceStyle("bf_emma", 1.0, "en"))
        self._offer(replace(self.kit, tongues={"en": tongue}))

    def come_back(self) -> None:
        """Be a caller whom the agent had sent to somebody who did not answer."""
        self._offer(self.kit, returned="yes")

    def _offer(self, kit: AgentKit, **variables: str) -> None:
        self.kit = kit
        offer = CallOffer("c1", "ch1", "inbound", "600111222", "100", 0.0, variables={"consent": "yes", **variables})
        log = CallLog(offer, RATE, cast("RecordingWriter", self.tapes), self.book, {"stt": "scripted"})
        self.session = CallSession(offer, self.line, self.control, kit, self.conductor, log)

    async def start(self, *greeting: Speech | ToolCall) -> None:
        self.model.replies.append(list(greeting) or [Speech("Hola.")])
        self.running = asyncio.ensure_future(self.session.run())
        await self.settle()

    async def settle(self) -> None:
        for _ in range(12):
            await asyncio.sleep(0)

    async def ticks(self, seconds: float) -> None:
        for _ in range(round(seconds * 50)):
            self.conductor.tick()
            await self.settle()

    async def say(self, text: str, reply: list[Speech | ToolCall], *after_tool: list[Speech | ToolCall]) -> None:
        """Let the caller speak for half a second, and the agent answer."""
        self.ear.texts.append(text)
        self.model.replies.append(reply)
        self.model.replies.extend(after_tool)
        self.line.queue.extend([VOICE] * 25)
        await self.ticks(1.2)

    def sounding(self, last: float) -> bool:
        return any(any(frame) for frame in self.line.sent[-round(last * 50) :])

    async def over(self) -> None:
        assert self.running is not None
        await asyncio.wait_for(self.running, 1)


@pytest.fixture
def call() -> FakeCall:
    return FakeCall()
