"""The music that waiting callers hear, without the silence that its files begin and end with.

Of Debian's five pieces three keep silent for 0.5 to 0.9 s and all end in 1.3 to 5.7 s of silence: a caller who has
just been moved, or whose piece is over, would take the line for dead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ivr.audio.frame import AudioFrame
from ivr.audio.wav import read_wav, write_wav
from ivr.errors import MediaError

if TYPE_CHECKING:
    from pathlib import Path

PIECE = 0.01
AUDIBLE_RMS = 100.0
"""Level, of 32768, from which 10 ms of music are heard on a telephone (-50 dBFS)."""


def trimmed(music: AudioFrame) -> AudioFrame:
    """Cut what is not audible off both ends; a frame without any sound comes back as it is."""
    samples = np.frombuffer(music.pcm, "<i2")
    step = round(music.rate * PIECE)
    pieces = samples[: len(samples) // step * step].reshape(-1, step).astype(np.float64)
    audible = np.flatnonzero(np.sqrt(np.mean(pieces**2, axis=1)) >= AUDIBLE_RMS)
    if not audible.size:
        return music
    return AudioFrame(samples[audible[0] * step : (audible[-1] + 1) * step].tobytes(), music.rate)


def lay_music(source: Path, folder: Path) -> None:
    """Write each of ``source``'s WAV files trimmed into ``folder``, once; what is no 16-bit mono is copied as it is."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted(source.glob("*.*")):
        there = folder / path.name
        if there.exists():
            continue
        try:
            (music,) = read_wav(path)
        except (MediaError, ValueError):
            there.write_bytes(path.read_bytes())
        else:
            write_wav(there, trimmed(music))
