"""When not to believe Whisper: silence, loops, and the phrases it learned from film subtitles. Pure."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

QUIET = 0.002
"""RMS of the loudest 0.2 s (full scale = 1) under which nobody spoke."""
NO_SPEECH = 0.6
UNLIKELY = -1.0
"""Mean log probability a token under which a text is a guess."""
LOOPING = 2.4
"""Compression ratio over which a text repeats itself."""
FASTEST = 6.5
"""Words a second that nobody says."""
SUBTITLES = re.compile(
    r"subt[ií]tulos|amara\.org|gracias por ver|suscr[ií]be|no olvides|dale (?:a )?like|hasta el pr[oó]ximo v[ií]deo"
    r"|m[uú]sica$|^\W*$",
    re.IGNORECASE,
)


def is_silence(samples: NDArray[np.float32], rate: int) -> bool:
    """Tell that no part of the sound is loud enough to be speech."""
    width = rate // 5
    if len(samples) < width:
        return bool(np.sqrt(np.mean(samples**2)) < QUIET) if len(samples) else True
    power = np.convolve(samples**2, np.ones(width, np.float32) / width, mode="valid")
    return bool(np.sqrt(power.max()) < QUIET)


def compression_ratio(text: str) -> float:
    """Say how much shorter zlib makes the text; Whisper's own measure of repetition."""
    raw = text.encode()
    return len(raw) / len(zlib.compress(raw)) if raw else 0.0


def is_loop(text: str, seconds: float) -> bool:
    """Tell a text that repeats itself or has more words than the sound has room for."""
    return compression_ratio(text) > LOOPING or len(text.split()) > FASTEST * max(seconds, 0.5) + 2


def is_hallucination(text: str, no_speech: float, likelihood: float) -> bool:
    """Tell a text invented from noise: a guess over probable silence, or a weakly heard subtitle phrase."""
    if no_speech > NO_SPEECH and likelihood < UNLIKELY:
        return True
    weak = no_speech > NO_SPEECH / 2 or likelihood < UNLIKELY / 2
    return weak and bool(SUBTITLES.search(text))
