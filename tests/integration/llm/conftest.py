"""A real HTTP server that speaks OpenAI's chat completions, well or as badly as a test asks for."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, Any, cast

import pytest
from aiohttp import web
from sqlalchemy import create_engine

from ivr.audio.frame import AudioFrame
from ivr.bootstrap import build_new_model, build_script
from ivr.bootstrap_llm import build_thinking
from ivr.call.agent import Agent
from ivr.call.kit import AgentKit
from ivr.call.playout import Playout
from ivr.call.thinking import NOTE
from ivr.db.base import Base
from ivr.db.crm import CrmTools
from ivr.db.crm_seed import seed
from ivr.ports import CallContext
from ivr.settings import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence
    from pathlib import Path

    from sqlalchemy import Engine

    from ivr.metadata import ModelRecord
    from ivr.ports import Transcriber, TurnDetector, VoiceDetector, VoiceStyle

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


# --- a call in text -----------------------------------------------------------------------


class Clock:
    """Speaks nothing aloud, and notes when each clause was ready to be spoken."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.spoken: list[tuple[float, str]] = []
        self.on_clause: Callable[[], None] = lambda: None

    async def speak(self, text: str, style: VoiceStyle) -> AsyncGenerator[AudioFrame, None]:
        assert style.language == "es"
        self.spoken.append((time.monotonic() - self.began, text))
        self.on_clause()
        yield AudioFrame(bytes(160), 8000)

    async def prepare(self, texts: Sequence[str], style: VoiceStyle) -> None: ...


class Talk:
    """A call in text, with a real agent, real functions and a model on the server."""

    def __init__(self, database: Engine, settings: Settings, tasks: asyncio.TaskGroup) -> None:
        self.records: list[ModelRecord] = []
        NOTE.set(self.records.append)
        script = build_script(settings)
        self.thinking = build_thinking(settings)
        self.voice, self.playout = Clock(), Playout(8000)
        kit = AgentKit(
            detector=cast("VoiceDetector", None),
            turn_detector=cast("TurnDetector", None),
            transcriber=cast("Transcriber", None),
            new_model=build_new_model(settings, script, self.thinking),
            tools=CrmTools(database),
            synthesizer=self.voice,
            lines=script,
        )
        self.agent = Agent(kit, CallContext("c1", "600111222"), self.playout, tasks)
        self.ran: list[str] = []
        self.agent.on_tool = lambda record: self.ran.append(record.name)

    async def say(self, text: str) -> str:
        """Let the caller say something; answers what the agent said, all of it heard."""
        if text:
            self.agent.hear(text)
        self.agent.begin()
        self.playout.begin()
        self.voice.began, self.voice.spoken = time.monotonic(), []
        await self.agent.reply()
        while self.playout.next(0.0) is not None:
            pass
        spoken = self.playout.close(0.0)
        assert spoken is not None
        self.agent.said(spoken)
        return spoken.heard

    @property
    def first_sound(self) -> float:
        return self.voice.spoken[0][0]

    @property
    def outcomes(self) -> list[str]:
        return [f"{record.provider} {record.outcome}" for record in self.records]


@pytest.fixture
def database(tmp_path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{tmp_path / 'crm.sqlite'}")
    Base.metadata.create_all(engine)
    seed(engine, dt.date.today())  # noqa: DTZ011 - as the product seeds it
    return engine


@pytest.fixture
async def begin(server: FaultyServer, database: Engine) -> AsyncIterator[Callable[..., Talk]]:
    """Give what begins a call whose model is on the server."""
    async with asyncio.TaskGroup() as tasks:
        talks = []

        def new(**changes: object) -> Talk:
            own = {
                "persona": "es",
                "llm_provider": "openai",
                "llm_base_url": server.url,
                "llm_first_token_timeout": 2.0,
                "llm_token_timeout": 0.5,
                "enable_clarification": False,
            }
            talks.append(Talk(database, Settings().model_copy(update=own | changes), tasks))
            return talks[-1]

        yield new
        for talk in talks:
            await talk.thinking.aclose()
    database.dispose()
