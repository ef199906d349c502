"""Our end of the media websocket against a server that does what the test wants."""

from __future__ import annotations

import asyncio
import json
import struct
from collections import deque
from typing import TYPE_CHECKING

import aiohttp
import pytest
from aiohttp import web

from ivr.errors import ConfigError, MediaError
from ivr.telephony import media_websocket
from ivr.telephony.media_websocket import MediaServer, WebsocketLink, open_websocket_link

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

LOUD = struct.pack("<h", 4000) * 160
START = json.dumps({"event": "MEDIA_START", "format": "slin", "optimal_frame_size": 320, "ptime": 20})


class Asterisk:
    """Greets each connection with ``greeting``; keeps what it gets; answers GET_STATUS with ``queue``."""

    def __init__(self) -> None:
        self.greeting: list[str | bytes] = [START]
        self.got: list[str | bytes] = []
        self.queue = 0
        self.deaf = False
        self.socket: web.WebSocketResponse
        self.arrived = asyncio.Event()
        self.runner: web.AppRunner
        self.server: MediaServer

    async def start(self) -> None:
        app = web.Application()
        app.router.add_get("/media/{id}", self.serve)
        self.runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", 0)
        await site.start()
        host, port = self.runner.addresses[0][:2]
        self.server = MediaServer.beside(f"http://{host}:{port}/ari")

    async def serve(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["id"] != "secret":
            return web.Response(status=404)
        self.socket = web.WebSocketResponse(protocols=("media",), autoping=False)
        await self.socket.prepare(request)
        for greeting in self.greeting:
            await self.tell(greeting)
        async for message in self.socket:
            if message.type is aiohttp.WSMsgType.PONG:
                self.got.append("PONG")
                continue
            self.got.append(message.data)
            self.arrived.set()
            if isinstance(message.data, str) and "GET_STATUS" in message.data:
                await self.tell(json.dumps({"event": "STATUS", "queue_length": self.queue}))
        return self.socket

    async def tell(self, message: str | bytes) -> None:
        if isinstance(message, bytes):
            await self.socket.send_bytes(message)
        else:
            await self.socket.send_str(message)

    @property
    def commands(self) -> list[str]:
        return [json.loads(message)["command"] for message in self.got if isinstance(message, str)]

    @property
    def sound(self) -> list[bytes]:
        return [message for message in self.got if isinstance(message, bytes)]


@pytest.fixture
async def asterisk() -> AsyncIterator[Asterisk]:
    server = Asterisk()
    await server.start()
    yield server
    await server.runner.cleanup()


@pytest.fixture
async def link(asterisk: Asterisk) -> AsyncIterator[WebsocketLink]:
    one = await open_websocket_link(asterisk.server, "secret", "slin")
    yield one
    await one.aclose()


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not true():  # noqa: ASYNC110 - the condition is in several tasks and sockets
            await asyncio.sleep(0.005)


def frame(value: int) -> bytes:
    return struct.pack("<h", value) * 160


async def test_sound_goes_both_ways(asterisk: Asterisk, link: WebsocketLink) -> None:
    assert not link.heard_anything
    link.send(LOUD)
    await until(lambda: asterisk.sound == [LOUD])
    await asterisk.tell(LOUD)
    await until(lambda: link.waiting == 1)
    assert link.receive() == LOUD
    assert (link.stats.received, link.stats.sent, link.rate) == (1, 1, 8000)


async def test_sound_before_the_start_is_kept(asterisk: Asterisk) -> None:
    asterisk.greeting = [frame(1000), frame(1001), START]
    link = await open_websocket_link(asterisk.server, "secret", "slin")
    assert [link.receive(), link.receive()] == [frame(1000), frame(1001)]
    await link.aclose()


async def test_what_comes_in_a_burst_is_bounded(asterisk: Asterisk, link: WebsocketLink) -> None:
    for number in range(120):
        await asterisk.tell(frame(1000 + number))
    await until(lambda: link.stats.received == 120)
    assert link.waiting <= 50


@pytest.mark.parametrize("junk", [b"", bytes(60_000), "gibberish", "{}"])
async def test_junk_is_counted_and_dropped(asterisk: Asterisk, link: WebsocketLink, junk: str | bytes) -> None:
    await asterisk.tell(junk)
    await asterisk.tell(LOUD)
    await until(lambda: link.waiting == 1)
    assert link.stats.malformed == 1


async def test_flush_drops_what_waits_here_and_there(asterisk: Asterisk, link: WebsocketLink) -> None:
    link.send(LOUD)
    link.flush()
    await until(lambda: "FLUSH_MEDIA" in asterisk.commands)
    assert asterisk.sound == []


async def test_while_asterisk_says_stop_nothing_is_sent(asterisk: Asterisk, link: WebsocketLink) -> None:
    await asterisk.tell('{"event":"MEDIA_XOFF"}')
    await asterisk.tell(LOUD)
    await until(lambda: link.waiting == 1)
    link.send(LOUD)
    await asterisk.tell('{"event":"MEDIA_XON"}')
    await asterisk.tell(LOUD)
    await until(lambda: link.waiting == 2)
    link.send(frame(77))
    await until(lambda: asterisk.sound == [frame(77)])
    assert link.stats.unsent == 1


async def test_delay_in_asterisk_is_won_back_where_we_are_silent(asterisk: Asterisk, link: WebsocketLink) -> None:
    asterisk.queue = 6
    for _ in range(media_websocket.ASK_EVERY):
        link.send(LOUD)
        await asyncio.sleep(0)
    await until(lambda: link.far_queue == 6)
    for number in range(10):
        link.send(LOUD if number % 2 else bytes(320))
    await until(lambda: len(asterisk.sound) == media_websocket.ASK_EVERY + 6)
    assert asterisk.sound.count(LOUD) == media_websocket.ASK_EVERY + 5
    assert link.stats.skipped == 4
    assert "FLUSH_MEDIA" not in asterisk.commands


async def test_a_long_queue_in_asterisk_is_flushed(asterisk: Asterisk, link: WebsocketLink) -> None:
    asterisk.queue = 100
    for _ in range(media_websocket.ASK_EVERY):
        link.send(LOUD)
        await asyncio.sleep(0)
    await until(lambda: "FLUSH_MEDIA" in asterisk.commands)


async def test_keys_that_asterisk_tells_of_are_digits(asterisk: Asterisk, link: WebsocketLink) -> None:
    await asterisk.tell('{"event":"DTMF_END","digit":"5"}')
    await asterisk.tell("DTMF_END digit:# channel_id:m1")
    await asterisk.tell(LOUD)
    await until(lambda: link.waiting == 1)
    assert link.digits() == ("5", "#")
    assert link.digits() == ()


async def test_a_plain_speaking_asterisk_gets_plain_commands(asterisk: Asterisk) -> None:
    asterisk.greeting = ["MEDIA_START connection_id:secret format:slin optimal_frame_size:320"]
    link = await open_websocket_link(asterisk.server, "secret", "slin")
    link.flush()
    await until(lambda: "FLUSH_MEDIA" in asterisk.got)
    await link.aclose()


async def test_no_pong_is_sent_unasked(asterisk: Asterisk, link: WebsocketLink) -> None:
    link.send(LOUD)
    await until(lambda: bool(asterisk.sound))
    assert "PONG" not in asterisk.got


async def test_after_asterisk_hangs_up_there_is_silence_and_no_error(asterisk: Asterisk, link: WebsocketLink) -> None:
    await asterisk.socket.close()
    await until(lambda: link.closed)
    link.send(LOUD)
    link.flush()
    assert link.receive() == bytes(320)


async def test_a_stalled_writer_drops_the_oldest(link: WebsocketLink) -> None:
    for number in range(60):
        link.send(frame(1000 + number))
    assert link.stats.unsent == 11
    assert isinstance(link._queue, deque)
    assert link._queue[-1] == frame(1059)


async def test_a_wrong_format_is_refused(asterisk: Asterisk) -> None:
    with pytest.raises(MediaError, match="'slin' instead of 'alaw'"):
        await open_websocket_link(asterisk.server, "secret", "alaw")


async def test_an_unknown_connection_says_what_to_do_and_not_its_secret(asterisk: Asterisk) -> None:
    with pytest.raises(MediaError, match="MEDIA_TRANSPORT=rtp") as caught:
        await open_websocket_link(asterisk.server, "wrong", "slin")
    assert "wrong" not in str(caught.value)


async def test_a_server_that_never_starts_is_given_up(asterisk: Asterisk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media_websocket, "CONNECT_DEADLINE", 0.1)
    asterisk.greeting = []
    with pytest.raises(MediaError, match=r"no answer within 0\.1 s"):
        await open_websocket_link(asterisk.server, "secret", "slin")


async def test_a_server_that_closes_at_once_is_an_error(asterisk: Asterisk) -> None:
    asterisk.greeting = []
    opening = asyncio.create_task(open_websocket_link(asterisk.server, "secret", "slin"))
    await until(lambda: hasattr(asterisk, "socket"))
    await asyncio.sleep(0.05)
    await asterisk.socket.close()
    with pytest.raises(MediaError, match="closed the media websocket before it began"):
        await opening


def test_the_media_address_is_beside_aris() -> None:
    assert MediaServer.beside("https://pbx:8089/ari/").url == "wss://pbx:8089/media"
    with pytest.raises(ConfigError, match="ARI_URL"):
        MediaServer.beside("pbx:8088")
