from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.audio.frame import AudioFrame
from ivr.engines.last_resort import LastResort
from ivr.errors import EngineUnavailable
from ivr.ports import VoiceStyle

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

STYLE = VoiceStyle()


class Voice:
    """Gives some frames of its own rate, then fails where it is told to."""

    def __init__(self, rate: int, frames: int = 1, *, fails: bool = False) -> None:
        self.rate, self.frames, self.fails = rate, frames, fails
        self.prepared: list[str] = []

    async def speak(self, text: str, style: VoiceStyle) -> AsyncGenerator[AudioFrame, None]:
        assert text
        assert style is STYLE
        for _ in range(self.frames):
            yield AudioFrame.silence(0.1, self.rate)
        if self.fails:
            raise EngineUnavailable("broken", "voice")

    async def prepare(self, texts: Sequence[str], style: VoiceStyle) -> None:
        assert style is STYLE
        if self.fails:
            raise EngineUnavailable("broken", "voice")
        self.prepared += texts


async def rates(first: Voice, spare: Voice) -> list[int]:
    return [frame.rate async for frame in LastResort(first, spare).speak("Hola.", STYLE)]


async def test_the_first_voice_speaks_while_it_can() -> None:
    assert await rates(Voice(24000, 2), Voice(22050)) == [24000, 24000]


async def test_a_clause_of_which_it_gave_no_sound_is_spoken_by_the_spare(caplog: pytest.LogCaptureFixture) -> None:
    assert await rates(Voice(24000, 0, fails=True), Voice(22050)) == [22050]
    assert "last resort" in caplog.text


async def test_a_clause_that_breaks_off_is_not_begun_anew_in_another_voice() -> None:
    with pytest.raises(EngineUnavailable):
        await rates(Voice(24000, 1, fails=True), Voice(22050))


async def test_where_both_fail_the_error_is_the_spares() -> None:
    with pytest.raises(EngineUnavailable):
        await rates(Voice(24000, 0, fails=True), Voice(22050, 0, fails=True))


async def test_phrases_are_prepared_by_the_first_voice_and_its_failure_keeps_no_call_away(
    caplog: pytest.LogCaptureFixture,
) -> None:
    first = Voice(24000)
    await LastResort(first, Voice(22050)).prepare(["Hola."], STYLE)
    assert first.prepared == ["Hola."]
    await LastResort(Voice(24000, fails=True), Voice(22050)).prepare(["Hola."], STYLE)
    assert "broken" in caplog.text
