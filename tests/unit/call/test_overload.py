"""A process that cannot keep its tick leaves stages out, in whole calls."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ivr.call.ear import Ear
from ivr.call.kit import VoiceEngines
from ivr.dialogue.conversation import Speech
from ivr.ports import HangUp, Hints, Transcript

if TYPE_CHECKING:
    import pytest

    from ivr.audio.frame import AudioFrame
    from tests.unit.call.conftest import FakeCall

LATE, ON_TIME = 0.03, 0.0


class Quieter:
    """A denoiser whose answers are always there; counts what it was asked."""

    lag = 3
    late = 0

    def __init__(self) -> None:
        self.fed = 0

    def open(self, rate: int) -> Quieter:
        assert rate == 8000
        return self

    async def clean(self, speech: AudioFrame) -> AudioFrame:
        return speech

    def feed(self, pcm: bytes) -> bytes | None:
        self.fed += 1
        return bytes(len(pcm))

    def close(self) -> None: ...


def with_denoiser(call: FakeCall) -> Quieter:
    denoiser = Quieter()
    kit = replace(call.session._kit, voice=VoiceEngines(denoiser))
    call.session._kit = kit
    call.session._ear = Ear(8000, kit.detector, kit.policy.endpointing, denoiser)
    return denoiser


async def test_stages_drop_out_in_order_and_come_back_and_the_calls_record_tells_when(
    call: FakeCall, caplog: pytest.LogCaptureFixture
) -> None:
    denoiser = with_denoiser(call)
    await call.start()
    await call.ticks(0.5)
    assert denoiser.fed == 25
    with caplog.at_level(logging.WARNING):
        for _ in range(150):
            call.conductor.keep_pace(LATE)
        await call.ticks(0.5)
        assert denoiser.fed == 25
        for _ in range(2000):
            call.conductor.keep_pace(ON_TIME)
    await call.ticks(0.5)
    assert denoiser.fed == 50
    call.session.leave(HangUp(16))
    await call.ticks(0.1)
    await call.over()
    assert call.book.metadata is not None
    changes = [(stage.stage, stage.on) for stage in call.book.metadata.stages]
    dropped = [("isolation", False), ("denoise", False), ("prosody", False)]
    assert changes == [*dropped, *[(stage, True) for stage, _ in reversed(dropped)]]
    assert call.conductor.shedding.dropped == 3
    logged = [record.getMessage() for record in caplog.records]
    assert logged[0].startswith("isolation is left out: 100 % of the last second's ticks were late, with 1 calls")
    assert any(message.startswith("prosody is on again") for message in logged)


async def test_a_call_that_begins_under_load_is_told_what_is_left_out(call: FakeCall) -> None:
    for _ in range(60):
        call.conductor.keep_pace(LATE)
    await call.start()
    await call.ticks(0.2)
    call.session.leave(HangUp(16))
    await call.ticks(0.1)
    await call.over()
    assert call.book.metadata is not None
    assert [(stage.stage, stage.on, stage.at) for stage in call.book.metadata.stages] == [("isolation", False, 0.0)]


async def test_what_is_wrong_with_the_callers_sound_stands_in_the_record(call: FakeCall) -> None:
    await call.start()
    await call.ticks(1.0)
    call.model.replies += [[Speech("Bien.")]] * 2
    call.ear.texts += ["hola"] * 2
    call.line.queue.extend([b"\xff\x7f" * 160] * 50)
    await call.ticks(2.0)
    call.session.leave(HangUp(16))
    await call.ticks(0.1)
    await call.over()
    assert call.book.metadata is not None
    clipped, offset = call.book.metadata.sound_faults
    assert "clipped: record more quietly" in clipped
    assert "constant offset" in offset


async def test_the_recogniser_hears_the_caller_without_a_constant_offset(call: FakeCall) -> None:
    heard: list[AudioFrame] = []

    class Keeps:
        async def transcribe(self, speech: AudioFrame, hints: Hints) -> Transcript:
            assert hints.language == "es"
            heard.append(speech)
            return Transcript("hola", confidence=0.9)

    call.session._kit = replace(call.session._kit, transcriber=Keeps())
    await call.start()
    await call.ticks(1.0)
    call.model.replies += [[Speech("Bien.")]] * 2
    tone = (3000 * np.sin(np.arange(8000) / 3) + 4000).astype(np.int16).tobytes()
    call.line.queue.extend(tone[at : at + 320] for at in range(0, len(tone), 320))
    await call.ticks(2.0)
    call.session.leave(HangUp(16))
    await call.ticks(0.1)
    await call.over()
    assert abs(np.frombuffer(heard[0].pcm, np.int16).mean()) < 1
    assert np.frombuffer(heard[0].pcm, np.int16).std() > 1500
