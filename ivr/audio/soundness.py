"""What is wrong with a recording as a whole: silence, clipping, a constant offset. Pure; fed block by block."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

FULL_SCALE = 32768
CLIPPED = 32000
"""Magnitude from which on a sample is at the edge of its range; A-law's last step is 32256, mu-law's 32124."""
CLIPPING_SHARE = 0.002
SILENT_DBFS = -60.0
"""Root mean square of the loudest block under which a file holds no speech."""
OFFSET_SHARE = 0.01
LEVEL_SECONDS = 0.2


@dataclass(slots=True)
class SoundMeter:
    """Measures one channel."""

    rate: int
    _samples: int = 0
    _sum: float = 0.0
    _clipped: int = 0
    _loudest: float = field(default=0.0)
    """Mean square of the loudest 0.2 s, without its offset."""

    def feed(self, pcm: bytes) -> None:
        """Take 16-bit PCM."""
        samples = np.frombuffer(pcm, np.int16).astype(np.float64)
        self._samples += len(samples)
        self._sum += float(samples.sum())
        self._clipped += int(np.count_nonzero(np.abs(samples) >= CLIPPED))
        width = min(round(self.rate * LEVEL_SECONDS), len(samples))
        if width:
            parts = samples[: len(samples) // width * width].reshape(-1, width)
            self._loudest = max(self._loudest, float(parts.var(axis=1).max()))

    @property
    def dbfs(self) -> float:
        """Level of the loudest 0.2 s."""
        return 10 * math.log10(max(self._loudest, 1e-3) / FULL_SCALE**2)

    def faults(self) -> tuple[str, ...]:
        """Say in words what is wrong, each with its mend."""
        if not self._samples:
            return ()
        found = []
        if self.dbfs < SILENT_DBFS:
            found.append(f"nothing is to be heard (loudest {self.dbfs:.0f} dBFS): check microphone and channel")
        clipped = self._clipped / self._samples
        if clipped > CLIPPING_SHARE:
            found.append(f"{100 * clipped:.1f} % of the samples are clipped: record more quietly")
        offset = self._sum / self._samples / FULL_SCALE
        if abs(offset) > OFFSET_SHARE:
            found.append(
                f"a constant offset of {100 * offset:.1f} % of full scale was taken away: mend the recorder's input"
            )
        return tuple(found)


def without_offset(pcm: bytes) -> bytes:
    """Take the mean away from 16-bit PCM; a second or more at a time, or speech loses its lows."""
    samples = np.frombuffer(pcm, np.int16)
    mean = round(float(samples.mean())) if len(samples) else 0
    if not mean:
        return pcm
    return (samples.astype(np.int32) - mean).clip(-FULL_SCALE, FULL_SCALE - 1).astype(np.int16).tobytes()
