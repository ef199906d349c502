"""``ivr bench media``: what a concurrent call costs without speech-to-text, language model and text-to-speech.

Everything else is the product's own: RTP in and out, codecs, jitter buffer, voice detection, turn state, playout, the
recording on disk, and the voice stages that the settings switch on. The three engines answer at once with something
fixed, so that turns really change hands. Real speech comes in from a sender process of its own, whose cost is not
counted.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import psutil

from ivr.audio.codec import Alaw
from ivr.audio.frame import AudioFrame
from ivr.audio.resample import resample
from ivr.call.conductor import Conductor
from ivr.call.kit import AgentKit, VoiceEngines
from ivr.call.log import CallLog
from ivr.call.session import CallSession
from ivr.dialogue.conversation import Message, Speech
from ivr.errors import ChannelGone, MediaError
from ivr.ports import CallOffer, HangUp, Hints, Transcript, VoiceStyle
from ivr.rtp.link import PortRange, RtpLink, open_rtp_link
from ivr.trials.media_sender import PHASES

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping, Sequence
    from pathlib import Path

    from ivr.call.recorder import RecordingWriter
    from ivr.call.shedding import StageChanged
    from ivr.dialogue.tools import Tool, ToolCall, ToolResult
    from ivr.handover_ports import Handover, HandoverOrder
    from ivr.metadata import RecordingMetadata
    from ivr.ports import CallContext, Interpreter, VoiceDetector, VoiceStream
    from ivr.trials.voices import CallerVoices

RATE = 8000
WARM_UP = 3.0
"""Seconds of sound before the measurement: recordings are open, every call is past its greeting."""
STATE_SECONDS = 0.7
"""What a call's noise reduction takes to begin; these calls all begin at once."""
REPLY = "Muy bien. Un momento, por favor."


@dataclass(frozen=True, slots=True)
class MediaReport:
    """What the calls cost. Times in milliseconds; CPU in percent of one core."""

    calls: int
    seconds: float
    cpu_percent: float
    cpu_percent_per_call: float
    tick_lateness_ms: dict[str, float]
    packets_received: int
    packets_sent: int
    packets_lost: int
    turns: int
    clean_late: int
    """Ticks, of all calls, whose clean sound was not there in time."""
    left_out: tuple[str, ...]
    """Stages of voice processing that the process could not keep up."""
    path_ms: dict[str, float] = field(default_factory=dict)
    """From a packet's way to us until its sound is on its way back: our part of what callers wait, both directions."""
    sender: dict[str, float] = field(default_factory=dict)

    def as_dict(self) -> dict[str, object]:
        """Give it as JSON-able values."""
        return asdict(self)


QUESTIONS = (
    "Buenos días, quería consultar mi saldo.",
    "¿Y cuándo vence la factura?",
    "Es que ayer por la tarde se me cortó internet y no ha vuelto.",
    "¿Qué tarifas de fibra tienen?",
)
THINKING = 3.0
"""Seconds that callers are silent between two questions."""


async def spoken_sounds(voices: CallerVoices, folder: Path) -> tuple[AudioFrame, Path]:
    """Give what the agent says (8 kHz) and the A-law file of what callers say, pauses included."""
    reply = resample(await voices.line(REPLY, "ef_dora"), RATE)
    pcm = b""
    for number, text in enumerate(QUESTIONS):
        line = await voices.line(text, ("em_alex", "em_santa")[number % 2])
        pcm += resample(line, RATE).pcm + AudioFrame.silence(THINKING, RATE).pcm
    path = folder / "callers.al"
    path.write_bytes(Alaw().encode(pcm))
    return reply, path


class FixedEngines:
    """Stands in for the engines whose cost is not measured; answers at once."""

    def __init__(self, spoken: AudioFrame) -> None:
        self._spoken = spoken
        self.turns = 0

    async def complete(self, speech: AudioFrame) -> float:
        """Call every pause the end of a turn."""
        del speech
        return 1.0

    async def transcribe(self, speech: AudioFrame, hints: Hints) -> Transcript:
        """Hear a question in everything."""
        del speech, hints
        self.turns += 1
        return Transcript("Quería consultar mi saldo.", confidence=0.9)

    async def reply(
        self, messages: Sequence[Message], tools: Sequence[Tool]
    ) -> AsyncGenerator[Speech | ToolCall, None]:
        """Answer everything alike."""
        del messages, tools
        yield Speech(REPLY)

    async def speak(self, text: str, style: VoiceStyle) -> AsyncGenerator[AudioFrame, None]:
        """Speak the same sound for every clause."""
        del text, style
        yield self._spoken

    async def warm(self) -> None:
        """Be warm already."""

    async def prepare(self, texts: Sequence[str], style: VoiceStyle) -> None:
        """Need no preparation."""

    def line(self, name: str, turn: int = 0) -> Speech:
        """Give the same line for every occasion."""
        del name, turn
        return Speech(REPLY)

    @property
    def tools(self) -> Sequence[Tool]:
        """Offer no business functions."""
        return ()

    async def run(self, call: ToolCall, context: CallContext) -> ToolResult:
        """Never happen: nothing is offered."""
        raise MediaError(f"nothing was offered, and {call.name} was called for {context.call_id}; report this as a bug")


class NoLine:
    """The control of a call that has no PBX."""

    async def hang_up(self, reason: str = "normal") -> None:
        """Have nothing to hang up."""

    async def transfer(self, target: str) -> None:
        """Have nowhere to transfer to."""

    async def notify(self, name: str, values: Mapping[str, str]) -> None:
        """Have no listeners."""

    async def hand_over(self, order: HandoverOrder) -> Handover:
        """Have nobody to hand over to."""
        raise ChannelGone(f"a call of the bench has no PBX; nobody at {order.target} can be reached")


class NoBook:
    """Keeps no rows: the database is not on a call's path."""

    async def changed(self, metadata: RecordingMetadata) -> None:
        """Keep nothing."""

    async def opened(self, metadata: RecordingMetadata) -> None:
        """Note nothing."""

    async def closed(self, metadata: RecordingMetadata) -> None:
        """Note nothing."""


class Echo:
    """A call, as the conductor sees it, that says in each tick what it hears: it shows how long sound is on its way."""

    def __init__(self, link: RtpLink, stream: VoiceStream) -> None:
        """Take a leg of its own."""
        self.link = link
        self.stream = stream
        self._heard = b""

    def hear(self) -> None:
        """Take the next 20 ms; nothing for the voice detector."""
        self._heard = self.link.receive()

    def step(self, probability: float | None) -> None:
        """Send what was heard."""
        del probability
        self.link.send(self._heard)

    def fail(self, error: Exception) -> None:
        """End the trial: there is nothing to measure."""
        raise MediaError("the echo's tick broke") from error

    def stage_changed(self, change: StageChanged) -> None:
        """Have no stages."""


class MediaTrial:
    """Runs a number of calls in this process and measures it."""

    def __init__(
        self,
        detector: VoiceDetector,
        writer: RecordingWriter,
        speech: AudioFrame,
        voice: VoiceEngines | None = None,
        interpreter: Interpreter | None = None,
    ) -> None:
        """Take the product's detector, recorder and voice engines; ``speech`` is 8 kHz, what the agent says."""
        self._engines = FixedEngines(speech)
        engines = self._engines
        stages = voice or VoiceEngines()
        kit = AgentKit(detector, engines, engines, lambda: engines, engines, engines, engines)
        self._kit = replace(kit, voice=stages, interpreter=interpreter)
        self._writer = writer
        self._conductor = Conductor(detector)

    async def run(self, calls: int, seconds: float, alaw: Path, ports: PortRange) -> MediaReport:
        """Hold ``calls`` calls and measure ``seconds`` of them; ``alaw`` is what the callers say."""
        links = [open_rtp_link(ports, "alaw") for _ in range(calls)]
        echoes = [Echo(open_rtp_link(ports, "alaw"), self._kit.detector.new_stream()) for _ in range(PHASES)]
        sessions = [self._session(number, link) for number, link in enumerate(links)]
        order = {
            "ports": [link.port for link in links],
            "echoes": [echo.link.port for echo in echoes],
            "alaw": str(alaw),
            "seconds": self._warm_up(calls) + seconds + 1.0,
        }
        async with asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(session.run()) for session in sessions]
            for echo in echoes:
                self._conductor.add(echo)
            ticking = tasks.create_task(self._conductor.run())
            sender = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "ivr.trials.media_sender",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
            )
            talking = tasks.create_task(sender.communicate(json.dumps(order).encode() + b"\n"))
            report = await self._measure(seconds, links, sessions, running)
            output, _ = await talking
            for session in sessions:
                session.leave(HangUp())
            await asyncio.wait(running)
            ticking.cancel()
        for link in (*links, *(echo.link for echo in echoes)):
            await link.aclose()
        if sender.returncode:
            raise MediaError("the sender process failed; its error is above")
        far_end = json.loads(output)
        return replace(report, path_ms=_spread(far_end.pop("echo_ms")), sender=far_end)

    def _warm_up(self, calls: int) -> float:
        return WARM_UP + (STATE_SECONDS * calls if self._kit.voice.denoiser else 0.0)

    def _session(self, number: int, link: RtpLink) -> CallSession:
        offer = CallOffer(f"bench-{number}", f"bench-{number}", "inbound", f"9{number:08d}", "100", time.time(), "alaw")
        log = CallLog(offer, link.rate, self._writer, NoBook(), {})
        return CallSession(offer, link, NoLine(), self._kit, self._conductor, log)

    async def _measure(
        self,
        seconds: float,
        links: list[RtpLink],
        sessions: list[CallSession],
        running: list[asyncio.Task[None]],
    ) -> MediaReport:
        calls = len(sessions)
        await asyncio.sleep(self._warm_up(calls))
        process = psutil.Process()
        before, first_tick = process.cpu_times(), len(self._conductor.lateness)
        late = sum(session.late_ticks for session in sessions)
        packets, turns, started = _counts(links), self._engines.turns, time.monotonic()
        await asyncio.sleep(seconds)
        wall = time.monotonic() - started
        after = process.cpu_times()
        ended = sum(task.done() for task in running)
        if ended:
            raise MediaError(f"{ended} of {calls} calls ended during the measurement; look at the log above")
        cpu = (after.user + after.system - before.user - before.system) / wall * 100
        received, sent, lost = (now - then for now, then in zip(_counts(links), packets, strict=True))
        return MediaReport(
            calls=calls,
            seconds=round(wall, 2),
            cpu_percent=round(cpu, 2),
            cpu_percent_per_call=round(cpu / calls, 3),
            tick_lateness_ms=_spread([late * 1000 for late in self._conductor.lateness[first_tick:]]),
            packets_received=received,
            packets_sent=sent,
            packets_lost=lost,
            turns=self._engines.turns - turns,
            clean_late=sum(session.late_ticks for session in sessions) - late,
            left_out=self._conductor.shedding.off,
        )


def _counts(links: list[RtpLink]) -> tuple[int, int, int]:
    stats = [link.stats for link in links]
    return sum(s.received for s in stats), sum(s.sent for s in stats), sum(s.lost for s in stats)


def _spread(milliseconds: list[float]) -> dict[str, float]:
    if not milliseconds:
        raise MediaError("nothing was measured; look at the log above")
    p50, p95, p99 = (round(float(value), 2) for value in np.percentile(milliseconds, [50, 95, 99]))
    return {"p50": p50, "p95": p95, "p99": p99, "max": round(max(milliseconds), 2)}
