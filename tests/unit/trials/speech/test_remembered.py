from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.audio.frame import AudioFrame
from ivr.ports import Hints, Transcript, Word
from ivr.trials.speech.remembered import RememberedTranscriber

if TYPE_CHECKING:
    from pathlib import Path

SOUND = AudioFrame(b"\1\2" * 800, 8000)
HEARD = Transcript("hola", (Word("hola", 0.1, 0.4, 0.9),), 0.9, 0.1, "es", None, 10, alternatives=("ola", "o la"))


class Counting:
    def __init__(self) -> None:
        self.asked = 0

    async def transcribe(self, speech: AudioFrame, hints: Hints) -> Transcript:
        del speech, hints
        self.asked += 1
        return HEARD


async def test_a_sound_is_heard_once_and_then_remembered_whole(tmp_path: Path) -> None:
    engine = Counting()
    ear = RememberedTranscriber(lambda: engine, tmp_path, "whisper-base 1")
    assert await ear.transcribe(SOUND, Hints(words=True)) == HEARD
    assert await ear.transcribe(SOUND, Hints(words=True, deadline=7.0)) == HEARD
    assert engine.asked == 1


async def test_another_sound_hint_or_engine_is_heard_anew(tmp_path: Path) -> None:
    engine = Counting()
    ear = RememberedTranscriber(lambda: engine, tmp_path, "whisper-base 1")
    await ear.transcribe(SOUND, Hints())
    await ear.transcribe(SOUND, Hints(hotwords=("saldo",)))
    await ear.transcribe(SOUND, Hints(slots=frozenset({"dni"})))
    await ear.transcribe(SOUND, Hints(slots=frozenset({"phone"})))
    await ear.transcribe(SOUND.cut(0, 700), Hints())
    await RememberedTranscriber(lambda: engine, tmp_path, "whisper-small 1").transcribe(SOUND, Hints())
    assert engine.asked == 5
