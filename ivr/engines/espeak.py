"""espeak-ng as a separate process: phonemes for Kokoro, and a voice of last resort."""

from __future__ import annotations

import asyncio
import io
import subprocess
import wave
from typing import TYPE_CHECKING

from ivr.audio.frame import AudioFrame
from ivr.errors import EngineUnavailable
from ivr.language.speakable import speakable

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from ivr.ports import VoiceStyle

PROGRAM = "espeak-ng"
DEADLINE = 5.0
WORDS_A_MINUTE = 160
LANGUAGES = {"es-MX": "es-419", "en": "en-gb", "gl": "es"}
"""What the program calls a language otherwise; it knows no Galician."""


def _run(arguments: list[str], text: str) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 - our own argv, the text goes by standard input
            [PROGRAM, *arguments], input=text.encode(), capture_output=True, timeout=DEADLINE, check=True
        )
    except FileNotFoundError:
        raise EngineUnavailable("espeak-ng is not installed; run: apt-get install espeak-ng", "espeak") from None
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise EngineUnavailable(
            f"espeak-ng failed: {error}; run: apt-get install --reinstall espeak-ng", "espeak"
        ) from None
    return done.stdout


def phonemes(phrases: Sequence[str], language: str) -> list[str]:
    """Give the IPA of each phrase; a phrase has no punctuation inside."""
    lines = _run(["-q", "--ipa", "-v", language], "\n\n".join(phrases)).decode().splitlines()
    spoken = [line.strip() for line in lines if line.strip()]
    if len(spoken) == len(phrases):
        return spoken
    return [" ".join(_run(["-q", "--ipa", "-v", language], phrase).decode().split()) for phrase in phrases]


class EspeakSynthesizer:
    """A Synthesizer that always works, and sounds like it; it has one voice a language."""

    async def speak(self, text: str, style: VoiceStyle) -> AsyncGenerator[AudioFrame, None]:
        """Speak one clause at 22.05 kHz."""
        language = LANGUAGES.get(style.language, style.language)
        arguments = ["--stdout", "-v", language, "-s", str(round(WORDS_A_MINUTE * style.speed))]
        document = await asyncio.to_thread(_run, arguments, speakable(text, style.language))
        with wave.open(io.BytesIO(document)) as sound:
            yield AudioFrame(sound.readframes(1 << 24), sound.getframerate())

    async def prepare(self, texts: Sequence[str], style: VoiceStyle) -> None:
        """Do nothing: it is quick enough."""
