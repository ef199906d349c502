"""RTP packets (RFC 3550) and telephone events (RFC 4733) as values."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from ivr.errors import BadPacket

VERSION = 2
HEADER = struct.Struct("!BBHII")
EXTENSION = struct.Struct("!HH")
EVENT = struct.Struct("!BBH")
WORD = 4
DIGITS = "0123456789*#ABCD"
HAS_PADDING, HAS_EXTENSION, CSRC_COUNT, MARKER, EVENT_END = 0x20, 0x10, 0x0F, 0x80, 0x80


@dataclass(slots=True)
class RtpPacket:
    """One packet; ``payload`` is without padding.

    ``csrcs`` are the contributing sources (at most 15); ``extension`` is the header extension's profile number and
    its content, whole 32-bit words.
    """

    payload_type: int
    sequence: int
    timestamp: int
    ssrc: int
    payload: bytes
    marker: bool = False
    csrcs: tuple[int, ...] = ()
    extension: tuple[int, bytes] | None = None

    @classmethod
    def parse(cls, data: bytes) -> RtpPacket:
        """Read a datagram; BadPacket says what is wrong with it."""
        if len(data) < HEADER.size:
            raise BadPacket(f"{len(data)} bytes are too few for an RTP header")
        first, second, sequence, timestamp, ssrc = HEADER.unpack_from(data)
        if first >> 6 != VERSION:
            raise BadPacket(f"RTP version {first >> 6} is not 2")
        packet = cls(second & 0x7F, sequence, timestamp, ssrc, b"", bool(second & MARKER))
        offset = HEADER.size
        if first & (CSRC_COUNT | HAS_EXTENSION):
            offset = packet._parse_options(data, first)
        end = len(data)
        if first & HAS_PADDING:
            end -= data[-1]
            if not data[-1]:
                raise BadPacket("the padding says that it is empty")
        if offset > end:
            raise BadPacket("the header and the padding are longer than the packet")
        packet.payload = data[offset:end]
        return packet

    def _parse_options(self, data: bytes, first: int) -> int:
        """Read the CSRC list and the extension; answers where the payload begins."""
        count = first & CSRC_COUNT
        offset = HEADER.size + WORD * count
        if len(data) < offset:
            raise BadPacket(f"the list of {count} contributing sources is cut off")
        self.csrcs = struct.unpack_from(f"!{count}I", data, HEADER.size)
        if not first & HAS_EXTENSION:
            return offset
        content = offset + EXTENSION.size
        if len(data) < content:
            raise BadPacket("the header extension is cut off")
        profile, words = EXTENSION.unpack_from(data, offset)
        end: int = content + WORD * words
        if len(data) < end:
            raise BadPacket(f"the header extension of {words} words is cut off")
        self.extension = (profile, data[content:end])
        return end

    def serialize(self) -> bytes:
        """Write the datagram, without padding."""
        second = self.payload_type | (MARKER if self.marker else 0)
        first = VERSION << 6 | len(self.csrcs) | (HAS_EXTENSION if self.extension else 0)
        header = HEADER.pack(first, second, self.sequence, self.timestamp, self.ssrc)
        if self.csrcs:
            header += struct.pack(f"!{len(self.csrcs)}I", *self.csrcs)
        if self.extension:
            profile, content = self.extension
            header += EXTENSION.pack(profile, len(content) // WORD) + content
        return header + self.payload


@dataclass(frozen=True, slots=True)
class TelephoneEvent:
    """A key press in progress; ``duration`` in timestamp units, ``volume`` in -dBm0 (0-63).

    ``code`` 0-15 are the keys; others are hook flash, fax and modem tones.
    """

    code: int
    end: bool
    duration: int
    volume: int = 10

    @property
    def digit(self) -> str | None:
        """The key, one of ``0123456789*#ABCD``; None when the event is not a key."""
        return DIGITS[self.code] if self.code < len(DIGITS) else None

    @classmethod
    def parse(cls, payload: bytes) -> TelephoneEvent:
        """Read an event payload; BadPacket when it is cut off."""
        if len(payload) < EVENT.size:
            raise BadPacket(f"{len(payload)} bytes are too few for a telephone event")
        code, flags, duration = EVENT.unpack_from(payload)
        return cls(code, bool(flags & EVENT_END), duration, flags & 0x3F)

    def serialize(self) -> bytes:
        """Write the event payload."""
        return EVENT.pack(self.code, (EVENT_END if self.end else 0) | self.volume, self.duration)
