"""Both tracks of a recording drawn as SVG: the caller above, the agent below."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ivr.analysis.wording import clock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.audio.frame import AudioFrame

WIDTH = 1000
LANE = 70
_LOUDEST = 32768
_AXIS_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600)
_MOST_LABELS = 12


def envelope(track: AudioFrame, columns: int = WIDTH) -> list[tuple[float, float]]:
    """Give the lowest and highest sample of each column, -1 to 1, scaled so that the loudest reaches the lane."""
    samples = np.frombuffer(track.pcm, "<i2").astype(np.float32) / _LOUDEST
    if not len(samples):
        return [(0.0, 0.0)] * columns
    loudest = max(float(np.abs(samples).max()), 0.05)
    edges = np.linspace(0, len(samples), columns + 1).astype(int)
    starts = np.minimum(edges[:-1], len(samples) - 1)
    low, high = np.minimum.reduceat(samples, starts) / loudest, np.maximum.reduceat(samples, starts) / loudest
    return [(float(bottom), float(top)) for bottom, top in zip(low, high, strict=True)]


def outline(track: AudioFrame, middle: float) -> str:
    """Draw a track as one closed SVG path around ``middle``."""
    columns = envelope(track)
    half = LANE / 2 - 3
    top = [f"{x},{middle - high * half:.1f}" for x, (_, high) in enumerate(columns)]
    bottom = [f"{x},{middle - low * half:.1f}" for x, (low, _) in reversed(list(enumerate(columns)))]
    return "M" + " L".join(top + bottom) + " Z"


def ticks(duration: float) -> Sequence[tuple[float, str]]:
    """Give the places (0 to ``WIDTH``) and labels of the time axis."""
    if duration <= 0:
        return ()
    step = next((size for size in _AXIS_STEPS if duration / size <= _MOST_LABELS), _AXIS_STEPS[-1])
    count = int(duration / step)
    return [(n * step / duration * WIDTH, clock(n * step)) for n in range(count + 1)]
