"""Serves a GGUF with llama.cpp: its own server on a port that only we know, and our health answer in front of it.

What stands in front answers while the model loads, and ends a request whose caller has gone, so that nobody waits
behind an answer that nobody hears.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import signal
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import aiohttp
from aiohttp import web

from ivr.errors import ConfigError, EngineUnavailable

if TYPE_CHECKING:
    from pathlib import Path

log = logging.getLogger(__name__)

CONTEXT = 8192
"""Tokens that the instructions, a long call and the answer fit into, for each of the slots."""
SLOTS = 2
"""Answers at once; more calls than that wait, and the built-in engine answers those that would wait too long."""
WARNINGS = 2
"""What llama.cpp writes to our log: nothing of what callers say."""
KEPT_MIB = 512
"""Memory for what was read in calls that have ended or wait."""
_PASSED = frozenset({"content-type", "cache-control"})


@dataclass(frozen=True, slots=True)
class Serving:
    """What is served where; ``threads`` 0 = all cores but one: llama.cpp stalls on a core that it must share."""

    model: str
    path: Path
    host: str
    port: int
    threads: int = 0


async def serve_llm(serving: Serving) -> None:
    """Serve until SIGTERM or SIGINT; ConfigError or EngineUnavailable say what keeps it from that."""
    key = secrets.token_urlsafe(16)
    front = Front(serving.model, key)
    runner = web.AppRunner(front.app(), handler_cancellation=True, shutdown_timeout=1.0, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, serving.host, serving.port).start()
    except OSError as error:
        raise EngineUnavailable(
            f"port {serving.port} of {serving.host} cannot be used ({error.strerror}); set LLM_PORT to another",
            "llamacpp",
        ) from None
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    engine = await asyncio.to_thread(load, serving, key)
    front.behind = engine.listening_address
    log.info("%s answers on port %d", serving.model, serving.port)
    await stopped.wait()
    await front.aclose()
    await runner.cleanup()


def load(serving: Serving, key: str) -> Any:
    """Load the model and start llama.cpp's server on a free port of this machine; it lets in who has the key."""
    try:
        import xllamacpp
    except ImportError:
        raise ConfigError("llama.cpp is not installed; run: pip install 'ivr[llamacpp]'") from None
    params = xllamacpp.CommonParams()
    params.model.path = str(serving.path)
    params.hostnames, params.port = ["127.0.0.1"], 0
    params.n_parallel, params.n_ctx = SLOTS, CONTEXT * SLOTS
    params.use_jinja, params.ui = True, False
    params.verbosity, params.api_keys = WARNINGS, [key]
    params.cache_ram_mib = KEPT_MIB
    threads = serving.threads or max(1, (os.cpu_count() or 1) - 1)
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
    try:
        return xllamacpp.Server(params)
    except RuntimeError as error:
        raise EngineUnavailable(
            f"llama.cpp cannot load {serving.path} ({error}); take another GGUF, or run: ivr models verify", "llamacpp"
        ) from (None)


class Front:
    """Answers ``/health`` itself and hands everything else on."""

    def __init__(self, model: str, key: str = "") -> None:
        self.behind: str | None = None
        """Address of llama.cpp's server; None while it loads."""
        self._model = model
        self._key = key
        self._session: aiohttp.ClientSession | None = None

    def app(self) -> web.Application:
        """Build the application."""
        app = web.Application(client_max_size=1 << 22)
        app.router.add_get("/health", self._health)
        app.router.add_route("*", "/v1/{rest:.*}", self._hand_on)
        return app

    async def _health(self, request: web.Request) -> web.Response:
        del request
        if self.behind is None:
            return web.json_response({"status": "unhealthy", "model": f"{self._model} is being loaded"}, status=503)
        try:
            async with self._open().get(f"{self.behind}/health", timeout=aiohttp.ClientTimeout(total=2)) as answer:
                well = answer.status == 200  # noqa: PLR2004 - all is well
        except (aiohttp.ClientError, TimeoutError, OSError):
            well = False
        if not well:
            return web.json_response({"status": "unhealthy", "model": "llama.cpp does not answer"}, status=503)
        return web.json_response({"status": "healthy", "model": self._model})

    async def _hand_on(self, request: web.Request) -> web.StreamResponse:
        if self.behind is None:
            return web.json_response({"error": {"message": "the model is being loaded"}}, status=503)
        body = await request.read()
        url = f"{self.behind}{request.path_qs}"
        headers = {"Content-Type": request.content_type, "Authorization": f"Bearer {self._key}"}
        response: web.StreamResponse = web.json_response({"error": {"message": "llama.cpp is gone"}}, status=502)
        # The caller may go on (closing ends llama.cpp's work on it), or llama.cpp break off: the answer lacks its end.
        with suppress(ConnectionResetError, aiohttp.ClientError):
            async with self._open().request(request.method, url, data=body, headers=headers) as answer:
                kept = {name: value for name, value in answer.headers.items() if name.lower() in _PASSED}
                response = web.StreamResponse(status=answer.status, headers=kept)
                await response.prepare(request)
                async for piece in answer.content.iter_any():
                    await response.write(piece)
        return response

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None, sock_connect=2))
        return self._session

    async def aclose(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
