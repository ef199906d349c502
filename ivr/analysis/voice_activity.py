"""Where each side of a recording speaks, found in its sound."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.audio.frame import BYTES_PER_SAMPLE
from ivr.audio.resample import resample
from ivr.dialogue.endpointing import Endpointer, EndpointingPolicy, SpeechPaused, SpeechStarted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ivr.audio.frame import AudioFrame
    from ivr.ports import VoiceDetector

POLICY = EndpointingPolicy(onset=0.5, release=0.35, min_speech=0.09, pause=0.3)
"""A pause shorter than 0.3 s is part of the sentence."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, seconds."""

    start: float
    end: float

    @property
    def duration(self) -> float:
        """Seconds from start to end."""
        return self.end - self.start

    def overlap(self, other: Span) -> float:
        """Seconds that both have in common."""
        return max(0.0, min(self.end, other.end) - max(self.start, other.start))


def find_speech(tracks: Sequence[AudioFrame], detector: VoiceDetector) -> list[list[Span]]:
    """List the stretches of speech of each track; one inference serves all tracks."""
    sound = [resample(track, detector.rate).pcm for track in tracks]
    size = detector.window * BYTES_PER_SAMPLE
    streams = [detector.new_stream() for _ in tracks]
    followers = [_Follower() for _ in tracks]
    length = max((len(pcm) for pcm in sound), default=0)
    for at in range(0, length, size):
        windows = [pcm[at : at + size].ljust(size, b"\0") for pcm in sound]
        start, end = (place / BYTES_PER_SAMPLE / detector.rate for place in (at, at + size))
        for follower, probability in zip(followers, detector.probabilities(streams, windows), strict=True):
            follower.feed(probability, start, end)
    return [
        follower.close(len(pcm) / BYTES_PER_SAMPLE / detector.rate)
        for follower, pcm in zip(followers, sound, strict=True)
    ]


class _Follower:
    def __init__(self) -> None:
        self._endpointer = Endpointer(POLICY)
        self._started: float | None = None
        self._found: list[Span] = []

    def feed(self, probability: float, start: float, end: float) -> None:
        match self._endpointer.feed(probability, start, end):
            case SpeechStarted(at):
                self._started = at
            case SpeechPaused(at):
                self._end(at)
            case None:
                pass

    def close(self, at: float) -> list[Span]:
        self._end(at)
        return self._found

    def _end(self, at: float) -> None:
        if self._started is not None and at > self._started:
            self._found.append(Span(self._started, at))
        self._started = None


def join_spans(spans: Iterable[Span], gap: float, longest: float, kept_apart_by: Sequence[Span] = ()) -> list[Span]:
    """Join neighbours less than ``gap`` apart, up to ``longest`` seconds, unless the other side speaks in between."""
    joined: list[Span] = []
    for span in spans:
        if joined:
            last = joined[-1]
            between = Span(last.end, span.start)
            near = between.duration <= gap and span.end - last.start <= longest
            if near and not any(other.overlap(between) > 0 for other in kept_apart_by):
                joined[-1] = Span(last.start, span.end)
                continue
        joined.append(span)
    return joined
