"""The one audio value of the product: 20 ms from the wire or a whole utterance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

BYTES_PER_SAMPLE = 2


@dataclass(frozen=True, slots=True)
class AudioFrame:
    """Signed 16-bit little-endian mono samples.

    ``rate`` is in Hz; ``start`` is in seconds since the call's first tick.
    """

    pcm: bytes
    rate: int
    start: float = 0.0

    @property
    def samples(self) -> int:
        """How many samples the frame holds."""
        return len(self.pcm) // BYTES_PER_SAMPLE

    @property
    def duration(self) -> float:
        """Seconds of sound in the frame."""
        return self.samples / self.rate

    @property
    def end(self) -> float:
        """Seconds since the call's first tick at which the frame ends."""
        return self.start + self.duration

    @classmethod
    def silence(cls, duration: float, rate: int, start: float = 0.0) -> AudioFrame:
        """Make ``duration`` seconds of digital silence."""
        return cls(bytes(BYTES_PER_SAMPLE * round(duration * rate)), rate, start)

    @classmethod
    def join(cls, frames: Iterable[AudioFrame]) -> AudioFrame:
        """Join frames of one rate that follow each other; keeps the first one's start."""
        parts = list(frames)
        if not parts:
            msg = "join needs at least one frame"
            raise ValueError(msg)
        return cls(b"".join(part.pcm for part in parts), parts[0].rate, parts[0].start)

    def cut(self, first: int, last: int | None = None) -> AudioFrame:
        """Take samples ``first`` to ``last`` (exclusive), keeping the time line."""
        stop = self.samples if last is None else min(last, self.samples)
        pcm = self.pcm[first * BYTES_PER_SAMPLE : stop * BYTES_PER_SAMPLE]
        return AudioFrame(pcm, self.rate, self.start + first / self.rate)
