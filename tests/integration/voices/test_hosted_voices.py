"""The adapters against a real HTTP server: what is asked, what comes back, what each fault is called."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from aiohttp import web

from ivr.audio.frame import AudioFrame
from ivr.engines.elevenlabs import elevenlabs
from ivr.engines.openai_speech import openai_speech
from ivr.errors import EngineBusy, EngineError, EngineRefused, EngineUnavailable, UnusableAnswer
from ivr.ports import VoiceStyle

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from ivr.engines.hosted_voice import HostedVoice
    from tests.integration.voices.conftest import VoiceServer

KEY = "sk-verysecret"
STYLE = VoiceStyle("coral", 1.05)
TEXT = "Su saldo es de 45 €."
SAID = "Su saldo es de cuarenta y cinco euros."


@pytest.fixture
async def openai(server: VoiceServer, tmp_path: Path) -> AsyncIterator[HostedVoice]:
    voice = openai_speech(f"{server.url}/v1", KEY, "gpt-4o-mini-tts", tmp_path)
    yield voice
    await voice.aclose()


@pytest.fixture
async def eleven(server: VoiceServer, tmp_path: Path) -> AsyncIterator[HostedVoice]:
    voice = elevenlabs(server.url, KEY, "", tmp_path)
    yield voice
    await voice.aclose()


async def said(voice: HostedVoice, text: str = TEXT, style: VoiceStyle = STYLE) -> list[AudioFrame]:
    return [frame async for frame in voice.speak(text, style)]


async def test_openai_is_asked_for_raw_sound_of_a_text_in_words(server: VoiceServer, openai: HostedVoice) -> None:
    server.speaks()
    frames = await said(openai)
    assert len(frames) > 3
    assert {frame.rate for frame in frames} == {24000}
    assert AudioFrame.join(frames).pcm == server.words.sound(SAID.split(), 24000)
    assert server.paths == ["/v1/audio/speech"]
    assert server.headers[0]["Authorization"] == f"Bearer {KEY}"
    asked = server.requests[0]
    assert (asked["model"], asked["voice"], asked["input"]) == ("gpt-4o-mini-tts", "coral", SAID)
    assert (asked["response_format"], asked["speed"]) == ("pcm", 1.05)
    assert "España" in asked["instructions"]


async def test_the_tone_is_told_in_each_services_way(
    server: VoiceServer, openai: HostedVoice, eleven: HostedVoice
) -> None:
    server.speaks(faster=100)
    for tone in ("plain", "calm"):
        await said(openai, style=replace(STYLE, tone=tone))
        await said(eleven, style=replace(STYLE, tone=tone))
    plain, _, calm, _ = server.requests
    assert plain["instructions"] != calm["instructions"]
    assert server.requests[3]["voice_settings"]["stability"] > server.requests[1]["voice_settings"]["stability"]


async def test_elevenlabs_is_asked_for_telephone_sound(server: VoiceServer, eleven: HostedVoice) -> None:
    server.speaks()
    frames = await said(eleven, style=VoiceStyle("a/b", 1.5, "es-MX"))
    assert {frame.rate for frame in frames} == {16000}
    assert server.paths == ["/v1/text-to-speech/a%2Fb/stream?output_format=pcm_16000"]
    assert server.headers[0]["xi-api-key"] == KEY
    asked = server.requests[0]
    assert (asked["model_id"], asked["language_code"]) == ("eleven_flash_v2_5", "es")
    assert asked["voice_settings"]["speed"] == 1.2


async def test_elevenlabs_other_models_are_told_no_language(server: VoiceServer, tmp_path: Path) -> None:
    server.speaks()
    voice = elevenlabs(server.url, KEY, "eleven_multilingual_v2", tmp_path)
    await said(voice)
    await voice.aclose()
    assert "language_code" not in server.requests[0]


async def test_mu_law_comes_out_as_samples(server: VoiceServer, tmp_path: Path) -> None:
    server.sends_ulaw()
    voice = elevenlabs(server.url, KEY, "", tmp_path, "ulaw_8000")
    sound = AudioFrame.join(await said(voice))
    await voice.aclose()
    assert sound.rate == 8000
    meant = np.frombuffer(server.words.sound(SAID.split(), 8000), np.int16).astype(int)
    assert np.abs(np.frombuffer(sound.pcm, np.int16).astype(int) - meant).max() < 300


async def test_a_server_that_tells_another_rate_is_resampled(server: VoiceServer, openai: HostedVoice) -> None:
    async def behave(request: web.Request, words: list[str]) -> web.StreamResponse:
        assert request.path
        assert words
        return web.Response(body=bytes(2 * 22050), headers={"Content-Type": "audio/pcm;rate=22050"})

    server.plan.append(behave)
    sound = AudioFrame.join(await said(openai))
    assert sound.rate == 24000
    assert sound.duration == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize(
    ("status", "body", "error", "mend"),
    [
        (401, {"error": {"message": f"Incorrect key {KEY}"}}, EngineRefused, "correct OPENAI_API_KEY"),
        (429, {"error": {"message": "slow down"}}, EngineBusy, "wait 7 s"),
        (429, {"error": {"code": "insufficient_quota", "message": "pay"}}, EngineRefused, "top the account up"),
        (400, {"error": {"message": f"no voice; your key {KEY}"}}, EngineRefused, "check TTS_VOICE, TTS_MODEL"),
        (404, {"detail": "Not Found"}, EngineRefused, "TTS_BASE_URL"),
        (503, {}, EngineUnavailable, "status page"),
    ],
)
async def test_a_refusal_tells_the_mend_and_never_the_key(
    server: VoiceServer, openai: HostedVoice, status: int, body: object, error: type[EngineError], mend: str
) -> None:
    server.refuses(status, body, retry_after="7")
    with pytest.raises(error, match=mend) as caught:
        await said(openai)
    assert KEY not in str(caught.value)
    assert KEY not in repr(vars(caught.value))


@pytest.mark.parametrize(
    ("status", "detail", "mend"),
    [
        (401, {"status": "invalid_api_key", "message": "Invalid API key"}, "correct ELEVENLABS_API_KEY"),
        (401, {"status": "quota_exceeded", "message": "0 credits"}, "top the account up"),
        (404, {"status": "voice_not_found", "message": "no such voice"}, "check TTS_VOICE"),
        (422, [{"loc": ["body", "text"], "msg": "too long"}], "check TTS_VOICE"),
    ],
)
async def test_elevenlabs_refusals_are_told_apart(
    server: VoiceServer, eleven: HostedVoice, status: int, detail: object, mend: str
) -> None:
    server.refuses(status, {"detail": detail})
    with pytest.raises(EngineRefused, match=mend):
        await said(eleven)


async def test_a_broken_stream_is_an_engines_failure(server: VoiceServer, openai: HostedVoice) -> None:
    server.breaks_off(0.5)
    with pytest.raises(EngineUnavailable, match="broke off"):
        await said(openai)


async def test_a_container_is_refused_before_a_sample_is_played(server: VoiceServer, openai: HostedVoice) -> None:
    server.sends(b"RIFF" + bytes(1000), "audio/wav")
    with pytest.raises(UnusableAnswer, match="raw PCM"):
        await said(openai)


async def test_what_was_said_is_not_asked_for_again(server: VoiceServer, openai: HostedVoice) -> None:
    server.speaks(faster=100)
    first = AudioFrame.join(await said(openai))
    assert AudioFrame.join(await said(openai)).pcm == first.pcm
    assert len(server.requests) == 1


async def test_prepared_phrases_survive_a_restart(server: VoiceServer, openai: HostedVoice, tmp_path: Path) -> None:
    server.speaks(faster=100)
    await openai.prepare(["Buenos días.", "…"], STYLE)
    again = openai_speech(f"{server.url}/v1", KEY, "gpt-4o-mini-tts", tmp_path)
    await said(again, "Buenos días.")
    await again.aclose()
    assert len(server.requests) == 1


async def test_text_without_a_word_asks_for_nothing(server: VoiceServer, openai: HostedVoice) -> None:
    assert await said(openai, " … ") == []
    assert server.requests == []


async def test_who_stops_listening_closes_the_socket(server: VoiceServer, openai: HostedVoice) -> None:
    server.stalls(0.5)
    async with aclosing(openai.speak(TEXT, STYLE)) as frames:
        await anext(frames)
    assert await server.left(1)
