from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from ivr.audio.frame import AudioFrame
from ivr.ports import Hints, Transcript
from ivr.trials.speech.over_agent import Cleaned, TalkingAgent

if TYPE_CHECKING:
    from collections.abc import Sequence

RATE = 8000


class Loudness:
    """Takes whatever is loud for voice."""

    rate = RATE
    window = 256

    def new_stream(self) -> object:
        return object()

    def probabilities(self, streams: Sequence[object], windows: Sequence[bytes]) -> Sequence[float]:
        assert len(streams) == len(windows)
        return [0.99 if np.abs(np.frombuffer(window, np.int16)).mean() > 1000 else 0.01 for window in windows]


class Writes:
    def __init__(self, text: str) -> None:
        self.text = text

    async def transcribe(self, speech: AudioFrame, hints: Hints) -> Transcript:
        assert speech.samples
        assert hints.words
        return Transcript(self.text, confidence=0.9)


def sound(seconds: float, level: int = 8000) -> AudioFrame:
    silence = AudioFrame.silence(0.5, RATE)
    loud = AudioFrame(np.full(round(seconds * RATE), level, np.int16).tobytes(), RATE)
    return AudioFrame.join([silence, loud])


def agent(text: str, clean: tuple[AudioFrame, float] | None = None) -> TalkingAgent:
    return TalkingAgent(RATE, Loudness(), Writes(text), clean=clean)


async def test_silence_disturbs_nobody() -> None:
    disturbed = await agent("").hear(AudioFrame.silence(3, RATE))
    assert (disturbed.pauses, disturbed.stops, disturbed.words) == (0, 0, 0)


async def test_noise_without_words_pauses_the_agent_and_lets_it_go_on() -> None:
    disturbed = await agent("").hear(sound(1.0))
    assert (disturbed.pauses, disturbed.stops, disturbed.words) == (1, 0, 0)


async def test_speech_stops_the_agent_and_its_words_reach_the_dialogue() -> None:
    disturbed = await agent("quiero hablar de otra cosa").hear(sound(1.5))
    assert (disturbed.pauses, disturbed.stops, disturbed.words) == (1, 1, 5)


async def test_sound_without_a_pause_stops_the_agent() -> None:
    assert (await agent("").hear(sound(4.0))).stops == 1


async def test_an_agent_that_listens_takes_words_for_a_turn() -> None:
    disturbed = await agent("quiero hablar de otra cosa").hear(sound(1.5), talking=False)
    assert (disturbed.pauses, disturbed.stops, disturbed.words) == (0, 0, 5)


@pytest.mark.parametrize(("most_db", "pauses"), [(60.0, 0), (3.0, 1)])
async def test_the_detector_hears_noise_turned_down_by_so_many_db(most_db: float, pauses: int) -> None:
    noise = sound(1.0)
    clean = AudioFrame.silence(noise.duration, RATE)
    assert (await agent("", (clean, most_db)).hear(noise)).pauses == pauses


def test_a_clean_form_of_another_rate_is_refused() -> None:
    with pytest.raises(ValueError, match="16000 Hz"):
        Cleaned(AudioFrame.silence(1, RATE)).open(16000)
