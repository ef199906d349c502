"""When not to believe Whisper: silence, loops, echoes of its hotwords, and phrases from film subtitles. Pure.

In this order. *Silence* is judged before decoding. A *loop* may be cured by a larger window, an *echo* by decoding
without hotwords, so each is decoded once more; what is still one is thrown away. A *hallucination* comes last: it is
judged by how unlikely the text is, which only means something for a text that is neither.
"""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, Literal

import numpy as np

from ivr.language.words import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
SEVERAL = 3
"""Hotwords one after the other that nobody says."""
Odds = tuple[float, float]
"""Probability that nobody speaks, mean log probability a token."""
Disbelief = Literal["loop", "echo", "hallucination"]
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


def disbelief(text: str, seconds: float, odds: Odds, hotwords: Sequence[str]) -> Disbelief | None:
    """Name the first guard that a decoded text fails; ``hotwords`` are those that it was decoded with."""
    if is_loop(text, seconds):
        return "loop"
    if is_echo(text, odds, hotwords):
        return "echo"
    return "hallucination" if is_hallucination(text, *odds) else None


def is_echo(text: str, odds: Odds, hotwords: Sequence[str]) -> bool:
    """Tell a text that only repeats hotwords: several in the order given or one again and again, or any over noise."""
    said = plain(text)
    known = [plain(word) for word in hotwords]
    if not said or not known:
        return False
    if any(said == " ".join(known[first : first + count]) for first, count in _runs(len(known))):
        return True
    if any(said == " ".join([word] * SEVERAL) or said.startswith(f"{word} {word} {word} ") for word in known):
        return True
    return odds[0] > NO_SPEECH / 2 and said in known


def _runs(length: int) -> Iterator[tuple[int, int]]:
    """List the stretches of ``SEVERAL`` or more: where each begins, and how long it is."""
    for first in range(length):
        for count in range(SEVERAL, length - first + 1):
            yield first, count


def is_hallucination(text: str, no_speech: float, likelihood: float) -> bool:
    """Tell a text invented from noise: a guess over probable silence, or a weakly heard subtitle phrase."""
    if no_speech > NO_SPEECH and likelihood < UNLIKELY:
        return True
    weak = no_speech > NO_SPEECH / 2 or likelihood < UNLIKELY / 2
    return weak and bool(SUBTITLES.search(text))
