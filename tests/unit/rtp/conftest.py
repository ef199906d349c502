"""A network between two ends, in integers of milliseconds: nothing happens but what the test says."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from ivr.rtp.stream import RtpStream

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PACKET_MS = 20
LOUD = 1000
"""Sample value of the first frame; each next one is one higher, so that a frame tells its number."""


@dataclass
class LossyLink:
    """Carries one 20 ms packet after another; ``fates`` says after how many ms each arrives, and how often.

    ``()`` loses the packet, ``(0,)`` delivers at once, ``(0, 5)`` twice. The receiver ticks every 20 ms,
    ``phase`` ms after the packets are sent. ``pauses`` maps a packet's number to ms of silence before it.
    """

    fates: Sequence[tuple[int, ...]]
    phase: int = 1
    pauses: dict[int, int] = field(default_factory=dict)
    loudness: Callable[[int], int] = lambda number: LOUD + number % 30_000
    stream: RtpStream = field(default_factory=lambda: RtpStream("slin"))
    depths: list[int] = field(default_factory=list)
    edit: Callable[[int, bytes], bytes] = lambda _number, data: data

    def play(self, more_ticks: int = 0) -> list[int]:
        """Deliver everything; answers the first sample's value of each tick's frame."""
        sender = RtpStream("slin")
        arrivals: list[tuple[int, int, bytes]] = []
        sent_at = 0
        for number, fate in enumerate(self.fates):
            sent_at += self.pauses.get(number, 0)
            data = self.edit(number, sender.packetize(struct.pack("<h", self.loudness(number)) * 160))
            arrivals += [(sent_at + delay, number, data) for delay in fate]
            sent_at += PACKET_MS
        arrivals.sort(key=lambda arrival: arrival[:2])
        heard = []
        for tick in range(sent_at // PACKET_MS + more_ticks):
            now = tick * PACKET_MS + self.phase
            while arrivals and arrivals[0][0] <= now:
                at, _, data = arrivals.pop(0)
                self.stream.receive(data, "phone", at / 1000)
            frame = self.stream.next_frame(now / 1000)
            assert len(frame) == 320
            heard.append(struct.unpack_from("<h", frame)[0])
            self.depths.append(self.stream.waiting)
        return heard


@pytest.fixture(scope="session")
def lossy_link() -> type[LossyLink]:
    return LossyLink
