"""One real call in which the model is killed, the hosted voice stalls and a function hangs: what its caller hears."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from ivr.audio.frame import AudioFrame
from ivr.audio.resample import resample
from ivr.cli.line import open_line
from ivr.engines.espeak import EspeakSynthesizer
from ivr.metadata import Outcome
from ivr.ports import VoiceStyle
from ivr.telephony.phone import Phone
from ivr.telephony.phone_values import PhoneConfig
from ivr.trials.caller import KEY_SECONDS
from ivr.trials.evidence import CallEvidence
from ivr.trials.measure import Span, TwoTracks, sounds
from tests.acceptance.test_conversation import system
from tests.integration.llm.served import MODEL, serving
from tests.integration.voices.conftest import RATE, Behaviour, VoiceServer, opened
from tests.integration.voices.conftest import server as voice_server

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path

    from aiohttp import web

    from ivr.metadata import RecordingMetadata
    from ivr.settings import Settings
    from ivr.trials.line import TrialLine
    from tests.integration.llm.served import Served

pytestmark = [pytest.mark.asterisk, pytest.mark.engine, pytest.mark.slow]

FUNCTIONS = """\
functions:
  - name: track_order
    description: Tells where an order is.
    parameters:
      order: {type: digits, length: 4, description: Order number}
    timeout: 8
    target: {http: {url: "http://127.0.0.1:PORT/orders/{order}", answer: {status: status}}}
    local:
      intents: [order_status]
      when: ["¿dónde está mi pedido?"]
      ask: {order: "¿Me dice el número de pedido? Son cuatro cifras."}
      say: "Su pedido está {status}."
"""
MOST_SILENCE = 3.0
QUIET = 3.5
"""Seconds of silence after which the agent is taken to have finished; more than it may ever leave a caller in."""
BLOCK = RATE // 10

voices = voice_server


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with serving(tmp_path) as server:
        yield server


def speaks(share: float = 1.0) -> Behaviour:
    """Speak as a hosted voice does, four times as fast as it is heard; of less than the whole, nothing more comes."""

    async def behave(request: web.Request, words: list[str]) -> web.StreamResponse:
        style = VoiceStyle(language="es")
        spoken = AudioFrame.join([frame async for frame in EspeakSynthesizer().speak(" ".join(words), style)])
        pcm = resample(spoken, RATE).pcm
        response = await opened(request)
        for at in range(0, round(len(pcm) * share), BLOCK):
            await response.write(pcm[at : at + BLOCK])
            await asyncio.sleep(0.0125)
        while share < 1.0:
            await asyncio.sleep(0.02)
            if request.transport is None or request.transport.is_closing():
                raise ConnectionResetError
        return response

    return behave


@dataclass
class Patient:
    """A caller who lets the agent finish, and notes when each thing was said."""

    phone: Phone
    line: TrialLine
    turns: list[Span] = field(default_factory=list)

    async def listens(self, after_sounds: int = 0) -> None:
        assert await self.phone.heard_quiet(QUIET, 40.0, after_sounds=after_sounds), "the agent never finished"

    async def says(self, text: str) -> int:
        """Say it; answers how often the agent had sounded by then."""
        said = await self.phone.say(await self.line.voices.line(text, "em_alex"))
        self.turns.append(Span(said.start, said.end))
        return self.phone.sounds

    async def keys(self, digits: str) -> int:
        """Press keys; answers how often the agent had sounded by then."""
        start = self.phone.time
        self.phone.press(digits)
        await asyncio.sleep(KEY_SECONDS * len(digits))
        self.turns.append(Span(start, self.phone.time))
        return self.phone.sounds

    def silences(self, recording: Path) -> list[float]:
        """Give, for each turn, the longest silence before its answer was over."""
        tracks = TwoTracks.read(recording)
        heard = sounds(tracks.heard, tracks.rate)
        ends = [turn.start for turn in self.turns[1:]] + [tracks.duration]
        return [_longest(heard, turn.end, end) for turn, end in zip(self.turns, ends, strict=True)]


def _longest(heard: list[Span], start: float, end: float) -> float:
    longest = 0.0
    for span in heard:
        if start < span.end and span.start < end:
            longest = max(longest, span.start - start)
            start = span.end
    return longest


@pytest.fixture
async def hanging(tmp_path: Path) -> AsyncIterator[Path]:
    """Give a file with a function whose server takes every connection and answers none."""

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()  # until the other end has had enough
        writer.close()

    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    file = tmp_path / "functions.yaml"
    file.write_text(FUNCTIONS.replace("PORT", str(server.sockets[0].getsockname()[1])))
    yield file
    server.close()
    await server.wait_closed()


async def test_a_call_outlives_its_model_its_voice_and_a_function(
    tmp_path: Path, served: Served, voices: VoiceServer, hanging: Path, measured: Callable[[str], None]
) -> None:
    loaded = await served.ready()
    voices.plan.append(speaks())
    own = {
        "LLM_PROVIDER": "llamacpp",
        "LLM_MODEL": MODEL,
        "LLM_TURNS": "all",
        "LLM_PORT": str(served.port),
        "TTS_PROVIDER": "openai",
        "TTS_BASE_URL": f"{voices.url}/v1",
        "FUNCTIONS": str(hanging),
    }
    with system(tmp_path, **own) as settings:
        await asyncio.sleep(max(0.0, 20 - loaded))  # the model reads its instructions
        patient, metadata = await _converse(settings, served, voices, tmp_path / "call.wav")
    longest = patient.silences(tmp_path / "call.wav")
    measured(
        f"a real call: {longest[0]:.2f} s of silence at most with its model killed, {longest[1]:.2f} s with its voice "
        f"stalled, {longest[3]:.2f} s with a function that hangs"
    )
    heard = " ".join(turn.heard for turn in metadata.turns if turn.who == "agent")
    assert "lunes a viernes" in heard
    assert "Bizum" in heard
    assert max(longest) <= MOST_SILENCE
    assert metadata.call.outcome is Outcome.COMPLETED
    failed = [model for turn in metadata.turns for model in turn.models if model.outcome == "failed"]
    assert failed
    assert failed[0].provider == "llamacpp"
    assert [(tool.name, tool.ok) for tool in metadata.tools][:1] == [("track_order", False)]
    assert any(switch.cut for switch in metadata.voice_switches)


async def _converse(
    settings: Settings, served: Served, voices: VoiceServer, recording: Path
) -> tuple[Patient, RecordingMetadata]:
    line = open_line(settings)
    began = time.time()
    async with Phone(PhoneConfig(line.server, line.user, line.password, line.port)) as phone:
        await phone.register()
        assert (await phone.call("100", recording)).answered
        patient = Patient(phone, line)
        await patient.listens()

        before = await patient.says("Hola, buenos días. ¿Qué horario de atención tienen?")
        assert await phone.heard_sound(MOST_SILENCE + 1, after_sounds=before)
        served.kill()
        await patient.listens(before)

        voices.plan.appendleft(speaks(0.5))
        before = await patient.says("¿Y cómo puedo pagar el recibo?")
        await patient.listens(before)

        before = await patient.says("¿Dónde está mi pedido?")
        await patient.listens(before)
        before = await patient.keys("1234")
        await patient.listens(before)

        await patient.says("No, nada más, gracias. Adiós.")
        assert await phone.has_ended(20)
    return patient, await CallEvidence(settings.storage_local_path, line.user, began).metadata()
