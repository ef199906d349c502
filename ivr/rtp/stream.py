"""One RTP stream in each direction: codec, order, concealment, keys, source, counters. No socket, no clock.

Symmetric RTP: we answer to where packets come from. The first source that sends valid RTP is believed. A packet from
another source is believed when it goes on with the same SSRC near the same sequence number (the sender's port was
mapped anew), or when the first source has been silent for ``SOURCE_TIMEOUT``; otherwise it is foreign and dropped.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from ivr.audio.codec import new_codec
from ivr.errors import BadPacket
from ivr.ports import LinkStats
from ivr.rtp.jitter import JUMP, WRAP, distance
from ivr.rtp.packet import RtpPacket, TelephoneEvent
from ivr.rtp.reception import FRAME_SECONDS, Reception

if TYPE_CHECKING:
    from collections.abc import Hashable

    from ivr.audio.codec import Codec

SOURCE_TIMEOUT = 2.0
JITTER_GAIN = 16
"""RFC 3550's smoothing of the interarrival jitter."""
COMFORT_NOISE = 13
MAX_DIGITS = 64
"""Keys kept until they are taken; more are dropped."""
TIMESTAMPS = 1 << 32


class RtpStream:
    """Both directions of one call's audio, in 20 ms frames of 16-bit PCM at the codec's ``rate``."""

    def __init__(self, codec: str, event_type: int = 101) -> None:
        self._codec: Codec = new_codec(codec)
        self._event_type = event_type
        self.stats = LinkStats()
        self.peer: Hashable | None = None
        """Whom we believe, and answer to."""
        self._peer_at = 0.0
        self._reception = Reception(self._codec, self.stats)
        self._digits: list[str] = []
        self._event_at: int | None = None
        self._ssrc: int | None = None
        self._newest = 0
        self._transit: float | None = None
        self._jitter_units = 0.0
        self._out_step = round(self._codec.clock_rate * FRAME_SECONDS)
        self._out_ssrc = random.getrandbits(32)
        self._out_sequence = random.getrandbits(16)
        self._out_timestamp = random.getrandbits(32)

    @property
    def rate(self) -> int:
        """Hz of the sound in both directions."""
        return self._codec.rate

    @property
    def waiting(self) -> int:
        """Packets held back by the jitter buffer."""
        return self._reception.waiting

    # --- in ------------------------------------------------------------------------------

    def receive(self, data: bytes, source: Hashable, now: float) -> None:
        """Take a datagram that came from ``source`` at ``now`` (monotonic seconds)."""
        try:
            packet = RtpPacket.parse(data)
            event = TelephoneEvent.parse(packet.payload) if packet.payload_type == self._event_type else None
        except BadPacket:
            self.stats.malformed += 1
            return
        sound = packet.payload_type == self._codec.payload_type
        if not sound and event is None and packet.payload_type != COMFORT_NOISE:
            self.stats.unexpected += 1
            return
        if source != self.peer and not self._believes(packet, now):
            self.stats.foreign += 1
            return
        self.peer, self._peer_at = source, now
        self.stats.received += 1
        if packet.ssrc != self._ssrc:
            self._begin(packet.ssrc)
        self._newest = packet.sequence
        if sound:
            self._measure(packet.timestamp, now)
        elif event is not None:
            self._press(event, packet.timestamp)
        self._reception.push(packet.sequence, packet.payload if sound else None, now)

    def _believes(self, packet: RtpPacket, now: float) -> bool:
        if self.peer is None or now - self._peer_at >= SOURCE_TIMEOUT:
            return True
        return packet.ssrc == self._ssrc and abs(distance(packet.sequence, self._newest)) <= JUMP

    def _begin(self, ssrc: int) -> None:
        if self._ssrc is not None:
            self.stats.resyncs += 1
        self._ssrc, self._transit, self._event_at = ssrc, None, None
        self._reception.restart()

    def _measure(self, timestamp: int, now: float) -> None:
        """Follow RFC 3550, 6.4.1; a jump of the timestamps is not jitter."""
        transit = now * self._codec.clock_rate - timestamp
        if self._transit is not None and abs(transit - self._transit) < self._codec.clock_rate:
            self._jitter_units += (abs(transit - self._transit) - self._jitter_units) / JITTER_GAIN
            self.stats.jitter_ms = self._jitter_units * 1000 / self._codec.clock_rate
        self._transit = transit

    def _press(self, event: TelephoneEvent, timestamp: int) -> None:
        """Count a key once, at its first packet: each of the others repeats it."""
        age = 1 if self._event_at is None else (timestamp - self._event_at) % TIMESTAMPS
        if not 0 < age < TIMESTAMPS // 2:
            return
        self._event_at = timestamp
        if event.digit is not None and len(self._digits) < MAX_DIGITS:
            self._digits.append(event.digit)

    def digits(self) -> tuple[str, ...]:
        """Take the keys that were pressed since the last call."""
        if not self._digits:
            return ()
        digits, self._digits = tuple(self._digits), []
        return digits

    def next_frame(self, now: float) -> bytes:
        """Give the next 20 ms; lost sound is covered by the last, fading."""
        return self._reception.next_frame(now)

    # --- out -----------------------------------------------------------------------------

    def packetize(self, pcm: bytes) -> bytes:
        """Make the datagram of the next 20 ms."""
        packet = RtpPacket(
            self._codec.payload_type,
            self._out_sequence,
            self._out_timestamp,
            self._out_ssrc,
            self._codec.encode(pcm),
            marker=not self.stats.sent,
        )
        self._out_sequence = (self._out_sequence + 1) % WRAP
        self._out_timestamp = (self._out_timestamp + self._out_step) % TIMESTAMPS
        self.stats.sent += 1
        return packet.serialize()
