"""The part of bootstrap that chooses the agent's voices, and who speaks where one fails."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, assert_never

from ivr.engines.espeak import EspeakSynthesizer
from ivr.engines.spoken_clause import Voice
from ivr.engines.store import ModelStore
from ivr.engines.voice_chain import VoiceChain
from ivr.engines.voice_watch import Patience
from ivr.errors import ConfigError
from ivr.ports import VoiceStyle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.engines.elevenlabs import Format
    from ivr.engines.hosted_voice import HostedVoice
    from ivr.ports import Synthesizer
    from ivr.settings import Settings

KOKORO_VOICE = "ef_dora"
AT_HAND = Patience(3.0, 3.0, within=1.0)
"""A voice on this machine: a pause on a busy one is better than a rougher voice."""
SPARE = Patience(3.0, 3.0)
"""The same where it goes on for another in the middle of a clause: there the pause has been already."""
FAILURES = 3
"""In a row, after which a voice on this machine is left alone; a hosted one is after the first."""


def demand_key(settings: Settings) -> None:
    """Refuse to start without the key that the voice needs; ConfigError."""
    match settings.tts_provider:
        case "elevenlabs" if not settings.elevenlabs_api_key.get_secret_value():
            raise ConfigError(_lacking("elevenlabs", "ELEVENLABS_API_KEY"))
        case "openai" if not (settings.openai_api_key.get_secret_value() or settings.tts_base_url):
            raise ConfigError(_lacking("openai", "OPENAI_API_KEY (or TTS_BASE_URL of a server of your own)"))


def _lacking(provider: str, variable: str) -> str:
    return f"TTS_PROVIDER={provider} needs {variable}: set it in .env or the environment, or set TTS_PROVIDER=kokoro"


def build_synthesizer(settings: Settings) -> Synthesizer:
    """Load text-to-speech as it is, with nobody behind it. ConfigError without its key or model."""
    demand_key(settings)
    cache = _speech(settings)
    match settings.tts_provider:
        case "kokoro":
            from ivr.engines.kokoro import KokoroSynthesizer

            return KokoroSynthesizer(ModelStore(settings.cache), cache=cache)
        case "coqui":
            from ivr.engines.coqui import CoquiSynthesizer

            return CoquiSynthesizer(_coqui_folder(settings), cache)
        case "elevenlabs" | "openai":
            return build_hosted_voice(settings)
        case "espeak":
            return EspeakSynthesizer()
        case never:
            assert_never(never)


def build_caller_voice(settings: Settings) -> Synthesizer:
    """Load what speaks callers' parts in trials: a voice of this machine, whoever answers them."""
    local = settings.tts_provider if settings.tts_provider == "espeak" else "kokoro"
    return build_synthesizer(settings.model_copy(update={"tts_provider": local}))


def build_hosted_voice(settings: Settings) -> HostedVoice:
    """Open the hosted voice; ConfigError without its key."""
    from ivr.engines.elevenlabs import elevenlabs
    from ivr.engines.openai_speech import openai_speech

    demand_key(settings)
    url, model, cache = settings.tts_base_url, settings.tts_model, _speech(settings)
    if settings.tts_provider == "elevenlabs":
        return elevenlabs(url, settings.elevenlabs_api_key.get_secret_value(), model, cache, _sound(settings))
    return openai_speech(url, settings.openai_api_key.get_secret_value(), model, cache)


def build_voices(settings: Settings) -> VoiceChain:
    """Load the voice and those that go on where it fails: Kokoro where its model is in the store, then espeak."""
    provider = settings.tts_provider
    engine = build_synthesizer(settings)
    first = Voice(provider, engine, Patience(settings.tts_first_sound_timeout))
    if provider in {"elevenlabs", "openai"}:
        first.aclose = getattr(engine, "aclose", None)
    else:
        first.patience, first.breaker.limit = AT_HAND, FAILURES
    voices = [first]
    if provider not in {"kokoro", "espeak"} and not ModelStore(settings.cache).missing(["kokoro", "kokoro-voices"]):
        from ivr.engines.kokoro import KokoroSynthesizer

        kokoro = KokoroSynthesizer(ModelStore(settings.cache), cache=_speech(settings))
        voices.append(Voice("kokoro", kokoro, SPARE, lead=0.6, whole=True, named=KOKORO_VOICE))
    if provider != "espeak":
        voices.append(Voice("espeak", EspeakSynthesizer(), SPARE, lead=0.12, named=""))
    return VoiceChain(voices)


def build_style(settings: Settings, tongue: str = "", voice: str = "") -> VoiceStyle:
    """Say how the agent speaks; in another ``tongue`` than its own with Kokoro's ``voice``, else with its usual one."""
    if tongue and tongue != settings.language:
        own = voice if settings.tts_provider == "kokoro" else settings.tts_voice or _usual_voice(settings)
        return VoiceStyle(own, settings.tts_speed, tongue)
    language = "es-MX" if settings.language == "es" and settings.tts_region == "MX" else settings.language
    return VoiceStyle(settings.tts_voice or _usual_voice(settings), settings.tts_speed, language)


def _usual_voice(settings: Settings) -> str:
    match settings.tts_provider:
        case "kokoro":
            return KOKORO_VOICE
        case "coqui":
            from ivr.engines.coqui import VOICE as COQUI_VOICE

            return COQUI_VOICE
        case "elevenlabs":
            from ivr.engines.elevenlabs import VOICE as ELEVENLABS_VOICE

            return ELEVENLABS_VOICE
        case "openai":
            from ivr.engines.openai_speech import VOICE as OPENAI_VOICE

            return OPENAI_VOICE
        case "espeak":
            return ""
        case never:
            assert_never(never)


def unspoken_phrases(settings: Settings, phrases: Sequence[str]) -> list[str]:
    """List those of the fixed phrases that are not spoken ahead yet; none where speech is not kept."""
    from ivr.engines import coqui, elevenlabs, kokoro, openai_speech
    from ivr.engines.phrase_cache import unspoken

    style, cache = build_style(settings), _speech(settings)
    match settings.tts_provider:
        case "kokoro":
            return kokoro.unspoken(phrases, style, ModelStore(settings.cache), cache)
        case "coqui":
            return unspoken(phrases, style, coqui.phrases_of(_coqui_folder(settings), cache))
        case "elevenlabs":
            return unspoken(phrases, style, elevenlabs.folder(settings.tts_model, cache, _sound(settings)))
        case "openai":
            return unspoken(phrases, style, openai_speech.folder(settings.tts_base_url, settings.tts_model, cache))
        case "espeak":
            return []
        case never:
            assert_never(never)


def _speech(settings: Settings) -> Path:
    return settings.cache / "speech"


def _coqui_folder(settings: Settings) -> Path:
    return Path(settings.tts_model).expanduser() if settings.tts_model else settings.cache / "models" / "xtts-v2"


def _sound(settings: Settings) -> Format:
    return "ulaw_8000" if settings.media_codec == "ulaw" else "pcm_16000"
