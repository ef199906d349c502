"""A real HTTP server that speaks OpenAI's chat completions, well or as badly as a test asks for."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web

Behaviour = Callable[[web.Request], Awaitable[web.StreamResponse]]


def chunk(finish: str | None = None, **delta: Any) -> bytes:
    event = {"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}
    return b"data: " + json.dumps(event, ensure_ascii=False).encode() + b"\n\n"


def usage(read: int, cached: int, written: int) -> bytes:
    details = {"cached_tokens": cached}
    figures = {"prompt_tokens": read, "completion_tokens": written, "prompt_tokens_details": details}
    return b"data: " + json.dumps({"choices": [], "usage": figures}).encode() + b"\n\n"


async def opened(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    return response


class FaultyServer:
    """Each request takes the next behaviour; ``requests`` keeps what was asked, ``gone`` who hung up before the end."""

    def __init__(self) -> None:
        self.plan: deque[Behaviour] = deque()
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.gone = 0
        self.url = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(await request.json())
        self.headers.append(dict(request.headers))
        try:
            return await self.plan.popleft()(request)
        except ConnectionResetError:
            self.gone += 1
            return web.Response()

    async def left(self, callers: int) -> bool:
        """Wait until so many have hung up."""
        for _ in range(50):
            if self.gone >= callers:
                return True
            await asyncio.sleep(0.02)
        return False

    # --- behaviours, in the order in which they will be met ---------------------------------

    def says(self, text: str, after: float = 0.0) -> None:
        async def behave(request: web.Request) -> web.StreamResponse:
            await asyncio.sleep(after)
            response = await opened(request)
            for start in range(0, len(text), 3):  # a token is seldom a word
                await response.write(chunk(content=text[start : start + 3]))
            await response.write(chunk("stop") + usage(1200, 1000, 30) + b"data: [DONE]\n\n")
            return response

        self.plan.append(behave)

    def calls(self, name: str, arguments: str, text: str = "") -> None:
        async def behave(request: web.Request) -> web.StreamResponse:
            response = await opened(request)
            if text:
                await response.write(chunk(content=text))
            function = {"name": name, "arguments": ""}
            await response.write(chunk(tool_calls=[{"index": 0, "id": "c", "type": "function", "function": function}]))
            for letter in arguments:
                await response.write(chunk(tool_calls=[{"index": 0, "function": {"arguments": letter}}]))
            await response.write(chunk("tool_calls") + b"data: [DONE]\n\n")
            return response

        self.plan.append(behave)

    def stalls(self, text: str = "") -> None:
        """Says something, then nothing for a long time."""

        async def behave(request: web.Request) -> web.StreamResponse:
            response = await opened(request)
            if text:
                await response.write(chunk(content=text))
            while True:  # writes are how a server learns that the client has gone
                await asyncio.sleep(0.05)
                await response.write(b": still there\n\n")

        self.plan.append(behave)

    def breaks_off(self, text: str) -> None:
        async def behave(request: web.Request) -> web.StreamResponse:
            response = await opened(request)
            await response.write(chunk(content=text)[:-7])
            if request.transport is not None:
                request.transport.close()
            return response

        self.plan.append(behave)

    def ends_early(self, text: str) -> None:
        async def behave(request: web.Request) -> web.StreamResponse:
            response = await opened(request)
            await response.write(chunk(content=text))
            return response

        self.plan.append(behave)

    def refuses(self, status: int, text: str = "no", retry_after: str = "") -> None:
        async def behave(request: web.Request) -> web.StreamResponse:
            assert request.path
            headers = {"Retry-After": retry_after} if retry_after else {}
            return web.json_response({"error": {"message": text}}, status=status, headers=headers)

        self.plan.append(behave)

    def streams(self, raw: bytes) -> None:
        async def behave(request: web.Request) -> web.StreamResponse:
            response = await opened(request)
            await response.write(raw)
            return response

        self.plan.append(behave)


@pytest.fixture
async def server() -> AsyncIterator[FaultyServer]:
    faulty = FaultyServer()
    app = web.Application()
    app.router.add_post("/v1/chat/completions", faulty.answer)
    app.router.add_post("/v1/messages", faulty.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    faulty.url = f"http://127.0.0.1:{port}/v1"
    yield faulty
    await runner.cleanup()
