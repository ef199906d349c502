from __future__ import annotations

import asyncio
import io
import tracemalloc
import wave
from typing import TYPE_CHECKING

import numpy as np
import pytest

from ivr.analysis.post_call import Ears
from ivr.web import transcribe

from .conftest import Loudness

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    import httpx
    from fastapi import FastAPI

    from .conftest import MemoryEar

RATE = 8000
BOTH = ("/transcribe", "/transcribe/enhanced")


def recording(seconds: float = 2.0, level: int = 8000, offset: int = 0) -> bytes:
    tone = level * np.sign(np.sin(2 * np.pi * 200 * np.arange(round(seconds * RATE)) / RATE)) + offset
    samples = np.concatenate([np.full(RATE, offset), tone, np.full(RATE, offset)]).clip(-32768, 32767)
    file = io.BytesIO()
    with wave.open(file, "wb") as document:
        document.setnchannels(1)
        document.setsampwidth(2)
        document.setframerate(RATE)
        document.writeframes(samples.astype("<i2").tobytes())
    return file.getvalue()


def says(answer: httpx.Response, status: int, detail: str) -> bool:
    told = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert told["status"] == answer.status_code
    return answer.status_code == status and detail in told["detail"]


async def test_a_file_is_written_down_as_form_or_as_body(api: httpx.AsyncClient) -> None:
    form = await api.post("/transcribe", files={"file": ("call.wav", recording())})
    body = await api.post("/transcribe", content=recording(), headers={"Content-Type": "audio/wav"})
    assert form.json() == body.json() == {"text": "mi saldo", "language": "es", "duration": 4.0}


async def test_the_enhanced_one_tells_every_word(api: httpx.AsyncClient) -> None:
    told = (await api.post("/transcribe/enhanced", content=recording())).json()
    (segment,) = told["segments"]
    assert [word["text"] for word in segment["words"]] == ["mi", "saldo"]
    assert segment["words"][0]["start"] == pytest.approx(1.0, abs=0.1)
    assert (told["confidence"], told["disbelieved"], told["faults"]) == (0.7, [], [])


async def test_values_are_told_in_their_normal_form_at_the_time_of_the_call(
    api: httpx.AsyncClient, ear: MemoryEar
) -> None:
    ear.text = "mañana a las cinco y media"
    told = (await api.post("/transcribe/enhanced?now=2026-03-02T10:00:00", content=recording())).json()
    assert told["written"] == "mañana a las 17:30"
    (segment,) = told["segments"]
    assert [(one["type"], one["value"]) for one in segment["entities"]] == [("date", "2026-03-03"), ("time", "17:30")]


async def test_hotwords_and_language_reach_the_recogniser(api: httpx.AsyncClient, ear: MemoryEar) -> None:
    query = "language=en&hotwords=fibra%20600&hotwords=Telenova&slots=product"
    assert (await api.post(f"/transcribe?{query}", content=recording())).status_code == 200
    assert ear.hints[-1].language == "en"
    assert ear.hints[-1].slots == {"product"}
    assert ear.hints[-1].hotwords == ("fibra 600", "Telenova")


@pytest.mark.parametrize("path", BOTH)
async def test_without_the_key_no_byte_is_taken(api: httpx.AsyncClient, path: str) -> None:
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        for _ in range(100):
            taken += 1
            yield bytes(1000)

    answer = await api.post(path, content=endless(), headers={"X-API-Key": "wrong"})
    assert says(answer, 401, "WEB_API_KEY")
    assert taken == 0


@pytest.mark.parametrize("path", BOTH)
@pytest.mark.parametrize(
    ("content", "detail"),
    [
        (b"", "empty (0 bytes): send the sound itself"),
        (b"%PDF-1.7 this is a letter", "no WAV file (it begins with b'%PDF'); convert it with: ffmpeg"),
        (recording()[:30], "holds no sound"),
    ],
)
async def test_what_is_no_sound_is_refused_with_the_mend(
    api: httpx.AsyncClient, path: str, content: bytes, detail: str
) -> None:
    assert says(await api.post(path, content=content), 422, detail)
    assert says(await api.post(path, files={"file": ("x.wav", content)}), 422, detail)


async def test_a_form_without_a_file_is_refused(api: httpx.AsyncClient) -> None:
    answer = await api.post("/transcribe", files={"sound": ("x.wav", recording())})
    assert says(answer, 422, "-F file=@call.wav")


@pytest.mark.parametrize("query", ["language=xx", "beam=5", "slots=shoes", "&".join(["hotwords=a"] * 31)])
async def test_wrong_wishes_are_refused(api: httpx.AsyncClient, query: str) -> None:
    assert (await api.post(f"/transcribe?{query}", content=recording())).status_code == 422


@pytest.mark.parametrize(
    ("sound", "fault"),
    [
        (recording(level=0), "nothing is to be heard"),
        (recording(level=90000), "samples are clipped"),
        (recording(offset=5000), "a constant offset of 15.3 % of full scale was taken away"),
    ],
)
async def test_faults_of_the_sound_are_told(api: httpx.AsyncClient, sound: bytes, fault: str) -> None:
    told = (await api.post("/transcribe/enhanced", content=sound)).json()
    assert any(fault in one for one in told["faults"]), told["faults"]


async def test_speech_of_another_language_is_told(api: httpx.AsyncClient, ear: MemoryEar) -> None:
    ear.tongue = "en"
    told = (await api.post("/transcribe/enhanced", content=recording())).json()
    assert told["faults"] == ["the speech sounds like English, not Spanish: say language=en"]
    found = (await api.post("/transcribe?language=auto", content=recording())).json()
    assert found["language"] == "en"


async def test_8_khz_told_as_16_is_caught_with_the_mend(api: httpx.AsyncClient, ear: MemoryEar) -> None:
    ear.understands = (8000,)
    lying = bytearray(recording())
    lying[24:28] = (2 * RATE).to_bytes(4, "little")
    told = (await api.post("/transcribe/enhanced", content=bytes(lying))).json()
    assert told["faults"] == [
        "the header says 16000 Hz, but it is understood at 8000 Hz: mend the header with: sox -r 8000 FILE mended.wav"
    ]


class WideWindows(Loudness):
    """A voice detector that looks once a second: three hours in a moment."""

    window = RATE


@pytest.mark.slow
@pytest.mark.parametrize("form", [False, True])
async def test_three_hours_go_through_a_small_memory(
    app: FastAPI, api: httpx.AsyncClient, ear: MemoryEar, tmp_path: Path, form: bool
) -> None:
    app.state.backend.listener._load = lambda: Ears(ear, WideWindows())
    hours, minute = 3, np.concatenate([np.full(4 * RATE, 8000), np.zeros(56 * RATE)]).astype("<i2").tobytes()
    with wave.open(str(tmp_path / "long.wav"), "wb") as document:
        document.setnchannels(1)
        document.setsampwidth(2)
        document.setframerate(RATE)
        for _ in range(60 * hours):
            document.writeframes(minute)

    async def blocks() -> AsyncIterator[bytes]:
        with (tmp_path / "long.wav").open("rb") as file:
            while block := file.read(1 << 16):
                yield block

    tracemalloc.start()
    with (tmp_path / "long.wav").open("rb") as file:
        if form:
            answer = await api.post("/transcribe", files={"file": ("long.wav", file)})
        else:
            answer = await api.post("/transcribe", content=blocks())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    told = answer.json()
    assert (told["duration"], told["text"].count("mi saldo")) == (3600 * hours, 60 * hours)
    assert peak < 24 << 20


async def test_too_large_a_file_is_refused(api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transcribe, "LARGEST_UPLOAD", 20_000)

    async def pieces() -> AsyncIterator[bytes]:
        for at in range(0, 64_000, 8000):
            yield recording()[at : at + 8000]

    for content in (recording(), pieces()):
        assert says(await api.post("/transcribe", content=content), 413, "cut it")
    assert says(await api.post("/transcribe", files={"file": ("x.wav", recording())}), 413, "cut it")


async def test_a_form_of_unknown_length_is_refused(api: httpx.AsyncClient) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"--x\r\n"

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    assert says(await api.post("/transcribe", content=pieces(), headers=headers), 411, "Content-Length")


async def test_other_requests_are_answered_while_a_file_is_heard(api: httpx.AsyncClient, ear: MemoryEar) -> None:
    ear.gate.clear()
    hearing = asyncio.ensure_future(api.post("/transcribe", content=recording()))
    for _ in range(3):
        assert (await asyncio.wait_for(api.get("/recordings"), 2)).status_code == 200
    assert not hearing.done()
    ear.gate.set()
    assert (await hearing).json()["text"] == "mi saldo"


async def test_a_client_that_goes_away_frees_the_ear(app: FastAPI, ear: MemoryEar) -> None:
    ear.gate.clear()
    messages: list[dict[str, object]] = [
        {"type": "http.request", "body": recording(), "more_body": False},
        {"type": "http.disconnect"},
    ]
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/transcribe",
        "query_string": b"",
        "headers": [(b"x-api-key", b"a-key-for-tests")],
    }
    sent: list[object] = []

    async def receive() -> dict[str, object]:
        if not messages:
            await asyncio.sleep(60)
        return messages.pop(0)

    async def send(message: object) -> None:
        sent.append(message)

    await asyncio.wait_for(app(scope, receive, send), 10)
    listener = app.state.backend.listener
    await asyncio.sleep(0)
    assert not listener.busy
    assert sent
