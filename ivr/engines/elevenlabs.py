"""ElevenLabs' voices, streamed over HTTP as raw telephone sound (https://elevenlabs.io/docs/api-reference)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

from ivr.audio.codec import Ulaw
from ivr.engines.event_stream import Service
from ivr.engines.hosted_voice import HostedVoice
from ivr.engines.phrase_cache import PhraseCache
from ivr.engines.speech_stream import SpeechStream

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ivr.dialogue.delivery import Tone
    from ivr.ports import VoiceStyle

    Format = Literal["pcm_16000", "ulaw_8000"]

NAME = "elevenlabs"
URL = "https://api.elevenlabs.io"
MODEL = "eleven_flash_v2_5"
"""The quickest that speaks Spanish."""
VOICE = "EXAVITQu4vr4xnSDxMaL"
"""Sarah, one of those that every account has."""
SLOWEST, FASTEST = 0.7, 1.2
RATES: Mapping[Format, int] = {"pcm_16000": 16000, "ulaw_8000": 8000}
STABILITY: Mapping[Tone, float] = {"plain": 0.5, "calm": 0.75, "brisk": 0.4}


def elevenlabs(url: str, key: str, model: str, cache: Path, sound: Format = "pcm_16000") -> HostedVoice:
    """Open ElevenLabs; an empty ``url`` or ``model`` is the usual one."""
    model = model or MODEL
    service = Service(NAME, url or URL, {"xi-api-key": key}, key, "ELEVENLABS_API_KEY", "TTS_BASE_URL")
    rate = RATES[sound]
    stream = SpeechStream(service, rate, Ulaw().decode if sound == "ulaw_8000" else None)

    def request(text: str, style: VoiceStyle) -> tuple[str, Mapping[str, Any]]:
        settings = {
            "stability": STABILITY[style.tone],
            "similarity_boost": 0.75,
            "speed": min(FASTEST, max(SLOWEST, style.speed)),
        }
        body: dict[str, Any] = {"text": text, "model_id": model, "voice_settings": settings}
        if model.endswith("_v2_5"):  # the others judge the language themselves and refuse to be told
            body["language_code"] = style.language.partition("-")[0]
        return f"/v1/text-to-speech/{quote(style.voice, safe='')}/stream?output_format={sound}", body

    return HostedVoice(stream, request, PhraseCache(folder(model, cache, sound), rate))


def folder(model: str, cache: Path, sound: Format = "pcm_16000") -> Path:
    """Say where the prepared phrases of a model are."""
    return cache / f"{NAME}-{quote(model or MODEL, safe='')}-{sound}"
