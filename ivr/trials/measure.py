"""What a caller heard, measured in the phone's own two-track recording. Pure: numpy in, numbers out.

Definitions
- *Level*: RMS of 5 ms hops, in dB below full scale.
- *Sound*: hops whose level is above the track's threshold: 30 dB under its speech level (the 95th percentile of the
  hops over -50 dBFS), but at least 10 dB over its noise floor (the 10th percentile) and at least -50 dBFS. Sounds less
  than ``hangover`` apart are one; single sounds shorter than 30 ms are clicks and do not count.
- *Silence of a turn*: from the end of the caller's last sound to the beginning of the agent's first one after it.
- *Barge-in stop time*: from the caller's onset to the end of the agent's last sound, where the agent then keeps silent
  for ``SUSTAIN`` (longer than the pauses between its sentences). What comes after that silence is either the same
  utterance from where it paused (*resumed*: found in a recording of it at that place) or something new (*stopped*).
- *Talk-over*: seconds in which both sound.
"""

from __future__ import annotations

import wave
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

Samples: TypeAlias = NDArray[np.int16]

HOP = 0.005
FLOOR_DBFS = -50.0
BELOW_SPEECH_DB = 30.0
OVER_NOISE_DB = 10.0
HANGOVER = 0.25
CLICK = 0.03
SUSTAIN = 0.45
LOOK = 0.8
"""Seconds of the agent's sound that are looked for in a reference recording."""
GOES_ON_WITHIN = 1.5
"""Seconds of the reference that may lie between what was heard last and what is heard next, when it goes on."""
SAME_PLACE = 0.1


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a recording, in seconds from its beginning."""

    start: float
    end: float

    @property
    def duration(self) -> float:
        """Seconds from start to end."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class TwoTracks:
    """A phone's recording: what the caller said and what the caller heard, sample by sample."""

    rate: int
    said: Samples
    heard: Samples

    @classmethod
    def read(cls, path: Path) -> TwoTracks:
        """Read a 16-bit stereo WAV file, left = said, right = heard."""
        with wave.open(str(path), "rb") as file:
            pcm = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)
            return cls(file.getframerate(), pcm[:, 0].copy(), pcm[:, 1].copy())

    @property
    def duration(self) -> float:
        """Seconds of the recording."""
        return len(self.said) / self.rate


def levels(track: Samples, rate: int) -> NDArray[np.float64]:
    """Give the level of each 5 ms hop in dBFS."""
    hop = round(HOP * rate)
    whole = track[: len(track) // hop * hop].astype(np.float64).reshape(-1, hop)
    rms = np.sqrt(np.mean(whole * whole, axis=1))
    answer: NDArray[np.float64] = 20 * np.log10(np.maximum(rms, 1.0) / 32768)
    return answer


def threshold(track_levels: NDArray[np.float64]) -> float:
    """Say from which level on a hop of this track counts as sound."""
    over_floor = track_levels[track_levels > FLOOR_DBFS]
    if not len(over_floor):
        return FLOOR_DBFS
    speech = float(np.percentile(over_floor, 95))
    noise = float(np.percentile(track_levels, 10))
    return max(FLOOR_DBFS, speech - BELOW_SPEECH_DB, noise + OVER_NOISE_DB)


def sounds(track: Samples, rate: int, hangover: float = HANGOVER) -> list[Span]:
    """Find the sounds of a track."""
    level = levels(track, rate)
    loud = np.concatenate(([False], level > threshold(level), [False])).astype(np.int8)
    edges = np.diff(loud)
    runs = [
        Span(float(start) * HOP, float(end) * HOP)
        for start, end in zip(np.flatnonzero(edges == 1), np.flatnonzero(edges == -1), strict=True)
    ]
    return [span for span in join(runs, hangover) if span.duration >= CLICK]


def join(spans: Sequence[Span], gap: float) -> list[Span]:
    """Join spans that are less than ``gap`` apart."""
    joined: list[Span] = []
    for span in spans:
        if joined and span.start - joined[-1].end < gap:
            joined[-1] = Span(joined[-1].start, max(span.end, joined[-1].end))
        else:
            joined.append(span)
    return joined


def overlap(one: Sequence[Span], other: Sequence[Span]) -> float:
    """Say for how many seconds both sound."""
    return sum(max(0.0, min(a.end, b.end) - max(a.start, b.start)) for a in one for b in other)


# --- the silence of a turn -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Gap:
    """One turn's silence: ``discarded`` says why a turn cannot be measured."""

    caller_end: float
    agent_start: float
    discarded: str = ""

    @property
    def seconds(self) -> float:
        """The silence that the caller heard."""
        return self.agent_start - self.caller_end


def response_gap(said: Sequence[Span], heard: Sequence[Span], turn: Span) -> Gap:
    """Measure the silence after the caller's ``turn`` (where the phone says it spoke it).

    ``said`` and ``heard`` are the sounds of the two tracks, found by any detector.
    """
    own = [span for span in said if span.end > turn.start and span.start < turn.end]
    if not own:
        return Gap(turn.end, turn.end, "the caller's own sound was not found")
    end = min(own[-1].end, turn.end + HANGOVER)
    later = [span for span in said if span.start > end]
    if any(span.start < end < span.end for span in heard):
        return Gap(end, end, "the agent was talking when the caller ended")
    after = [span for span in heard if span.start >= end]
    if not after:
        return Gap(end, end, "the agent never answered")
    if later and later[0].start < after[0].start:
        return Gap(end, after[0].start, "the caller spoke again before the agent answered")
    return Gap(end, after[0].start)


def judged(gap: Gap, second: Gap, tolerance: float = 0.06) -> Gap:
    """Discard a turn whose silence a second detector puts elsewhere."""
    if gap.discarded:
        return gap
    if second.discarded:
        return Gap(gap.caller_end, gap.agent_start, f"the second detector: {second.discarded}")
    difference = abs(gap.seconds - second.seconds)
    if difference > tolerance:
        reason = f"the detectors differ by {difference * 1000:.0f} ms ({gap.seconds:.3f} and {second.seconds:.3f} s)"
        return Gap(gap.caller_end, gap.agent_start, reason)
    return gap


# --- barge-in ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BargeIn:
    """What the agent did when the caller made a sound over it."""

    onset: float
    stopped_at: float | None
    """End of the agent's last sound; None when it talked on."""
    next_sound: float | None
    """When the agent sounded again."""
    resumed: bool | None
    """Whether it went on with what it was saying; None without a next sound or a reference."""
    discarded: str = ""

    @property
    def stop_seconds(self) -> float | None:
        """Seconds from the caller's onset to the agent's silence."""
        return None if self.stopped_at is None else self.stopped_at - self.onset


def barge_in(tracks: TwoTracks, turn: Span, reference: Samples | None = None, within: float = 3.0) -> BargeIn:
    """Measure how the agent took the caller's ``turn``, which begins while the agent talks.

    ``reference`` is the agent's same utterance recorded without interruption, at the same rate.
    """
    said = [span for span in sounds(tracks.said, tracks.rate) if span.end > turn.start and span.start < turn.end]
    heard = sounds(tracks.heard, tracks.rate, hangover=SUSTAIN)
    if not said:
        return BargeIn(turn.start, None, None, None, "the caller's own sound was not found")
    onset = max(said[0].start, turn.start)
    talking = [span for span in heard if span.start < onset < span.end]
    if not talking:
        return BargeIn(onset, None, None, None, "the agent was not talking at the onset")
    stop = talking[0].end
    if stop - onset > within:
        return BargeIn(onset, None, None, resumed=True)
    after = [span for span in heard if span.start > stop]
    if not after:
        return BargeIn(onset, stop, None, None)
    again = after[0]
    if reference is None:
        return BargeIn(onset, stop, again.start, None)
    last = _place(tracks, Span(max(talking[0].start, stop - LOOK), stop), reference)
    if last is None:
        return BargeIn(onset, stop, again.start, None, "what the agent was saying is not in the reference")
    if _ends_at(reference, tracks.rate, last + min(LOOK, talking[0].duration)):
        return BargeIn(onset, None, again.start, None, "the agent's utterance ended by itself just then")
    return BargeIn(onset, stop, again.start, _goes_on(tracks, last, again, reference))


def _place(tracks: TwoTracks, span: Span, reference: Samples) -> float | None:
    """Say where in the reference a stretch of the agent's sound begins, in seconds."""
    at = find(tracks.heard[round(span.start * tracks.rate) : round(span.end * tracks.rate)], reference)
    return None if at is None else at / tracks.rate


def _ends_at(reference: Samples, rate: int, at: float) -> bool:
    """Tell whether the reference falls silent there too."""
    return any(abs(span.end - at) < SAME_PLACE for span in sounds(reference, rate, hangover=SUSTAIN))


def _goes_on(tracks: TwoTracks, last: float, again: Span, reference: Samples) -> bool:
    """Tell whether the sound after the silence follows, in the reference, what was heard ``last`` before it."""
    next_at = _place(tracks, Span(again.start, min(again.end, again.start + LOOK)), reference)
    return next_at is not None and 0 < next_at - last < LOOK + GOES_ON_WITHIN


def find(piece: Samples, track: Samples, likeness: float = 0.4) -> int | None:
    """Find a piece of sound in a track: the sample where it begins, or None when nothing is alike enough.

    Likeness is the normalised cross-correlation, 0..1.
    """
    if len(piece) == 0 or len(track) < len(piece):
        return None
    needle = piece.astype(np.float64)
    hay = track.astype(np.float64)
    size = 1 << (len(hay) + len(needle) - 1).bit_length()
    product = np.fft.irfft(np.fft.rfft(hay, size) * np.conj(np.fft.rfft(needle, size)), size)
    product = product[: len(hay) - len(needle) + 1]
    energy = np.concatenate(([0.0], np.cumsum(hay * hay)))
    window = energy[len(needle) :] - energy[: -len(needle)]
    scale = np.sqrt(np.maximum(window, 1.0) * max(float(np.sum(needle * needle)), 1.0))
    alike = product / scale
    best = int(np.argmax(alike))
    return best if alike[best] >= likeness else None


def percentiles(values: Sequence[float]) -> dict[str, float | None]:
    """Give p50, p95 and the greatest of some milliseconds; None of nothing."""
    if not values:
        return {"p50_ms": None, "p95_ms": None, "max_ms": None}
    p50, p95 = np.percentile(values, [50, 95])
    return {"p50_ms": round(float(p50), 1), "p95_ms": round(float(p95), 1), "max_ms": round(float(max(values)), 1)}


def media_round_trip(phone: TwoTracks, system: TwoTracks) -> float | None:
    """Measure the delay from the phone to the agent's process plus the one back, in seconds.

    Both recordings keep both voices, each on a clock of its own; the clocks' difference cancels in the sum. None when
    a voice is not found in both.
    """
    there = _shift(phone.said, phone.rate, system.said, system.rate)
    back = _shift(system.heard, system.rate, phone.heard, phone.rate)
    return None if there is None or back is None else there + back


def _shift(source: Samples, source_rate: int, target: Samples, target_rate: int) -> float | None:
    """Say by how many seconds a sound lies later in ``target`` than in ``source``: the median over its loud pieces."""
    if source_rate != target_rate:
        return None
    shifts = []
    for span in sounds(source, source_rate):
        if span.duration < LOOK:
            continue
        start = round((span.start + span.duration / 2 - LOOK / 2) * source_rate)
        at = find(source[start : start + round(LOOK * source_rate)], target)
        if at is not None:
            shifts.append((at - start) / source_rate)
    return float(np.median(shifts)) if shifts else None
