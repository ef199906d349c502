"""RTP packets (RFC 3550) and telephone events (RFC 4733) as values."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from ivr.errors import BadPacket

VERSION = 2
HEADER = struct.Struct("!BBHII")
EVENT = struct.Struct("!BBH")
DIGITS = "0123456789*#ABCD"


@dataclass(frozen=True, slots=True)
class RtpPacket:
    """One packet; ``payload`` is without padding, CSRC list and extension are skipped."""

    payload_type: int
    sequence: int
    timestamp: int
    ssrc: int
    payload: bytes
    marker: bool = False

    @classmethod
    def parse(cls, data: bytes) -> RtpPacket:
        """Read a datagram; BadPacket says what is wrong with it."""
        if len(data) < HEADER.size:
            raise BadPacket(f"{len(data)} bytes are too few for an RTP header")
        first, second, sequence, timestamp, ssrc = HEADER.unpack_from(data)
        if first >> 6 != VERSION:
            raise BadPacket(f"RTP version {first >> 6} is not 2")
        offset = HEADER.size + 4 * (first & 0x0F)
        if first & 0x10:
            if len(data) < offset + 4:
                raise BadPacket("the header extension is cut off")
            offset += 4 + 4 * int.from_bytes(data[offset + 2 : offset + 4], "big")
        end = len(data)
        if first & 0x20:
            end -= data[-1]
            if not data[-1]:
                raise BadPacket("the padding says that it is empty")
        if offset > end:
            raise BadPacket("the header is longer than the packet")
        return cls(second & 0x7F, sequence, timestamp, ssrc, data[offset:end], bool(second & 0x80))

    def serialize(self) -> bytes:
        """Write the datagram."""
        second = self.payload_type | (0x80 if self.marker else 0)
        return HEADER.pack(VERSION << 6, second, self.sequence, self.timestamp, self.ssrc) + self.payload


@dataclass(frozen=True, slots=True)
class TelephoneEvent:
    """A key press in progress; ``duration`` in timestamp units, ``volume`` in -dBm0."""

    digit: str
    end: bool
    duration: int
    volume: int = 10

    @classmethod
    def parse(cls, payload: bytes) -> TelephoneEvent:
        """Read an event payload."""
        if len(payload) < EVENT.size:
            raise BadPacket(f"{len(payload)} bytes are too few for a telephone event")
        code, flags, duration = EVENT.unpack_from(payload)
        if code >= len(DIGITS):
            raise BadPacket(f"telephone event {code} is not a key")
        return cls(DIGITS[code], bool(flags & 0x80), duration, flags & 0x3F)

    def serialize(self) -> bytes:
        """Write the event payload."""
        return EVENT.pack(DIGITS.index(self.digit), (0x80 if self.end else 0) | self.volume, self.duration)
