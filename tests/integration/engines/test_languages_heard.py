"""Real Whisper and real voices: a caller who speaks English is heard in English, one who speaks Spanish never is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.audio.frame import AudioFrame
from ivr.audio.resample import resample
from ivr.call.tongue_switch import CallTongue, TongueSwitch
from ivr.engines.kokoro import KokoroSynthesizer
from ivr.engines.store import ModelStore
from ivr.engines.whisper import WhisperTranscriber
from ivr.language.tongues import TONGUES
from ivr.ports import Hints, VoiceStyle
from ivr.settings import load_settings
from ivr.trials.speech.channel import telephone

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

pytestmark = pytest.mark.engine
MARGIN = AudioFrame.silence(0.3, 8000)


async def said(voices: KokoroSynthesizer, text: str, voice: str, language: str) -> AudioFrame:
    frames: list[AudioFrame] = [frame async for frame in voices.speak(text, VoiceStyle(voice, 1.0, language))]
    return telephone(AudioFrame.join([MARGIN, resample(AudioFrame.join(frames), 8000), MARGIN]))


@pytest.fixture
async def voices(tmp_path: Path) -> AsyncGenerator[KokoroSynthesizer]:
    synthesizer = KokoroSynthesizer(ModelStore(load_settings().cache), tmp_path)
    yield synthesizer
    synthesizer.close()


@pytest.fixture
async def whisper() -> AsyncGenerator[WhisperTranscriber]:
    transcriber = WhisperTranscriber(ModelStore(load_settings().cache))
    yield transcriber
    transcriber.close()


async def test_an_english_caller_is_followed_and_heard_anew(
    voices: KokoroSynthesizer, whisper: WhisperTranscriber
) -> None:
    speech = await said(voices, "My internet has not been working since yesterday.", "am_michael", "en")
    heard = await whisper.transcribe(speech, Hints(tells=TONGUES))
    seconds = speech.end - speech.start
    assert CallTongue("es", TONGUES[1:]).hear(heard.text, dict(heard.odds), 0.0, seconds) == TongueSwitch(
        "en", "spoken"
    )
    anew = await whisper.transcribe(speech, Hints(language="en"))
    assert "not been working" in anew.text.lower()


async def test_a_spanish_caller_with_english_names_stays_in_spanish(
    voices: KokoroSynthesizer, whisper: WhisperTranscriber
) -> None:
    tongue = CallTongue("es", TONGUES[1:])
    for start, text in enumerate(
        ("Me llamo Jennifer O'Connor y soy de Torremolinos.", "Quiero el pack Business con Netflix.", "Okay, hello.")
    ):
        speech = await said(voices, text, "em_alex", "es")
        heard = await whisper.transcribe(speech, Hints(tells=TONGUES))
        assert len(heard.odds) == len(TONGUES)
        assert tongue.hear(heard.text, dict(heard.odds), float(start), speech.end - speech.start) is None


async def test_odds_are_only_told_when_they_are_asked_for(whisper: WhisperTranscriber) -> None:
    assert (await whisper.transcribe(AudioFrame(b"\x00\x10" * 16000, 8000), Hints())).odds == ()
