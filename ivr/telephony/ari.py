"""Our end of ARI: commands over HTTP, events over one WebSocket that is opened again whenever it breaks.

An open socket proves nothing: Asterisk, when it buries an old socket of ours late, takes our application from the new
one, which then stays open and silent. So we have an event told to ourselves now and then, and open again when it does
not come.

Events pass a bounded queue between a task that only reads (Asterisk cuts slow readers off) and the consumer. When
the queue is full the connection is dropped: what was lost is unknown, and the reconciliation after the reconnect
finds out. The password travels in a header only, and no error or log line holds a request's headers.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self, TypeVar

import aiohttp
from yarl import URL

from ivr.errors import AriRefused, AriUnauthorized, AriUnavailable, ChannelGone, ConfigError, TelephonyError
from ivr.telephony.ari_commands import RaiseUserEvent
from ivr.telephony.event_queue import EventQueue
from ivr.telephony.events import AriEvent, EventReader, UserEvent

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping
    from types import TracebackType

    from ivr.telephony.ari_request import Command

log = logging.getLogger(__name__)
T = TypeVar("T")

HEARTBEAT = 15.0
"""Seconds between our pings. Asterisk answers them; an unasked pong can crash it, so none is sent."""
KEEP_ALIVE = 10.0
"""Seconds that an idle HTTP connection is kept: less than Asterisk's own 15, or a request meets a closing one."""
FIRST_PROOF, LAST_PROOF = 0.25, 5.0
"""Seconds between two proofs that events reach us; they begin close together, where the danger is."""
PROOF_DEADLINE = 3.0
SHORT_LIVED = 1.0
"""Seconds under which a socket that closed counts as a failure to open it."""
ATTEMPTS = 3
FIRST_BACKOFF, LAST_BACKOFF = 0.25, 10.0
_GONE = ("not found", "not in a stasis application", "not in stasis application")


@dataclass(frozen=True, slots=True)
class AriConfig:
    """Where ARI is and who we are; ``deadline`` in seconds holds for one command, retries included."""

    url: str
    user: str
    password: str = field(repr=False)
    app: str = "ivr"
    deadline: float = 5.0
    queue: int = 4096
    """Events waiting for the consumer."""


@dataclass(frozen=True, slots=True)
class Connected:
    """The event socket is open; whatever happened before it was not seen."""


@dataclass(frozen=True, slots=True)
class Disconnected:
    """The event socket broke; it is being opened again."""

    reason: str


LineEvent = AriEvent | Connected | Disconnected


class AriClient:
    """Talks to one Asterisk as one Stasis application. Use as ``async with``."""

    def __init__(self, config: AriConfig) -> None:
        self._config = config
        self._url = URL(config.url.rstrip("/"))
        if self._url.scheme not in {"http", "https"} or self._url.user is not None:
            raise ConfigError(
                "ARI_URL must be http(s)://HOST:PORT/ari; put the credentials in ARI_USER and ARI_PASSWORD"
            )
        self._reader = EventReader()
        self._session: aiohttp.ClientSession | None = None
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._proof = UserEvent(f"proof-{uuid.uuid4()}")
        self._proved = asyncio.Event()

    @property
    def app(self) -> str:
        """The Stasis application's name."""
        return self._config.app

    @property
    def connected(self) -> bool:
        """Whether the event socket is open; nothing may be dialled while it is not."""
        return self._socket is not None and not self._socket.closed

    @property
    def malformed(self) -> int:
        """Messages that were no events."""
        return self._reader.malformed

    async def __aenter__(self) -> Self:
        """Open the HTTP side; nothing is sent yet."""
        self._session = aiohttp.ClientSession(
            headers={"Authorization": aiohttp.encode_basic_auth(self._config.user, self._config.password)},
            connector=aiohttp.TCPConnector(limit=64, keepalive_timeout=KEEP_ALIVE),
            timeout=aiohttp.ClientTimeout(total=None),
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    # --- commands ----------------------------------------------------------------------------

    async def do(self, command: Command[T]) -> T:
        """Carry out one command.

        Raises AriUnavailable, AriUnauthorized, ChannelGone or AriRefused. A command whose answer was lost is sent
        again only when that does no harm.
        """
        last = AriUnavailable(self._no_answer(command.path))
        try:
            async with asyncio.timeout(self._config.deadline):
                for attempt in range(ATTEMPTS):
                    try:
                        return command.read(await self._once(command))
                    except AriRefused as error:
                        existing = command.existing()
                        if not attempt or existing is None:
                            raise
                        return command.read(await self._made(existing, error))
                    except AriUnavailable as error:
                        if not command.repeatable:
                            raise
                        last = error
                        await asyncio.sleep(_backoff(attempt))
        except TimeoutError:
            raise last from None
        raise last

    async def _made(self, existing: Command[Any], refused: AriRefused) -> Any:
        """Fetch what an earlier attempt made, whose answer was lost; raise the refusal when it made nothing."""
        try:
            return await self._once(existing)
        except ChannelGone:
            raise refused from None

    async def api_docs(self, resource: str) -> Mapping[str, Any]:
        """Read the server's own description of one resource (``channels``, ``events``, ...)."""
        async with asyncio.timeout(self._config.deadline):
            document = await self._request("GET", f"/api-docs/{resource}.json", {}, None)
        return dict(document)

    async def _once(self, command: Command[Any]) -> Any:
        return await self._request(command.METHOD, command.path, command.query, command.body)

    async def _request(self, method: str, path: str, query: dict[str, str], body: Mapping[str, Any] | None) -> Any:
        url = URL(f"{self._url}{path}", encoded=True).with_query(query)
        try:
            async with self._http.request(method, url, json=body) as answer:
                text = await answer.text()
                log.debug("%s %s: %d", method, path, answer.status)
                self._judge(f"{method} {path}", answer.status, text)
                return json.loads(text) if text else None
        except json.JSONDecodeError:
            raise AriUnavailable(f"what answers at {self._url} is no ARI; correct ARI_URL (it ends in /ari)") from None
        except (aiohttp.ClientError, OSError) as error:
            raise AriUnavailable(f"{self._no_answer(path)} ({type(error).__name__})") from None

    def _judge(self, what: str, status: int, text: str) -> None:
        if status < 300:  # noqa: PLR2004 - HTTP's own numbers
            return
        match status:
            case 401 | 403:
                raise AriUnauthorized(self._unauthorized())
            case 404 if not text.lstrip().startswith("{"):
                raise AriUnavailable(f"there is no ARI at {self._url}; correct ARI_URL (it ends in /ari)")
            case 404:
                raise ChannelGone(f"{what}: {text.strip()}; it ended before the command came")
            case 503:
                raise AriUnavailable(f"Asterisk at {self._url} is still starting or stopping; try again in a moment")
            case _ if any(sign in text.lower() for sign in _GONE):
                raise ChannelGone(f"{what}: {text.strip()}; it ended before the command came")
            case _:
                raise AriRefused(f"Asterisk refused {what} with {status}: {text.strip()}; its log says why", status)

    @property
    def _http(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise AriUnavailable("the ARI client is closed; use it inside `async with`")
        return self._session

    def _no_answer(self, path: str) -> str:
        return f"no answer from ARI at {self._url}{path}; start the PBX (`ivr pbx start`) or correct ARI_URL"

    def _unauthorized(self) -> str:
        return (
            f"Asterisk refused the ARI user {self._config.user!r}; "
            "make ARI_USER and ARI_PASSWORD match a section of its ari.conf and restart both"
        )

    # --- events ------------------------------------------------------------------------------

    async def events(self) -> AsyncGenerator[LineEvent, None]:
        """Deliver events for ever, with Connected and Disconnected between them; AriUnauthorized ends it.

        Leave it with ``contextlib.aclosing``, so that the socket is closed at once.
        """
        failures = 0
        while True:
            try:
                socket = await self._open()
            except AriUnavailable as error:
                delay = _backoff(failures)
                failures += 1
                log.warning("%s; trying again in %.1f s", error, delay)
                await asyncio.sleep(delay)
                continue
            opened = asyncio.get_running_loop().time()
            queue = EventQueue(self._config.queue)
            tasks = [
                asyncio.create_task(self._read(socket, queue), name="ari-reader"),
                asyncio.create_task(self._prove(queue), name="ari-proof"),
            ]
            try:
                self._socket = socket
                yield Connected()
                while (event := await queue.get()) is not None:
                    yield event
            finally:
                self._socket = None
                for task in tasks:
                    task.cancel()
                await asyncio.wait(tasks)
                await socket.close()
            yield Disconnected(queue.reason or "closed")
            failures = await _rest(failures, asyncio.get_running_loop().time() - opened)

    async def _open(self) -> aiohttp.ClientWebSocketResponse:
        url = URL(f"{self._url}/events").with_query(app=self._config.app, subscribeAll="false")
        try:
            async with asyncio.timeout(self._config.deadline):
                return await self._http.ws_connect(
                    url, heartbeat=HEARTBEAT, timeout=aiohttp.ClientWSTimeout(ws_close=1.0)
                )
        except aiohttp.WSServerHandshakeError as error:
            if error.status in {401, 403}:
                raise AriUnauthorized(self._unauthorized()) from None
            raise AriUnavailable(f"{self._no_answer('/events')} (it answered {error.status})") from None
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise AriUnavailable(f"{self._no_answer('/events')} ({type(error).__name__})") from None

    async def _read(self, socket: aiohttp.ClientWebSocketResponse, queue: EventQueue) -> None:
        reason = "Asterisk closed the event socket"
        try:
            async for message in socket:
                if message.type is not aiohttp.WSMsgType.TEXT:
                    continue
                event = self._reader.read(message.data)
                if event is None:
                    log.warning("a message from Asterisk was no event (%d so far)", self._reader.malformed)
                elif event == self._proof:
                    self._proved.set()
                elif not queue.put(event):
                    reason = f"{self._config.queue} events were waiting: the call worker is too slow for this load"
                    break
        finally:
            queue.close(reason)

    async def _prove(self, queue: EventQueue) -> None:
        """Close ``queue`` when an event that we asked for does not reach us."""
        pause = FIRST_PROOF
        while True:
            await asyncio.sleep(pause)
            pause = min(2 * pause, LAST_PROOF)
            self._proved.clear()
            try:
                await self.do(RaiseUserEvent(self._proof.name, self.app))
                async with asyncio.timeout(PROOF_DEADLINE):
                    await self._proved.wait()
            except ChannelGone:
                return queue.close(f"Asterisk has forgotten the application {self.app!r}")
            except TimeoutError:
                return queue.close(f"the event socket is open, but events of {self.app!r} do not reach us")
            except TelephonyError as error:
                log.warning("whether events reach us cannot be told: %s", error)


async def _rest(failures: int, lived: float) -> int:
    """Wait where a socket lived but a moment: it may be opened and closed at once again and again."""
    if lived > SHORT_LIVED:
        return 0
    await asyncio.sleep(_backoff(failures))
    return failures + 1


def _backoff(failures: int) -> float:
    """Seconds to wait after so many failures: doubling, with jitter so that workers do not come back together."""
    return float(min(LAST_BACKOFF, FIRST_BACKOFF * 2 ** min(failures, 16)) * random.uniform(0.5, 1.0))
