"""What stands in front of llama.cpp: health, handing on, and letting go of what nobody waits for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import aiohttp
import pytest
from aiohttp import web

from ivr.db.crm_tools import TOOLS
from ivr.dialogue.conversation import Message, Speech
from ivr.engines.llamacpp import LlamaCppChat
from ivr.engines.llamacpp_server import Front
from ivr.errors import EngineUnavailable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.integration.llm.conftest import FaultyServer

ASKED = [Message("system", "Eres Laura."), Message("user", "Hola.")]


@pytest.fixture
async def front() -> AsyncIterator[tuple[Front, str]]:
    front = Front("small")
    runner = web.AppRunner(front.app(), handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield front, f"http://127.0.0.1:{runner.addresses[0][1]}"
    await front.aclose()
    await runner.cleanup()


async def health(address: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(f"{address}/health") as answer:
        return answer.status, (await answer.json())["status"]


async def test_it_says_that_the_model_is_loading_and_requests_are_told_so(front: tuple[Front, str]) -> None:
    assert await health(front[1]) == (503, "unhealthy")
    model = LlamaCppChat(f"{front[1]}/v1", "small")
    with pytest.raises(EngineUnavailable):
        _ = [piece async for piece in model.reply(ASKED, TOOLS)]
    await model.aclose()


async def test_an_answer_that_breaks_off_behind_is_told_as_such(front: tuple[Front, str], server: FaultyServer) -> None:
    front[0].behind = server.url.removesuffix("/v1")
    model = LlamaCppChat(f"{front[1]}/v1", "small")
    server.breaks_off('{"say": "Claro')
    for _ in range(2):
        with pytest.raises(EngineUnavailable):
            _ = [piece async for piece in model.reply(ASKED, TOOLS)]
        front[0].behind = "http://127.0.0.1:9"
    await model.aclose()


async def test_it_is_unhealthy_when_the_server_behind_is_gone(front: tuple[Front, str]) -> None:
    front[0].behind = "http://127.0.0.1:9"
    assert await health(front[1]) == (503, "unhealthy")


async def test_answers_are_handed_on_as_they_come(front: tuple[Front, str], server: FaultyServer) -> None:
    front[0].behind = server.url.removesuffix("/v1")
    model = LlamaCppChat(f"{front[1]}/v1", "small")
    server.says('{"say": "Claro que sí."}')
    pieces = [piece async for piece in model.reply(ASKED, TOOLS)]
    words = [piece.text for piece in pieces if isinstance(piece, Speech) and piece.text]
    assert " ".join(words) == "Claro que sí."
    assert server.requests[0]["response_format"]["type"] == "json_schema"
    server.stalls('{"say": "Claro, ahora ')
    answer = model.reply(ASKED, TOOLS)
    assert await anext(answer) == Speech("Claro, ahora")
    await answer.aclose()
    assert await server.left(1)
    await model.aclose()
