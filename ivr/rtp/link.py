"""One call's audio over UDP. The socket is drained and fed by the tick: no callback a packet, no task a call.

Symmetric RTP: we answer to where packets come from. The first source that sends valid RTP is believed; another one
only after the first has been silent for ``SOURCE_TIMEOUT``. Datagrams from elsewhere are counted and dropped.
"""

from __future__ import annotations

import socket
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ivr.errors import PortsExhausted
from ivr.rtp.stream import RtpStream

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.ports import LinkStats

SOURCE_TIMEOUT = 2.0
MAX_DATAGRAM = 2048
MAX_PER_TICK = 50
"""Datagrams read in one tick; a flood waits in the kernel's buffer, which drops what does not fit."""
RECEIVE_BUFFER = 64 * 1024


@dataclass(slots=True)
class PortRange:
    """Even UDP ports from ``first`` to ``last`` on ``host``, handed out in turn."""

    host: str
    first: int
    last: int
    _at: int = field(default=-1, init=False)

    def bind(self) -> socket.socket:
        """Open a socket on the next free port; PortsExhausted when all are taken."""
        start = self.first + self.first % 2
        ports = range(start, self.last + 1, 2)
        for _ in ports:
            self._at = (self._at + 1) % len(ports)
            link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            try:
                link.bind((self.host, ports[self._at]))
            except OSError:
                link.close()
                continue
            return link
        raise PortsExhausted(
            f"all {len(ports)} RTP ports from {self.first} to {self.last} on {self.host} are in use; "
            "widen RTP_PORT_MIN..RTP_PORT_MAX"
        )


class RtpLink:
    """A media leg over UDP."""

    def __init__(self, link: socket.socket, codec: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._socket = link
        self._stream = RtpStream(codec)
        self._clock = clock
        self._peer: tuple[str, int] | None = None
        self._peer_at = 0.0
        self._unsent = 0
        self.rate = self._stream.rate
        self.host, self.port = link.getsockname()

    @property
    def stats(self) -> LinkStats:
        """Counters so far."""
        return self._stream.stats

    @property
    def heard_anything(self) -> bool:
        """Whether RTP has ever arrived."""
        return self._peer is not None

    def receive(self) -> bytes:
        """Read what arrived; give the next 20 ms."""
        now = self._clock()
        for _ in range(MAX_PER_TICK):
            try:
                data, source = self._socket.recvfrom(MAX_DATAGRAM)
            except (BlockingIOError, ConnectionRefusedError):
                break
            self._take(data, source, now)
        return self._stream.next_frame()

    def _take(self, data: bytes, source: tuple[str, int], now: float) -> None:
        if source != self._peer and self._peer is not None and now - self._peer_at < SOURCE_TIMEOUT:
            self.stats.foreign += 1
            return
        if self._stream.receive(data, now):
            self._peer, self._peer_at = source, now

    def digits(self) -> tuple[str, ...]:
        """Take the keys that came in band."""
        return self._stream.digits()

    def send(self, pcm: bytes) -> None:
        """Send 20 ms; until the other side is known there is nowhere to send to."""
        datagram = self._stream.packetize(pcm)
        if self._peer is None:
            return
        try:
            self._socket.sendto(datagram, self._peer)
        except (BlockingIOError, ConnectionRefusedError):
            self._unsent += 1

    def flush(self) -> None:
        """Do nothing: each frame goes out at once, so nothing is held."""

    async def aclose(self) -> None:
        """Free the port."""
        self._socket.close()


def open_rtp_link(ports: PortRange, codec: str, clock: Callable[[], float] = time.monotonic) -> RtpLink:
    """Open a media leg on the next free port."""
    link = ports.bind()
    link.setblocking(False)
    link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
    return RtpLink(link, codec, clock)
