"""Our pitch against librosa's pYIN (M. Mauch and S. Dixon, 2014), frame by frame, on the same sounds.

pYIN on the sound before the telephone is taken for the truth. It takes seconds for what ours does in milliseconds, and
on a telephone's sound it is shown beside ours, so that neither is judged by its own measure alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import soxr

from ivr.audio.pitch import HIGHEST, HOP, LOWEST, contour
from ivr.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ivr.audio.frame import AudioFrame
    from ivr.audio.pitch import Floats

RATE = 16_000
FRAME = 1024
GROSS = 0.2
"""Share by which a frame's pitch is off that counts as gross: octaves and worse."""


@dataclass(frozen=True, slots=True)
class PitchScores:
    """How two contours agree; ``cents`` is the median difference of the frames that are not grossly off."""

    frames: int
    gross: float
    cents: float
    voicing: float
    """Share of all frames on which both say the same about voice."""
    middle: float
    """Mean difference of the utterances' median pitch, as a share."""


def pyin(speech: AudioFrame) -> Floats:
    """Follow the pitch as librosa does, a value every ``HOP`` seconds, NaN without voice; ConfigError without it."""
    try:
        import librosa
    except ImportError as error:
        raise ConfigError("librosa is not installed: pip install 'ivr[bench]'") from error
    samples = np.frombuffer(speech.pcm, "<i2").astype(np.float32) / 32768
    hertz, _, _ = librosa.pyin(
        soxr.resample(samples, speech.rate, RATE),
        fmin=LOWEST,
        fmax=HIGHEST,
        sr=RATE,
        frame_length=FRAME,
        hop_length=round(HOP * RATE),
    )
    return np.asarray(hertz, np.float32)


def ours(speech: AudioFrame) -> Floats:
    """Follow the pitch as the product does."""
    return contour(speech).hertz


def agreement(pairs: Iterable[tuple[Floats, Floats]]) -> PitchScores:
    """Compare contours, (one, truth) for each utterance."""
    ratios, same, total, middles = [], 0, 0, []
    for one, truth in pairs:
        size = min(len(one), len(truth))
        mine, true = one[:size], truth[:size]
        both = ~np.isnan(mine) & ~np.isnan(true)
        ratios.append(mine[both] / true[both])
        same += int(np.sum(np.isnan(mine) == np.isnan(true)))
        total += size
        if both.any():
            middles.append(abs(float(np.nanmedian(mine) / np.nanmedian(true)) - 1))
    all_ratios = np.concatenate(ratios)
    fine = np.abs(all_ratios - 1) <= GROSS
    cents = float(np.median(1200 * np.abs(np.log2(all_ratios[fine])))) if fine.any() else float("nan")
    return PitchScores(len(all_ratios), float(1 - fine.mean()), cents, same / total, float(np.mean(middles)))
