"""The caller's state sets how the agent speaks, and a change of voice is written down with the call."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.audio.frame import AudioFrame
from ivr.call.speaking import BUFFERED, NOTE_SWITCH
from ivr.dialogue.conversation import Speech
from ivr.metadata import VoiceSwitchRecord
from ivr.ports import HangUp, VoiceStyle

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from tests.unit.call.conftest import FakeCall


class Listened:
    """Beeps, and notes in which style each clause was asked for."""

    def __init__(self) -> None:
        self.styles: list[tuple[str, float, str]] = []
        self.buffered: list[float] = []

    async def speak(self, text: str, style: VoiceStyle) -> AsyncGenerator[AudioFrame, None]:
        self.styles.append((text, style.speed, style.tone))
        buffered = BUFFERED.get()
        assert buffered is not None
        self.buffered.append(buffered())
        NOTE_SWITCH.get()(VoiceSwitchRecord(left="hosted", taken="kokoro", cut=True))
        for _ in text.split():
            yield AudioFrame(b"\x01\x10" * 800, 8000)

    async def prepare(self, texts: Sequence[str], style: VoiceStyle) -> None: ...


async def test_figures_are_slower_and_an_upset_caller_is_spoken_to_calmly(call: FakeCall) -> None:
    voice = Listened()
    call._offer(replace(call.kit, synthesizer=voice))
    await call.start()
    await call.ticks(1)
    await call.say("Quiero saber mi saldo.", [Speech("Muy bien. Son cuarenta euros.")])
    await call.ticks(2)
    await call.say("Estoy harto, esto es una vergüenza, sois unos inútiles.", [Speech("Lo siento mucho.")])
    await call.ticks(2)
    call.session.leave(HangUp(16))
    await call.ticks(0.1)
    await call.over()
    spoken = {text: (speed, tone) for text, speed, tone in voice.styles}
    assert spoken["Muy bien."] == (1.0, "plain")
    assert spoken["Son cuarenta euros."] == (0.93, "plain")
    assert spoken["Lo siento mucho."] == (0.93, "calm")
    assert voice.buffered[voice.styles.index(("Son cuarenta euros.", 0.93, "plain"))] > 0
    assert call.book.metadata is not None
    switches = call.book.metadata.voice_switches
    assert len(switches) == len(voice.styles)
    assert (switches[0].left, switches[0].taken, switches[0].cut) == ("hosted", "kokoro", True)
    assert switches[-1].at > switches[0].at
