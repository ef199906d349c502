"""OpenAI's audio/speech, also spoken by servers of one's own (Kokoro-FastAPI, vLLM, LocalAI): streamed raw PCM."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ivr.engines.hosted_voice import HostedVoice
from ivr.engines.openai_chat import openai_service
from ivr.engines.phrase_cache import PhraseCache
from ivr.engines.speech_stream import SpeechStream

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ivr.dialogue.delivery import Tone
    from ivr.ports import VoiceStyle

NAME = "openai"
URL = "https://api.openai.com/v1"
MODEL, OWN_MODEL = "gpt-4o-mini-tts", "tts-1"
"""The service's own, and the name that most compatible servers answer to."""
VOICE = "coral"
RATE = 24000
"""Hz of ``response_format`` pcm; a server that tells another in its content type is resampled."""
SLOWEST, FASTEST = 0.25, 4.0
LANGUAGES = {"es": "español de España", "es-MX": "español de México", "en": "English"}
MANNERS: Mapping[Tone, str] = {
    "plain": "Tono cercano y profesional de atención telefónica.",
    "calm": "Tono muy sereno, cálido y sin prisa: quien escucha está disgustado.",
    "brisk": "Tono ágil y directo: quien escucha tiene prisa.",
}


def openai_speech(url: str, key: str, model: str, cache: Path) -> HostedVoice:
    """Open OpenAI, or the server at ``url``; an empty ``model`` is the usual one there."""
    model = usual_model(url, model)
    stream = SpeechStream(openai_service(NAME, url or URL, key, "TTS_BASE_URL"), RATE)

    def request(text: str, style: VoiceStyle) -> tuple[str, Mapping[str, Any]]:
        body: dict[str, Any] = {
            "model": model,
            "voice": style.voice,
            "input": text,
            "response_format": "pcm",
            "speed": round(min(FASTEST, max(SLOWEST, style.speed)), 3),
        }
        if model.startswith("gpt-"):  # these take the pace from words, not from the number
            body["instructions"] = f"Habla {LANGUAGES.get(style.language, style.language)}. {MANNERS[style.tone]}"
        return "/audio/speech", body

    return HostedVoice(stream, request, PhraseCache(folder(url, model, cache), RATE))


def usual_model(url: str, model: str) -> str:
    """Name the model that is asked for."""
    return model or (OWN_MODEL if url else MODEL)


def folder(url: str, model: str, cache: Path) -> Path:
    """Say where the prepared phrases of a model are."""
    where = quote(url.partition("://")[2], safe="")
    return cache / f"{NAME}-{where + '-' if where else ''}{quote(usual_model(url, model), safe='')}"
