"""Another person speaks over the agent, in a whole call."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ivr.call.attention import attention_of
from ivr.call.kit import VoiceEngines
from ivr.dialogue.conversation import Speech
from ivr.ports import HangUp

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ivr.audio.frame import AudioFrame
    from tests.unit.call.conftest import FakeCall

LONG = " ".join(["palabra"] * 60) + "."
CALLER, OTHER = b"\x10\x20" * 160, b"\x10\x50" * 160


class ByLevel:
    """Tells the caller's voice (one level) from another's (a higher one), half a second at a time."""

    window = step = 0.5
    same, scatter = 0.9, 0.0

    async def voiceprints(self, speech: AudioFrame) -> NDArray[np.float32]:
        values = np.frombuffer(speech.pcm, np.int16)
        windows = values[: max(1, len(values) // 4000) * 4000]
        voice = [0.0, 1.0] if np.median(windows) > 0x4000 else [1.0, 0.0]
        return np.tile(np.array(voice, np.float32), (max(1, len(values) // 4000), 1))

    async def isolate(self, speech: AudioFrame, sample: AudioFrame) -> AudioFrame:
        assert sample.duration >= 3
        return speech


async def talk(call: FakeCall, voice: bytes, seconds: float, text: str) -> None:
    call.ear.texts.append(text)
    call.line.queue.extend([voice] * round(seconds * 50))
    await call.ticks(seconds + 1.2)


async def enrolled(call: FakeCall) -> None:
    """Begin a call in which the agent knows the caller's voice, and answers at length."""
    voices = ByLevel()
    kit = replace(call.session._kit, voice=VoiceEngines(encoder=voices, speaker_filter=voices))
    call.session._kit = kit
    call.session._attention = attention_of(kit, call.session._book, lambda: True)
    await call.start()
    await call.ticks(1)
    call.model.replies += [[Speech("Bien.")], [Speech("Bien.")], [Speech(LONG)]]
    for _ in range(3):
        await talk(call, CALLER, 1.8, "Quería saber mi saldo.")


async def hang_up(call: FakeCall) -> None:
    call.session.leave(HangUp(16))
    await call.ticks(0.1)
    await call.over()


async def test_the_agent_goes_on_when_another_person_says_something(call: FakeCall) -> None:
    await enrolled(call)
    await talk(call, OTHER, 0.8, "Dile que sí, que lo queremos.")
    assert call.sounding(0.3)
    await hang_up(call)
    assert call.book.metadata is not None
    assert [record.kind for record in call.book.metadata.interruptions] == ["noise"]
    assert call.book.metadata.voices[-1].who in {"second_voice", "echo"}
    assert not any(turn.interrupted for turn in call.book.metadata.turns[:-1])


async def test_the_agent_goes_on_while_a_television_talks_without_a_pause(call: FakeCall) -> None:
    await enrolled(call)
    call.line.queue.extend([OTHER] * 200)
    await call.ticks(2.5)
    assert call.sounding(0.3)
    await hang_up(call)
    assert call.book.metadata is not None
    assert "interruption" not in [record.kind for record in call.book.metadata.interruptions]


async def test_the_caller_still_stops_the_agent(call: FakeCall) -> None:
    await enrolled(call)
    call.model.replies.append([Speech("De acuerdo.")])
    await talk(call, CALLER, 1.8, "No, quiero hablar de otra cosa.")
    await hang_up(call)
    assert call.book.metadata is not None
    assert [record.kind for record in call.book.metadata.interruptions] == ["interruption"]
