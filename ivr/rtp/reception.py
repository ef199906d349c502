"""What a caller says, 20 ms a tick: ordered, decoded, cut, and covered where it is missing. No socket, no clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.audio.codec import scaled
from ivr.audio.level import rms
from ivr.rtp.jitter import Gap, JitterBuffer

if TYPE_CHECKING:
    from ivr.audio.codec import Codec
    from ivr.ports import LinkStats

FRAME_SECONDS = 0.02
FADE = (0.7, 0.35)
"""How loud the last frame is repeated for the first lost packets; then silence."""
QUIET = 160
"""Root mean square (-46 dBFS) under which a frame may be dropped to win delay back."""


class Reception:
    """One direction of sound: payloads of any length go in, frames of 20 ms come out, always."""

    def __init__(self, codec: Codec, stats: LinkStats) -> None:
        self._codec = codec
        self._stats = stats
        self._jitter = JitterBuffer(stats)
        self._frame_bytes = round(codec.rate * FRAME_SECONDS) * 2
        self._silence = bytes(self._frame_bytes)
        self._pending = bytearray()
        self._last = self._silence
        self._missing = 0

    @property
    def waiting(self) -> int:
        """Packets held back."""
        return len(self._jitter)

    def restart(self) -> None:
        """Forget what waits: another stream begins."""
        self._jitter.reset()

    def push(self, sequence: int, payload: bytes | None, arrived: float) -> None:
        """Take a packet; None holds the place of one that carries no sound."""
        self._jitter.push(sequence, payload, arrived)

    def next_frame(self, now: float) -> bytes:
        """Give the next 20 ms of 16-bit PCM; lost sound is covered by the last, fading."""
        while len(self._pending) < self._frame_bytes:
            payload = self._jitter.pop(now)
            if isinstance(payload, Gap):
                return self._conceal()
            sound = self._codec.decode(payload)
            if not sound:
                continue
            self._jitter.span = len(sound) / 2 / self._codec.rate
            if self._jitter.surplus and rms(sound) < QUIET:
                self._jitter.forgo(now)
                continue
            if len(sound) == self._frame_bytes and not self._pending:
                self._last, self._missing = sound, 0
                return sound
            self._pending += sound
        frame = bytes(self._pending[: self._frame_bytes])
        del self._pending[: self._frame_bytes]
        self._last, self._missing = frame, 0
        return frame

    def _conceal(self) -> bytes:
        if self._last is self._silence:
            return self._silence
        self._missing += 1
        if self._missing > len(FADE):
            self._last = self._silence
            return self._silence
        self._stats.concealed += 1
        return scaled(self._last, FADE[self._missing - 1])
