"""The screen hook against a real HTTP server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiohttp import web

from ivr.functions.screen_hook import HttpScreenHook

if TYPE_CHECKING:
    import pytest

EVENT = {"event": "screen_pop", "state": "ringing", "screen": {"name": "Ana Núñez"}}


async def test_the_event_is_posted_as_json_and_a_refusal_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    got: list[Any] = []

    async def take(request: web.Request) -> web.Response:
        got.append(await request.json())
        return web.Response(status=200 if len(got) == 1 else 500)

    app = web.Application()
    app.router.add_post("/pops", take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    hook = HttpScreenHook(f"http://{host}:{port}/pops")
    await hook.post(EVENT)
    assert got == [EVENT]
    assert not caplog.text
    await hook.post(EVENT)
    assert "answered 500" in caplog.text
    await runner.cleanup()
    await hook.post(EVENT)
    assert "does not answer" in caplog.text
    assert len(got) == 2
