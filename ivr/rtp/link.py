"""One call's audio over UDP. The socket is drained and fed by the tick: no callback a packet, no task a call.

A packet waits at most one tick in the kernel, which also stamps it with its time of arrival where it can (Linux), so
that jitter is measured on the network and not on our own tick.
"""

from __future__ import annotations

import errno
import socket
import struct
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ivr.errors import MediaError, PortsExhausted
from ivr.rtp.stream import RtpStream

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.ports import LinkStats

MAX_DATAGRAM = 2048
MAX_PER_TICK = 50
"""Datagrams read in one tick; a flood waits in the kernel's buffer, which drops what does not fit."""
RECEIVE_BUFFER = 128 * 1024
"""Bytes; Linux charges about 800 for a 20 ms packet, so over two seconds fit."""
STAMP = struct.Struct("@ll")
STAMP_SPACE = socket.CMSG_SPACE(STAMP.size)
SO_TIMESTAMPNS = 35 if sys.platform == "linux" else None
"""Linux's number; the standard library does not name it."""


@dataclass(slots=True)
class PortRange:
    """Even UDP ports from ``first`` to ``last`` on ``host``, handed out in turn.

    In turn, so that a port rests as long as possible before another call gets it: packets of the old one may still
    come. ``host`` is an address of this machine.
    """

    host: str
    first: int
    last: int
    _at: int = field(default=-1, init=False)

    def bind(self) -> socket.socket:
        """Open a socket on the next free port.

        PortsExhausted when all are taken; MediaError when the address is not ours to bind.
        """
        ports = range(self.first + self.first % 2, self.last + 1, 2)
        for _ in ports:
            self._at = (self._at + 1) % len(ports)
            link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            try:
                link.bind((self.host, ports[self._at]))
            except OSError as error:
                link.close()
                if error.errno == errno.EADDRINUSE:
                    continue
                raise MediaError(
                    f"cannot bind {self.host}:{ports[self._at]} ({error.strerror}); set RTP_HOST to an address of "
                    "this machine and RTP_PORT_MIN to 1024 or more"
                ) from error
            return link
        raise PortsExhausted(
            f"all {len(ports)} even RTP ports from {self.first} to {self.last} on {self.host} are in use; "
            "widen RTP_PORT_MIN..RTP_PORT_MAX"
        )


class RtpLink:
    """A media leg over UDP; made by ``open_rtp_link``."""

    def __init__(self, link: socket.socket, stream: RtpStream, clock: Callable[[], float]) -> None:
        self._socket = link
        self._stream = stream
        self._clock = clock
        self._target: tuple[str, int] | None = None
        self._open = True
        self.rate = self._stream.rate
        self.host, self.port = link.getsockname()

    @property
    def stats(self) -> LinkStats:
        """Counters so far."""
        return self._stream.stats

    @property
    def heard_anything(self) -> bool:
        """Whether RTP has ever arrived."""
        return self._stream.peer is not None

    @property
    def waiting(self) -> int:
        """Packets held back by the jitter buffer."""
        return self._stream.waiting

    def aim(self, host: str, port: int) -> None:
        """Send there until the first packet shows where the other side really is."""
        self._target = (host, port)

    def receive(self) -> bytes:
        """Read what arrived; give the next 20 ms."""
        now = self._clock()
        if self._open:
            self._drain(now)
        return self._stream.next_frame(now)

    def _drain(self, now: float) -> None:
        stamped_now = time.time()
        for _ in range(MAX_PER_TICK):
            try:
                data, control, _flags, source = self._socket.recvmsg(MAX_DATAGRAM, STAMP_SPACE)
            except (BlockingIOError, ConnectionRefusedError):
                return
            arrived = now
            if control:
                seconds, nanoseconds = STAMP.unpack(control[0][2])
                arrived -= min(max(stamped_now - seconds - nanoseconds * 1e-9, 0.0), 1.0)
            self._stream.receive(data, source, arrived)
            if source != self._target and self._stream.peer == source:
                self._target = source

    def digits(self) -> tuple[str, ...]:
        """Take the keys that came in band."""
        return self._stream.digits()

    def send(self, pcm: bytes) -> None:
        """Send 20 ms; until the other side is known there is nowhere to send to."""
        datagram = self._stream.packetize(pcm)
        if self._target is None or not self._open:
            return
        try:
            self._socket.sendto(datagram, self._target)
        except OSError:
            # A full buffer or a route that is gone for now loses this frame, as any network may.
            self.stats.unsent += 1

    def flush(self) -> None:
        """Do nothing: each frame goes out at once, so nothing is held."""

    async def aclose(self) -> None:
        """Free the port; what is received from now on is silence."""
        self._open = False
        self._socket.close()


def open_rtp_link(ports: PortRange, codec: str, clock: Callable[[], float] = time.monotonic) -> RtpLink:
    """Open a media leg on the next free port; ConfigError for an unknown codec."""
    stream = RtpStream(codec)
    link = ports.bind()
    link.setblocking(False)
    link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
    if SO_TIMESTAMPNS is not None:
        link.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    return RtpLink(link, stream, clock)
