"""One call's audio over Asterisk's media websocket (``chan_websocket``), with Asterisk as the server.

Asterisk plays what we send from a queue of its own, 20 ms a tick of its clock. We send 20 ms a tick of ours, so what
once piles up there stays as delay for ever. We ask for the queue's length every second; what is over
``TARGET_QUEUE`` is won back by not sending frames in which we are silent, and a queue over ``FLUSH_ABOVE`` is flushed.

The connection id is a secret that only the channel's creator has; Asterisk asks for no password here. An unasked
pong can crash Asterisk, so none is sent (it answers pings of ours, and we its).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

import aiohttp

from ivr.audio.codec import RawLinear, new_codec
from ivr.audio.level import rms
from ivr.errors import BadPacket, ConfigError, MediaError
from ivr.ports import LinkStats
from ivr.rtp.jitter import WRAP
from ivr.rtp.reception import FRAME_SECONDS, QUIET, Reception
from ivr.telephony.media_control import MediaNotice, command, parse_notice

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.audio.codec import Codec

log = logging.getLogger(__name__)

CONNECT_DEADLINE = 5.0
CLOSE_DEADLINE = 1.0
MAX_MESSAGE = 65_500
"""Bytes; Asterisk's own limit."""
MAX_QUEUED = 50
"""Messages waiting to be written (a second); the oldest is dropped beyond that."""
MAX_SOUND = 1.0
"""Seconds of sound in one message; longer ones are dropped as malformed."""
ASK_EVERY = 50
"""Frames between two questions for Asterisk's queue."""
TARGET_QUEUE = 2
FLUSH_ABOVE = 25
MAX_DIGITS = 64


@dataclass(frozen=True, slots=True)
class MediaServer:
    """Where Asterisk's media websocket is: ``ws://host:port/media``."""

    url: str

    @classmethod
    def beside(cls, ari_url: str) -> MediaServer:
        """Derive it from ARI's address, which the same HTTP server has."""
        if not ari_url.startswith(("http://", "https://")):
            raise ConfigError(f"ARI_URL {ari_url!r} is not an address; set it like http://127.0.0.1:8088/ari")
        return cls("ws" + ari_url.removeprefix("http").rstrip("/").removesuffix("/ari") + "/media")


def media_codec(media_format: str) -> Codec:
    """Make the codec of a websocket format: alaw, ulaw, g722, slin (8 kHz) or slin16; ConfigError otherwise."""
    match media_format:
        case "slin":
            return RawLinear("slin", 8000)
        case "slin16":
            return RawLinear("slin16", 16000)
        case _:
            return new_codec(media_format)


class WebsocketLink:
    """A media leg over the websocket; made by ``open_websocket_link``."""

    def __init__(self, session: aiohttp.ClientSession, codec: Codec, clock: Callable[[], float]) -> None:
        self._session = session
        self._codec = codec
        self._clock = clock
        self.rate = codec.rate
        self.stats = LinkStats()
        self.closed = False
        """Whether Asterisk or we have closed it; then silence is heard and nothing is sent."""
        self._reception = Reception(codec, self.stats)
        self._sequence = 0
        self._digits: list[str] = []
        self._started: asyncio.Future[MediaNotice] = asyncio.get_running_loop().create_future()
        self._socket: aiohttp.ClientWebSocketResponse
        self._queue: deque[bytes | str] = deque(maxlen=MAX_QUEUED)
        self._queued = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._plain = self._stopped = False
        self._asked = 0
        self._shed = 0
        self.far_queue = 0
        """Frames that waited in Asterisk when last asked."""

    # --- as the conductor sees it ----------------------------------------------------------

    @property
    def heard_anything(self) -> bool:
        """Whether sound has ever arrived."""
        return self.stats.received > 0

    @property
    def waiting(self) -> int:
        """Messages held back on our side."""
        return self._reception.waiting

    def receive(self) -> bytes:
        """Give the next 20 ms."""
        return self._reception.next_frame(self._clock())

    def digits(self) -> tuple[str, ...]:
        """Take the keys that Asterisk told of."""
        if not self._digits:
            return ()
        digits, self._digits = tuple(self._digits), []
        return digits

    def send(self, pcm: bytes) -> None:
        """Queue 20 ms; silence is left out while Asterisk has too much to play."""
        if self.closed:
            return
        self._asked += 1
        if self._asked >= ASK_EVERY:
            self._asked = 0
            self._put(command("GET_STATUS", plain=self._plain))
        if self._stopped:
            self.stats.unsent += 1
        elif self._shed and rms(pcm) < QUIET:
            self._shed -= 1
            self.stats.skipped += 1
        else:
            self._put(self._codec.encode(pcm))

    def flush(self) -> None:
        """Drop what waits here and in Asterisk."""
        self._queue.clear()
        self._shed = 0
        if not self.closed:
            self._put(command("FLUSH_MEDIA", plain=self._plain))

    def _put(self, message: bytes | str) -> None:
        if len(self._queue) == MAX_QUEUED:
            self.stats.unsent += 1
        self._queue.append(message)
        self._queued.set()

    # --- the connection --------------------------------------------------------------------

    async def open(self, url: str, media_format: str) -> None:
        """Connect and wait until Asterisk has named the format; MediaError when it does not."""
        try:
            async with asyncio.timeout(CONNECT_DEADLINE):
                self._socket = await self._session.ws_connect(
                    url,
                    protocols=("media",),
                    max_msg_size=MAX_MESSAGE,
                    timeout=aiohttp.ClientWSTimeout(ws_close=CLOSE_DEADLINE),
                )
                self._tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._write())]
                start = await self._started
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            reason = str(error) or f"no answer within {CONNECT_DEADLINE:g} s"
            where = url.rpartition("/")[0]  # what follows is the connection's id, a secret
            raise MediaError(
                f"cannot open the media websocket at {where} ({reason.replace(url, where)}); "
                "load chan_websocket (Asterisk 22.8 or later) or set MEDIA_TRANSPORT=rtp"
            ) from error
        self._plain = start.plain
        if start.text("format") != media_format:
            raise MediaError(
                f"Asterisk opened the media websocket with {start.text('format')!r} instead of {media_format!r}; "
                "create the external media channel with that format"
            )

    async def aclose(self) -> None:
        """Close the connection; safe to repeat."""
        self.closed = True
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
            await self._socket.close()
        await self._session.close()

    async def _read(self) -> None:
        try:
            async for message in self._socket:
                if message.type is aiohttp.WSMsgType.BINARY:
                    self._hear(message.data)
                elif message.type is aiohttp.WSMsgType.TEXT:
                    self._heed(message.data)
        finally:
            self.closed = True
            if not self._started.done():
                self._started.set_exception(MediaError("Asterisk closed the media websocket before it began"))

    async def _write(self) -> None:
        try:
            while not self.closed:
                await self._queued.wait()
                self._queued.clear()
                while self._queue and not self.closed:
                    message = self._queue.popleft()
                    if isinstance(message, str):
                        await self._socket.send_str(message)
                        continue
                    await self._socket.send_bytes(message)
                    self.stats.sent += 1
        except (aiohttp.ClientError, ConnectionError):
            log.info("Asterisk has closed the media websocket")
            self.closed = True

    # --- what Asterisk says ----------------------------------------------------------------

    def _hear(self, payload: bytes) -> None:
        """Take sound; it may come before MEDIA_START."""
        frame = round(self._codec.clock_rate * FRAME_SECONDS)
        if not payload or len(payload) > frame * 2 * MAX_SOUND / FRAME_SECONDS:
            self.stats.malformed += 1
            return
        self.stats.received += 1
        self._reception.push(self._sequence, payload, self._clock())
        self._sequence = (self._sequence + 1) % WRAP

    def _heed(self, text: str) -> None:
        try:
            notice = parse_notice(text)
        except BadPacket as error:
            self.stats.malformed += 1
            log.debug("dropped: %s", error)
            return
        match notice.name:
            case "MEDIA_START":
                if not self._started.done():
                    self._started.set_result(notice)
            case "MEDIA_XOFF":
                self._stopped = True
            case "MEDIA_XON":
                self._stopped = False
            case "STATUS":
                self._weigh(notice.number("queue_length"))
            case "DTMF_END" if len(self._digits) < MAX_DIGITS:
                self._digits.append(notice.text("digit"))
            case "ERROR":
                log.warning("Asterisk's media websocket: %s", notice.text("error_text"))
            case _:
                log.debug("not heeded: %s", notice.name)

    def _weigh(self, queue: int) -> None:
        """Learn how much waits in Asterisk; decide how to win the delay back."""
        self.far_queue = queue
        if queue > FLUSH_ABOVE:
            self.stats.resyncs += 1
            self.flush()
        else:
            self._shed = max(0, queue - TARGET_QUEUE)


async def open_websocket_link(
    server: MediaServer, connection_id: str, media_format: str, clock: Callable[[], float] = time.monotonic
) -> WebsocketLink:
    """Connect to a media channel that was created with encapsulation none, transport websocket, type server.

    ``connection_id`` is the channel's MEDIA_WEBSOCKET_CONNECTION_ID. MediaError says why it cannot be opened.
    """
    codec = media_codec(media_format)
    link = WebsocketLink(aiohttp.ClientSession(), codec, clock)
    try:
        await link.open(f"{server.url}/{connection_id}", media_format)
    except BaseException:
        await link.aclose()
        raise
    return link
