"""How something was said: melody, loudness, pauses, pace - one utterance at a time.

Syllables are the loud, voiced peaks between dips of 2 dB (N. H. de Jong and T. Wempe, 2009). A pause is silence of
0.15 s or more; shorter gaps are the closures of p, t, k. Whether it is for breath or for thought is told from its
length and from what the voice did before it: a drawled, level syllable hesitates.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from ivr.audio.pitch import HOP, Contour, Floats, contour

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ivr.audio.frame import AudioFrame

    Flags = NDArray[np.bool_]

PauseKind = Literal["breathing", "thinking", "end_of_turn"]

SHORTEST_PAUSE = 0.15
LONG_PAUSE = 0.6
"""Seconds from which a pause inside a turn is no breath any more (E. Campione and J. Véronis, 2002: breaths to 0.5)."""
DRAWL = 0.22
"""Seconds from the last syllable's peak to the silence from which that syllable was drawled."""
FLAT = 1.0
"""Semitones within which a drawled syllable stays level."""
TAIL = 0.3
"""Seconds of voice at the end that carry the question."""
BEFORE_TAIL = 1.0
"""Seconds of voice before it that the tail is held against."""
FEWEST_TAIL = 3
"""Voiced frames under which a tail tells nothing."""
FALLEN = 2.0
"""Semitones under the utterance's middle that a closing voice comes down to."""
ASKING = 15.0
"""Percent that a voice rises by when it asks."""
SPEECH_RANGE_DB = 30.0
OVER_NOISE_DB = 8.0
DIP_DB = 2.0
CONTOUR_STEP = 10
"""Frames to a value of the contour that is kept: ten a second."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Silence from ``start``, in seconds since the utterance's first sample."""

    start: float
    duration: float
    kind: PauseKind


@dataclass(frozen=True, slots=True)
class Prosody:
    """One utterance. ``seconds`` is from its first sound to its last, ``rate`` in syllables a second without pauses.

    ``pitch`` is the median in Hz, ``pitch_range`` semitones between its 10th and 90th percentile, ``rise`` what the
    end does against what is before it, in percent. None where too little was voiced to tell. ``unsteadiness`` is the
    mean step between voiced frames in semitones, ``loudness`` dBFS while speaking. ``contour`` has ten values a
    second, None where nothing is voiced.
    """

    seconds: float
    loudness: float
    pitch: float | None = None
    pitch_range: float | None = None
    rise: float | None = None
    unsteadiness: float | None = None
    syllables: int = 0
    rate: float | None = None
    pauses: tuple[Pause, ...] = ()
    contour: tuple[float | None, ...] = ()

    @property
    def asks(self) -> bool:
        """Tell whether the voice rises as in a question."""
        return self.rise is not None and self.rise > ASKING


def measure_prosody(speech: AudioFrame, middle: float | None = None) -> Prosody | None:
    """Measure one utterance of any rate; None when there is no speech in it.

    ``middle`` is the speaker's usual pitch in Hz where it is known: it keeps the contour from jumping an octave.
    """
    return prosody_of(contour(speech, middle))


def prosody_of(track: Contour) -> Prosody | None:
    """Measure one utterance from its contour, whoever made that."""
    if not track.voiced.any():
        return None
    speaking = _speaking(track)
    edges = np.flatnonzero(speaking & _near_voice(track.voiced))
    if not len(edges):
        return None
    first, last = int(edges[0]), int(edges[-1]) + 1
    peaks = _syllables(track, speaking)
    pauses = _pauses(track, speaking, peaks, first, last)
    spoken = (last - first) * HOP - sum(pause.duration for pause in pauses if pause.start + pause.duration < last * HOP)
    return Prosody(
        seconds=round((last - first) * HOP, 2),
        loudness=round(float(np.mean(track.loudness[speaking])), 1),
        **_melody(track.hertz[first:last]),
        syllables=len(peaks),
        rate=round(len(peaks) / spoken, 2) if peaks and spoken > 0 else None,
        pauses=pauses,
        contour=_sketch(track.hertz),
    )


# --- where there is speech ---------------------------------------------------------------


def _speaking(track: Contour) -> Flags:
    """Tell speech from silence by level: over the noise, and not far under the loudest; gaps too short are speech."""
    smooth = np.convolve(track.loudness, np.ones(5) / 5, "same") if len(track) >= 5 else track.loudness  # noqa: PLR2004
    loudest, quietest = float(np.percentile(smooth, 95)), float(smooth.min())
    least = max(loudest - SPEECH_RANGE_DB, min(quietest + OVER_NOISE_DB, loudest - OVER_NOISE_DB))
    speaking: Flags = track.loudness > least
    for start, end in _runs(~speaking):
        if start and end < len(track) and end - start < SHORTEST_PAUSE / HOP:
            speaking[start:end] = True
    return speaking


def _near_voice(voiced: Flags) -> Flags:
    """Spread voice by 0.15 s to both sides: consonants begin and end words, clicks further off do not."""
    reach = round(0.15 / HOP)
    near: Flags = np.convolve(voiced, np.ones(2 * reach + 1), "same")[: len(voiced)] > 0
    return near


def _runs(flags: Flags) -> list[tuple[int, int]]:
    """List the stretches of set flags as (first, one past the last)."""
    edges = np.diff(np.concatenate(([False], flags, [False])).astype(np.int8))
    return list(zip(np.flatnonzero(edges == 1).tolist(), np.flatnonzero(edges == -1).tolist(), strict=True))


# --- melody --------------------------------------------------------------------------------


def _melody(hertz: Floats) -> dict[str, float]:
    """Measure pitch, range, final rise and steadiness, as far as there is voice for each."""
    known = hertz[~np.isnan(hertz)]
    if not len(known):
        return {}
    low, middle, high = np.percentile(known, (10, 50, 90))
    found = {"pitch": round(float(middle), 1), "pitch_range": round(float(12 * np.log2(high / low)), 1)}
    steps = np.abs(12 * np.diff(np.log2(hertz)))
    steps = steps[~np.isnan(steps)]
    if len(steps):
        found["unsteadiness"] = round(float(np.mean(steps)), 3)
    rise = _rise(hertz)
    return found if rise is None else found | {"rise": round(rise, 1)}


def _rise(hertz: Floats) -> float | None:
    """Hold the tail's last voice against the middle of what came before it, in percent."""
    tail = round(TAIL / HOP)
    ending, before = hertz[-tail:], hertz[-tail - round(BEFORE_TAIL / HOP) : -tail]
    ending, before = ending[~np.isnan(ending)], before[~np.isnan(before)]
    if len(ending) < FEWEST_TAIL or len(before) < FEWEST_TAIL:
        return None
    return 100 * (float(np.median(ending[-2 * FEWEST_TAIL :])) / float(np.median(before)) - 1)


def _sketch(hertz: Floats) -> tuple[float | None, ...]:
    steps = (hertz[at : at + CONTOUR_STEP] for at in range(0, len(hertz), CONTOUR_STEP))
    voiced = (step[~np.isnan(step)] for step in steps)
    return tuple(round(float(np.median(step)), 1) if len(step) else None for step in voiced)


# --- syllables and pauses --------------------------------------------------------------------


def _syllables(track: Contour, speaking: Flags) -> list[int]:
    """Find the frames of the syllables' peaks."""
    level = track.loudness
    inner = level[1:-1]
    tops = np.flatnonzero((inner > level[:-2]) & (inner >= level[2:]) & speaking[1:-1]) + 1
    peaks: list[int] = []
    for top in tops.tolist():
        if not peaks:
            peaks.append(top)
            continue
        dip = float(level[peaks[-1] : top].min())
        if level[top] - dip >= DIP_DB and level[peaks[-1]] - dip >= DIP_DB:
            peaks.append(top)
        elif level[top] > level[peaks[-1]]:
            peaks[-1] = top
    return [peak for peak in peaks if track.voiced[max(0, peak - 1) : peak + 2].any()]


def _pauses(track: Contour, speaking: Flags, peaks: list[int], first: int, last: int) -> tuple[Pause, ...]:
    """List the pauses inside the utterance and the one after it."""
    pauses = [
        Pause(round(start * HOP, 2), round((end - start) * HOP, 2), _inner_kind(track, peaks, start, end))
        for start, end in _runs(~speaking[first:last])
        for start, end in [(start + first, end + first)]
        if (end - start) * HOP >= SHORTEST_PAUSE
    ]
    after = (len(track) - last) * HOP
    if after >= SHORTEST_PAUSE:
        kind: PauseKind = "end_of_turn" if _closes(track.hertz[first:last]) else "thinking"
        pauses.append(Pause(round(last * HOP, 2), round(after, 2), kind))
    return tuple(pauses)


def _inner_kind(track: Contour, peaks: list[int], start: int, end: int) -> PauseKind:
    if (end - start) * HOP >= LONG_PAUSE or _hesitates(track, peaks, start):
        return "thinking"
    return "breathing"


def _hesitates(track: Contour, peaks: list[int], silence: int) -> bool:
    """Tell whether the last syllable before a silence is long and level."""
    before = [peak for peak in peaks if peak < silence]
    if not before or (silence - before[-1]) * HOP < DRAWL:
        return False
    held = track.hertz[before[-1] : silence]
    held = held[~np.isnan(held)]
    return len(held) * HOP >= DRAWL / 2 and 12 * float(np.log2(held.max() / held.min())) <= FLAT


def _closes(hertz: Floats) -> bool:
    """Tell whether the voice came down to its floor, or went up to ask."""
    rise = _rise(hertz)
    if rise is None:
        return True
    return rise > ASKING or 12 * float(np.log2(1 + rise / 100)) <= -FALLEN
