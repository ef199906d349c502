"""A recording's copy for people: noise goes altogether where nobody speaks, and is turned down where somebody does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ivr.audio.frame import AudioFrame

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.analysis.voice_activity import Span

AROUND = 0.15
"""Seconds about a stretch of speech that are treated as speech: soft beginnings and ends."""
FADE = 0.1


def copy_for_listening(raw: AudioFrame, clean: AudioFrame, speech: Sequence[Span], most_db: float) -> AudioFrame:
    """Join both forms of a sound (one rate, one length); in ``speech`` noise falls by ``most_db`` at most."""
    speaks = np.zeros(raw.samples, np.float32)
    for span in speech:
        first, last = (round((at - raw.start) * raw.rate) for at in (span.start - AROUND, span.end + AROUND))
        speaks[max(first, 0) : max(last, 0)] = 1
    width = round(FADE * raw.rate)
    total = np.cumsum(np.pad(speaks, (width // 2 + 1, width - width // 2)), dtype=np.float64)
    share = 10 ** (-most_db / 20) * (total[width:-1] - total[: -width - 1]) / width
    mixed = share * np.frombuffer(raw.pcm, np.int16) + (1 - share) * np.frombuffer(clean.pcm, np.int16)
    return AudioFrame(mixed.astype(np.int16).tobytes(), raw.rate, raw.start)
