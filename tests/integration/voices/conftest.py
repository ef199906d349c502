"""A real HTTP server that speaks as ElevenLabs and OpenAI do, well or as badly as a test asks for.

Each word of a text is a level of its own, for as long as the word takes to say, so that what a line played can be read.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import numpy as np
import pytest
from aiohttp import web

from ivr.audio.codec import Ulaw
from ivr.language.speech_rate import letters_of

Behaviour = Callable[[web.Request, list[str]], Awaitable[web.StreamResponse]]

RATE = 24000
FIRST, STEP = 2000, 400
"""Level of the first word, and from one to the next."""
SPARE = 12000
"""What another voice adds to a word's level."""


class Words:
    """Gives each word its level; those of all the texts of a test differ."""

    def __init__(self) -> None:
        self.levels: dict[str, int] = {}

    def sound(self, words: list[str], rate: int, *, pace: float = 0.06, above: int = 0) -> bytes:
        parts = []
        for word in words:
            level = self.levels.setdefault(word, FIRST + STEP * len(self.levels)) + above
            parts.append(np.full(round(rate * pace * letters_of(word.rstrip(".,?"))), level, np.int16))
        return np.concatenate(parts).tobytes() if parts else b""

    def heard(self, frames: list[bytes]) -> list[tuple[str, bool]]:
        """Read the words of what was played, in order, and whether another voice said them; edges are no word."""
        names = {level + above: (word, bool(above)) for word, level in self.levels.items() for above in (0, SPARE)}
        samples = np.frombuffer(b"".join(frames), np.int16).astype(int)
        marks = [
            next((name for level, name in names.items() if np.all(np.abs(chunk - level) < STEP // 4)), None)
            for chunk in np.array_split(samples, max(1, len(samples) // 40))
        ]
        said = [mark for mark in marks if mark is not None]
        return [mark for mark, _ in itertools.groupby(said)]


class VoiceServer:
    """Each request takes the next behaviour, the last one again and again."""

    def __init__(self) -> None:
        self.words = Words()
        self.plan: deque[Behaviour] = deque()
        self.requests: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.gone = 0
        self.pace = 0.06
        self.url = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.requests.append(body)
        self.paths.append(request.path_qs)
        self.headers.append(dict(request.headers))
        behave = self.plan.popleft() if len(self.plan) > 1 else self.plan[0]
        text = body.get("input") or body.get("text")
        try:
            return await behave(request, text.split())
        except ConnectionResetError:
            self.gone += 1
            return web.Response()

    async def left(self, callers: int) -> bool:
        """Wait until so many have hung up."""
        for _ in range(100):
            if self.gone >= callers:
                return True
            await asyncio.sleep(0.02)
        return False

    def blocks(self, words: list[str]) -> Iterator[bytes]:
        """Give the sound in blocks of 50 ms, cut without regard to samples."""
        pcm = self.words.sound(words, RATE, pace=self.pace)
        size = RATE // 10 + 1
        return (pcm[at : at + size] for at in range(0, len(pcm), size))

    # --- behaviours, in the order in which they will be met ---------------------------------

    def speaks(self, *, after: float = 0.0, faster: float = 4.0) -> None:
        """Stream a clause, so many times as fast as it is heard."""

        async def behave(request: web.Request, words: list[str]) -> web.StreamResponse:
            await asyncio.sleep(after)
            response = await opened(request)
            for block in self.blocks(words):
                await response.write(block)
                await asyncio.sleep(0.05 / faster)
            return response

        self.plan.append(behave)

    def stalls(self, share: float, *, faster: float = 4.0) -> None:
        """Stream a share of the clause, then nothing; the connection stays."""

        async def behave(request: web.Request, words: list[str]) -> web.StreamResponse:
            response = await opened(request)
            blocks = list(self.blocks(words))
            for block in blocks[: round(len(blocks) * share)]:
                await response.write(block)
                await asyncio.sleep(0.05 / faster)
            for _ in range(500):
                await asyncio.sleep(0.02)
                if request.transport is None or request.transport.is_closing():
                    raise ConnectionResetError
            return response

        self.plan.append(behave)

    def breaks_off(self, share: float, *, faster: float = 4.0) -> None:
        """Stream a share of the clause, then cut the connection."""

        async def behave(request: web.Request, words: list[str]) -> web.StreamResponse:
            response = await opened(request)
            blocks = list(self.blocks(words))
            for block in blocks[: round(len(blocks) * share)]:
                await response.write(block)
                await asyncio.sleep(0.05 / faster)
            if request.transport is not None:
                request.transport.close()
            return response

        self.plan.append(behave)

    def ends_early(self, share: float) -> None:
        """Stream a share of the clause and end as if that were all."""

        async def behave(request: web.Request, words: list[str]) -> web.StreamResponse:
            response = await opened(request)
            blocks = list(self.blocks(words))
            for block in blocks[: round(len(blocks) * share)]:
                await response.write(block)
            return response

        self.plan.append(behave)

    def refuses(self, status: int, body: object = None, retry_after: str = "") -> None:
        async def behave(request: web.Request, words: list[str]) -> web.StreamResponse:
            assert request.path
            assert words
            headers = {"Retry-After": retry_after} if retry_after else {}
            return web.json_response(body or {"error": {"message": "no"}}, status=status, headers=headers)

        self.plan.append(behave)

    def sends(self, raw: bytes, content_type: str) -> None:
        async def behave(request: web.Request, words: list[str]) -> web.StreamResponse:
            assert request.path
            assert words
            return web.Response(body=raw, content_type=content_type)

        self.plan.append(behave)

    def sends_ulaw(self) -> None:
        async def behave(request: web.Request, words: list[str]) -> web.StreamResponse:
            response = await opened(request)
            await response.write(Ulaw().encode(self.words.sound(words, 8000)))
            return response

        self.plan.append(behave)


async def opened(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "audio/pcm"})
    await response.prepare(request)
    return response


@pytest.fixture
async def server() -> AsyncIterator[VoiceServer]:
    faulty = VoiceServer()
    app = web.Application()
    app.router.add_post("/v1/audio/speech", faulty.answer)
    app.router.add_post("/v1/text-to-speech/{voice}/stream", faulty.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    faulty.url = f"http://127.0.0.1:{port}"
    yield faulty
    await runner.cleanup()
