"""Both media links against a real Asterisk: a tone goes to its echo application and comes back."""

from __future__ import annotations

import asyncio
import statistics
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import aiohttp
import numpy as np
import pytest

from ivr.ports import CallOffer
from ivr.rtp.link import PortRange, RtpLink
from ivr.rtp.pacer import Pacer
from ivr.telephony.media import NewRtpLink
from ivr.telephony.media_websocket import MediaServer
from ivr.telephony.media_websocket_leg import NewWebsocketLink

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from ivr.ports import MediaLink
    from ivr.telephony.media import NewLink
    from ivr.telephony.pbx import LocalPbx

pytestmark = pytest.mark.asterisk
APP = "media-test"
OFFER = CallOffer("call", "echo", "inbound", "1001", "600", 0.0)


class Ari:
    """Just enough of ARI to build an echo."""

    def __init__(self, pbx: LocalPbx, session: aiohttp.ClientSession) -> None:
        self._url = pbx.config.ari_url
        self._session = session

    async def ask(self, method: str, path: str, **query: str) -> Any:
        async with self._session.request(method, self._url + path, params=query) as answer:
            assert answer.status < 300, await answer.text()
            return await answer.json() if answer.status == 200 else None

    async def remove(self, path: str) -> None:
        """Delete what may be gone already."""
        async with self._session.delete(self._url + path) as answer:
            assert answer.status in {204, 404}, await answer.text()


@asynccontextmanager
async def echo_over(pbx: LocalPbx, new_link: NewLink) -> AsyncIterator[tuple[MediaLink, Ari]]:
    """Bridge a media leg with Asterisk's echo; hang everything up in the end."""
    config = pbx.config
    login = {"Authorization": aiohttp.encode_basic_auth(config.ari_user, config.ari_password)}
    async with aiohttp.ClientSession(headers=login) as session:
        ari = Ari(pbx, session)
        async with session.ws_connect(f"{config.ari_url}/events", params={"app": APP}) as events:
            prepared = await new_link(OFFER)
            asked = prepared.request
            await ari.ask("POST", "/channels", endpoint="Local/600@phones", app=APP, channelId="echo", formats="alaw")
            leg = await ari.ask(
                "POST",
                "/channels/externalMedia",
                app=APP,
                channelId="leg",
                format=asked.format,
                external_host=asked.external_host,
                encapsulation=asked.encapsulation,
                transport=asked.transport,
                connection_type=asked.connection_type,
            )
            variables = leg["channelvars"]
            link = await prepared.connect(variables)
            if isinstance(link, RtpLink):
                # Nobody sends before the other: without this an echo would wait for ever.
                link.aim(variables["UNICASTRTP_LOCAL_ADDRESS"], int(variables["UNICASTRTP_LOCAL_PORT"]))
            await started(events, {"echo", "leg"})
            await ari.ask("POST", "/bridges/meeting", type="mixing")
            await ari.ask("POST", "/bridges/meeting/addChannel", channel="echo,leg")
            try:
                yield link, ari
            finally:
                await prepared.aclose()
                for thing in ("/channels/echo", "/channels/leg", "/bridges/meeting"):
                    await ari.remove(thing)


async def started(events: aiohttp.ClientWebSocketResponse, channels: set[str]) -> None:
    async with asyncio.timeout(10):
        while channels:
            event = await events.receive_json()
            if event["type"] == "StasisStart":
                channels.discard(event["channel"]["id"])


def links(pbx: LocalPbx, kind: str) -> NewLink:
    transport, _, codec = kind.partition(" ")
    if transport == "rtp":
        return NewRtpLink(PortRange("127.0.0.1", 31000, 31098), "127.0.0.1", codec)
    return NewWebsocketLink(MediaServer.beside(pbx.config.ari_url), codec)


async def listen(link: MediaLink, ticks: int, bursts: dict[int, bytes]) -> list[tuple[float, bytes]]:
    """Say the bursts at their ticks and silence otherwise; answers what was heard, and when."""
    heard = []
    silence = bytes(link.rate // 25)
    async for tick in Pacer():
        heard.append((time.monotonic(), link.receive()))
        link.send(bursts.get(tick.number, silence))
        if tick.number >= ticks:
            break
    return heard


def tone(rate: int, number: int) -> bytes:
    at = (np.arange(rate // 50) + number * rate // 50) / rate
    return bytes((8000 * np.sin(2 * np.pi * 500 * at)).astype(np.int16).tobytes())


def level(pcm: bytes) -> float:
    return float(np.sqrt(np.mean(np.frombuffer(pcm, np.int16).astype(float) ** 2)))


@pytest.mark.parametrize("kind", ["rtp alaw", "rtp ulaw", "rtp g722", "websocket alaw", "websocket slin16"])
async def test_a_tone_comes_back_within_three_ticks(pbx: LocalPbx, kind: str) -> None:
    async with echo_over(pbx, links(pbx, kind)) as (link, _):
        starts = range(50, 250, 25)
        bursts = {start + n: tone(link.rate, start + n) for start in starts for n in range(5)}
        heard = await listen(link, 260, bursts)
        loud = [number for number, (_, pcm) in enumerate(heard, 1) if level(pcm) > 2000]
        delays = [min(number - start for number in loud if number >= start) for start in starts]
        assert statistics.median(delays) <= 3
        assert link.heard_anything
        assert link.stats.malformed == link.stats.unexpected == link.stats.foreign == 0
        assert link.stats.received > 200
        pitch = b"".join(pcm for _, pcm in heard[loud[0] : loud[0] + 3])
        spectrum = np.abs(np.fft.rfft(np.frombuffer(pitch, np.int16)))
        assert np.argmax(spectrum) * link.rate * 2 / len(pitch) == pytest.approx(500, abs=20)


async def test_a_burst_into_the_websocket_does_not_become_lasting_delay(pbx: LocalPbx) -> None:
    async with echo_over(pbx, links(pbx, "websocket alaw")) as (link, _):
        await listen(link, 25, {})
        for _ in range(15):
            link.send(bytes(320))
        await listen(link, 120, {})
        heard = await listen(link, 40, {10: tone(8000, 0), 11: tone(8000, 1), 12: tone(8000, 2)})
        loud = [number for number, (_, pcm) in enumerate(heard, 1) if level(pcm) > 2000]
        assert loud[0] - 10 <= 4


async def test_keys_come_over_the_websocket(pbx: LocalPbx) -> None:
    async with echo_over(pbx, links(pbx, "websocket alaw")) as (link, ari):
        await listen(link, 10, {})
        await ari.ask("POST", "/channels/echo/dtmf", dtmf="45")
        await listen(link, 60, {})
        assert "".join(link.digits()) == "45"
