"""The tones of a measured transfer, and what a phone's recording shows of them. Pure, but for reading the file."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ivr.audio.frame import AudioFrame
from ivr.trials.measure import TwoTracks

if TYPE_CHECKING:
    from pathlib import Path

Track: TypeAlias = NDArray[np.float64]

RATE = 8000
ANNOUNCEMENT, LAST = 650, 1150
"""Hz of the announcement to the caller, and of its last 200 ms."""
BRIEFING, BRIEFED = 900, 1400
"""The same of what the person alone is told."""
BACK = 550
"""Of what the agent says to a caller who is its own again."""
CALLER, PERSON = 480, 750
"""Of what the two say to each other."""
ANNOUNCED, TOLD, MARK = 1.2, 2.0, 0.2
"""Seconds of the announcement, of the briefing, and of either's end."""
HOP = 80
AUDIBLE = 30.0
"""Amplitude from which 10 ms count as sound."""
PURE = 0.8


def tone(seconds: float, *hertz: int) -> AudioFrame:
    """Make a tone whose last 200 ms may have another pitch."""
    at = np.arange(int(seconds * RATE)) / RATE
    pitch = np.where(at < seconds - MARK, hertz[0], hertz[-1])
    return AudioFrame((6000 * np.sin(2 * np.pi * pitch * at)).astype("<i2").tobytes(), RATE)


def heard_track(record: Path) -> Track:
    """Read what a phone heard."""
    return TwoTracks.read(record).heard.astype(np.float64)


def share(piece: Track, hertz: int) -> float:
    """Say how much of a piece's power is one tone."""
    turns = np.exp(-2j * np.pi * hertz * np.arange(len(piece)) / RATE)
    return float(2 * abs(np.mean(piece * turns)) ** 2 / (np.mean(piece**2) + 1))


def moments(track: Track, hertz: int) -> list[float]:
    """List the seconds at which 10 ms pieces are that tone."""
    pieces = ((at, track[at : at + HOP]) for at in range(0, len(track) - HOP, HOP))
    return [at / RATE for at, piece in pieces if piece.std() > AUDIBLE and share(piece, hertz) > PURE]


def seconds_of(track: Track, hertz: int) -> float:
    """Say for how long a tone was heard."""
    return round(len(moments(track, hertz)) * HOP / RATE, 2)


def silences(track: Track, start: float, end: float) -> list[float]:
    """Measure the silences between two moments, in order; the first one follows ``start`` at once."""
    last = min(int(end * RATE), len(track)) - HOP
    loud = [track[at : at + HOP].std() > AUDIBLE for at in range(int(start * RATE), last, HOP)]
    at = [-1, *(index for index, sounds in enumerate(loud) if sounds), len(loud)]
    return [(after - before - 1) * HOP / RATE for before, after in itertools.pairwise(at)]
