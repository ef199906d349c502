"""One RTP stream in each direction: codec, order, concealment, keys, counters. No socket, no clock."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from ivr.audio.codec import new_codec, scaled
from ivr.errors import BadPacket
from ivr.ports import LinkStats
from ivr.rtp.jitter import Gap, JitterBuffer
from ivr.rtp.packet import RtpPacket, TelephoneEvent

if TYPE_CHECKING:
    from ivr.audio.codec import Codec

FRAME_SECONDS = 0.02
FADE = (0.7, 0.35)
"""How loud the last frame is repeated for the first lost packets; then silence."""
JITTER_GAIN = 16
"""RFC 3550's smoothing of the interarrival jitter."""


class RtpStream:
    """Both directions of one call's audio, in 20 ms frames of 16-bit PCM at the codec's ``rate``."""

    def __init__(self, codec: str, event_type: int = 101) -> None:
        self._codec: Codec = new_codec(codec)
        self._event_type = event_type
        self._jitter = JitterBuffer()
        self._frame_bytes = round(self._codec.rate * FRAME_SECONDS) * 2
        self._step = round(self._codec.clock_rate * FRAME_SECONDS)
        self._silence = bytes(self._frame_bytes)
        self._pending = bytearray()
        self._last = self._silence
        self._missing = 0
        self._digits: list[str] = []
        self._event_at: int | None = None
        self._ssrc: int | None = None
        self._transit: float | None = None
        self._jitter_units = 0.0
        self._out_ssrc = random.getrandbits(32)
        self._out_sequence = random.getrandbits(15)
        self._out_timestamp = random.getrandbits(31)
        self._first_out = True
        self.stats = LinkStats()

    @property
    def rate(self) -> int:
        """Hz of the sound in both directions."""
        return self._codec.rate

    @property
    def waiting(self) -> int:
        """Packets held back by the jitter buffer."""
        return len(self._jitter)

    # --- in ------------------------------------------------------------------------------

    def receive(self, data: bytes, now: float) -> bool:
        """Take a datagram that came at ``now``; False when it is not RTP of this stream."""
        try:
            packet = RtpPacket.parse(data)
            if packet.payload_type == self._event_type:
                self._key(packet)
        except BadPacket:
            self.stats.malformed += 1
            return False
        if packet.payload_type not in {self._event_type, self._codec.payload_type}:
            self.stats.malformed += 1
            return False
        self.stats.received += 1
        if packet.ssrc != self._ssrc:
            if self._ssrc is not None:
                self.stats.resyncs += 1
            self._ssrc, self._transit = packet.ssrc, None
            self._jitter.reset()
        sound = packet.payload_type == self._codec.payload_type
        if sound:
            self._measure(packet.timestamp, now)
        self._jitter.push(packet.sequence, packet.payload if sound else None)
        return True

    def _measure(self, timestamp: int, now: float) -> None:
        transit = now * self._codec.clock_rate - timestamp
        if self._transit is not None:
            self._jitter_units += (abs(transit - self._transit) - self._jitter_units) / JITTER_GAIN
        self._transit = transit
        self.stats.jitter_ms = self._jitter_units * 1000 / self._codec.clock_rate

    def _key(self, packet: RtpPacket) -> None:
        event = TelephoneEvent.parse(packet.payload)
        if event.end and packet.timestamp != self._event_at:
            self._event_at = packet.timestamp
            self._digits.append(event.digit)

    def digits(self) -> tuple[str, ...]:
        """Take the keys that were pressed since the last call."""
        digits, self._digits = tuple(self._digits), []
        return digits

    def next_frame(self) -> bytes:
        """Give the next 20 ms; lost sound is covered by the last, fading."""
        while len(self._pending) < self._frame_bytes:
            payload = self._jitter.pop()
            if isinstance(payload, Gap):
                return self._conceal(payload)
            self._pending += self._codec.decode(payload)
        frame = bytes(self._pending[: self._frame_bytes])
        del self._pending[: self._frame_bytes]
        self._last, self._missing = frame, 0
        self._account()
        return frame

    def _conceal(self, gap: Gap) -> bytes:
        self._account()
        self._missing += 1
        if gap is Gap.EMPTY and self._last is self._silence:
            return self._silence
        if self._missing > len(FADE):
            self._last = self._silence
            return self._silence
        self.stats.concealed += 1
        return scaled(self._last, FADE[self._missing - 1])

    def _account(self) -> None:
        jitter = self._jitter.stats
        self.stats.lost, self.stats.late = jitter.lost, jitter.late
        self.stats.reordered, self.stats.duplicates = jitter.reordered, jitter.duplicates

    # --- out -----------------------------------------------------------------------------

    def packetize(self, pcm: bytes) -> bytes:
        """Make the datagram of the next 20 ms."""
        packet = RtpPacket(
            self._codec.payload_type,
            self._out_sequence,
            self._out_timestamp,
            self._out_ssrc,
            self._codec.encode(pcm),
            marker=self._first_out,
        )
        self._first_out = False
        self._out_sequence = (self._out_sequence + 1) % (1 << 16)
        self._out_timestamp = (self._out_timestamp + self._step) % (1 << 32)
        self.stats.sent += 1
        return packet.serialize()
