"""The socket of hosted models: one POST, its answer as server-sent events, foreign errors translated once."""

from __future__ import annotations

import json
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import aiohttp

from ivr.engines.sse import SseParser
from ivr.errors import EngineBusy, EngineError, EngineRefused, EngineTimeout, EngineUnavailable, UnusableAnswer

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator, Mapping

    from ivr.engines.spoken_stream import AnswerReader, Piece

CONNECT_WITHIN = 3.0
SILENT_AT_MOST = 180.0
"""Seconds without a byte after which even whoever waits for instructions to be read gives up."""
REST = 20.0
"""Seconds that a busy service is left alone when it does not say for how long."""
_TOLD = 200


@dataclass(frozen=True, slots=True)
class Service:
    """Where a hosted model is. ``key`` is never shown; ``key_setting`` names the variable that holds it."""

    provider: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    key: str = field(default="", repr=False)
    key_setting: str = ""
    url_setting: str = "LLM_BASE_URL"


def refusal(service: Service, status: int, retry_after: str, said: str) -> EngineError:
    """Translate an answer that is none: which error it is, and the mend."""
    name = service.provider
    if status in {401, 403}:
        mend = f"correct {service.key_setting}" if service.key_setting else "it wants a key: set OPENAI_API_KEY"
        return EngineRefused(f"{name} does not let us in (HTTP {status}); {mend}", name)
    if status in {402, 429} or status == 529:  # noqa: PLR2004 - Anthropic's own "overloaded"
        seconds = float(retry_after) if retry_after.strip().isdigit() else REST
        return EngineBusy(
            f"{name} takes no more for now (HTTP {status}); wait {seconds:g} s, or raise the limits of your account",
            name,
            seconds,
        )
    if status >= 500:  # noqa: PLR2004 - server errors
        return EngineUnavailable(
            f"{name} has a trouble of its own (HTTP {status}); look at its status page or log", name
        )
    reason = _reason(said).replace(service.key, "***") if service.key else _reason(said)
    if 300 <= status < 400 or status == 404:  # noqa: PLR2004 - elsewhere, or nothing there
        mend = f"correct LLM_MODEL or {service.url_setting}"
    else:
        mend = "check LLM_MODEL, and that it can call functions"
    return EngineRefused(f"{name} refused the request (HTTP {status}: {reason}); {mend}", name)


def _reason(said: str) -> str:
    try:
        error = json.loads(said)["error"]
        told = error["message"] if isinstance(error, dict) else error
    except (ValueError, KeyError, TypeError):
        told = said
    return " ".join(str(told).split())[:_TOLD] or "without a reason"


class EventStream:
    """Connections to one service, opened when they are first needed and kept."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._session: aiohttp.ClientSession | None = None

    async def ask(self, path: str, body: Mapping[str, Any], reader: AnswerReader) -> AsyncGenerator[Piece, None]:
        """POST and stream what the reader makes of the answer; EngineError. Closing it ends the request."""
        with self._translated():
            async with self._open().post(
                self.service.url.rstrip("/") + path,
                json=dict(body),
                headers=self.service.headers,
                allow_redirects=False,
            ) as answer:
                if answer.status != 200:  # noqa: PLR2004 - the one that streams
                    said = (await answer.content.read(1 << 14)).decode("utf-8", "replace")
                    raise refusal(self.service, answer.status, answer.headers.get("Retry-After", ""), said)
                async with aclosing(_read(answer.content, reader, self.service.provider)) as pieces:
                    async for piece in pieces:
                        yield piece

    async def check(self, path: str) -> None:
        """GET; EngineError says what is wrong, nothing = it answers and lets us in."""
        with self._translated():
            url = self.service.url.rstrip("/") + path
            async with self._open().get(url, headers=self.service.headers, allow_redirects=False) as answer:
                if answer.status != 200:  # noqa: PLR2004 - all is well
                    said = (await answer.content.read(1 << 14)).decode("utf-8", "replace")
                    raise refusal(self.service, answer.status, answer.headers.get("Retry-After", ""), said)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Make our own errors of the library's."""
        name, url = self.service.provider, self.service.url
        try:
            yield
        except TimeoutError:
            raise EngineTimeout(f"{name} does not answer at {url}; is it up?", name) from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            mend = f"is it up? Correct {self.service.url_setting} if it is elsewhere"
            raise EngineUnavailable(
                f"{name} cannot be reached at {url} ({type(error).__name__}); {mend}", name
            ) from None

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            times = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_WITHIN, sock_read=SILENT_AT_MOST)
            self._session = aiohttp.ClientSession(timeout=times)
        return self._session

    async def aclose(self) -> None:
        """Close the connections; safe to repeat."""
        if self._session is not None:
            await self._session.close()


async def _read(content: aiohttp.StreamReader, reader: AnswerReader, name: str) -> AsyncGenerator[Piece, None]:
    parser = SseParser()
    async for chunk in content.iter_any():
        for data in parser.feed(chunk):
            try:
                made = reader.feed(data)
            except (AttributeError, TypeError, ValueError):  # lists where objects should be, and the like
                raise UnusableAnswer(f"{name} streams what nobody can read; check the model's address", name) from None
            for piece in made:
                yield piece
            if reader.done:
                break
        if reader.done:
            break
    for piece in reader.finish():
        yield piece
