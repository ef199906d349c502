"""The ARI client against servers that are no ARI, or a broken one."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from ivr.errors import AriUnavailable
from ivr.telephony.ari import AriClient, AriConfig, Connected, Disconnected
from ivr.telephony.ari_commands import GetInfo

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
async def server() -> AsyncIterator[TestServer]:
    async def page(_: web.Request) -> web.Response:
        return web.Response(text="<html>Hola</html>", content_type="text/html")

    async def hang_up_at_once(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.close()
        return socket

    app = web.Application()
    app.add_routes([web.get("/ari/asterisk/info", page), web.get("/ari/events", hang_up_at_once)])
    running = TestServer(app)
    await running.start_server()
    yield running
    await running.close()


async def test_an_answer_that_is_no_ari_is_told_with_the_mend(server: TestServer) -> None:
    for path, told in (("/ari", "is no ARI"), ("/elsewhere", "there is no ARI")):
        async with AriClient(AriConfig(str(server.make_url(path)), "ivr", "secret")) as ari:
            with pytest.raises(AriUnavailable, match=f"{told}.*ARI_URL"):
                await ari.do(GetInfo())


async def test_a_server_that_closes_every_socket_at_once_is_not_besieged(server: TestServer) -> None:
    async with AriClient(AriConfig(str(server.make_url("/ari")), "ivr", "secret")) as ari:
        started, seen = time.monotonic(), 0
        async for event in ari.events():
            assert isinstance(event, Connected | Disconnected)
            seen += isinstance(event, Disconnected)
            if seen == 4:
                break
        assert time.monotonic() - started > 0.125 + 0.25 + 0.5
