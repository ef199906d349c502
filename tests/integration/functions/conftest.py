"""A shop with a REST interface that can be made to fail in every way."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from aiohttp import web

from ivr.functions.declared import load_functions

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from ivr.functions.declared import DeclaredFunctions

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "functions.yaml"


class Shop:
    """Orders 5512 (shipped) and 7788 (preparing); ``fault`` says what goes wrong with every request."""

    def __init__(self) -> None:
        self.fault = ""
        self.takes = 0.0
        self.requests: list[str] = []
        self.keys: Counter[str] = Counter()
        self.cancelled: Counter[str] = Counter()
        self.url = ""

    async def track(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request.raw_path)
        if (broken := await self._fault(request)) is not None:
            return broken
        assert request.headers["Authorization"] == "Bearer secret"
        order = request.match_info["order"]
        if order == "5512":
            return web.json_response({"status": "shipped", "delivery": {"eta": "2026-11-27"}, "card": "4111"})
        if order == "7788":
            return web.json_response({"status": "preparing"})
        return web.json_response({"error": "no such order"}, status=404)

    async def cancel(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request.raw_path)
        await asyncio.sleep(self.takes)
        self.keys[request.headers["Idempotency-Key"]] += 1
        self.cancelled[request.match_info["order"]] += 1
        await asyncio.sleep(self.takes)
        return await self._fault(request) or web.json_response({"cancelled": True})

    async def _fault(self, request: web.Request) -> web.StreamResponse | None:
        match self.fault:
            case "drop":
                assert request.transport is not None
                request.transport.close()
            case "large":
                return web.json_response({"status": "x" * 5_000_000})
            case "html":
                return web.Response(text="<html>Welcome</html>", content_type="text/html")
            case "shape":
                return web.json_response([1, 2, 3])
            case "hang":
                await asyncio.sleep(5)
            case "redirect":
                raise web.HTTPFound("http://127.0.0.1:1/elsewhere")
            case code if code.isdigit():
                return web.json_response({}, status=int(code))
            case _:
                pass
        return None


@pytest.fixture
async def shop() -> AsyncGenerator[Shop, None]:
    shop = Shop()
    app = web.Application()
    app.router.add_get("/orders/{order}", shop.track)
    app.router.add_route("*", "/orders/{order}/cancellation", shop.cancel)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    shop.url = f"http://{host}:{port}"
    yield shop
    await runner.cleanup()


@pytest.fixture
def functions(shop: Shop) -> DeclaredFunctions:
    return load_functions(EXAMPLE, {"SHOP_URL": shop.url, "SHOP_KEY": "secret"})
