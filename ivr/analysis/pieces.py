"""Cuts a sound of any length into the pieces that are spoken, while it is read: memory holds one piece."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.analysis.voice_activity import POLICY, Span
from ivr.audio.frame import BYTES_PER_SAMPLE, AudioFrame
from ivr.audio.resample import Resampler
from ivr.dialogue.endpointing import Endpointer, SpeechPaused, SpeechStarted

if TYPE_CHECKING:
    from ivr.ports import VoiceDetector

GAP = 0.8
"""Seconds of silence over which the next words are another piece."""
LONGEST = 9.4
"""Seconds in one piece of several sentences: with its margins it fits the recogniser's smallest window."""
BREATHLESS = 28.0
"""Seconds of speech without any pause after which it is cut."""
MARGIN = 0.2


class PieceCutter:
    """One channel: frames of one rate go in, pieces with a margin of sound at each end come out, in order."""

    def __init__(self, detector: VoiceDetector, rate: int) -> None:
        self._detector = detector
        self._stream = detector.new_stream()
        self._endpointer = Endpointer(POLICY)
        self._resampler = Resampler(rate, detector.rate)
        self._rate = rate
        self._window = detector.window * BYTES_PER_SAMPLE
        self._waiting = bytearray()
        self._held = bytearray()
        self._held_from = 0
        """Sample at which what is held begins."""
        self._now = 0.0
        self._started: float | None = None
        self._span: Span | None = None

    def feed(self, frame: AudioFrame) -> list[AudioFrame]:
        """Take the next frame; answer the pieces that are over."""
        self._held += frame.pcm
        self._waiting += self._resampler.feed(frame.pcm)
        pieces = []
        while len(self._waiting) >= self._window:
            window = bytes(self._waiting[: self._window])
            del self._waiting[: self._window]
            pieces += self._follow(window)
        self._forget()
        return pieces

    def close(self) -> list[AudioFrame]:
        """Answer what is left; the sound is over."""
        ended = [] if self._started is None else self._join(Span(self._started, self._now))
        spans = [*ended, *([self._span] if self._span else [])]
        self._started = self._span = None
        return [self._cut(span) for span in spans]

    def _follow(self, window: bytes) -> list[AudioFrame]:
        start, self._now = self._now, self._now + self._detector.window / self._detector.rate
        (probability,) = self._detector.probabilities([self._stream], [window])
        over: list[Span] = []
        match self._endpointer.feed(probability, start, self._now):
            case SpeechStarted(at):
                self._started = at
            case SpeechPaused(at) if self._started is not None:
                over, self._started = self._join(Span(self._started, at)), None
            case _:
                pass
        if self._started is not None and self._now - self._started > BREATHLESS:
            over, self._started = [*over, *self._join(Span(self._started, self._now))], self._now
        goes_on = start if self._started is None else self._started
        if self._span is not None and goes_on - self._span.end > GAP:
            over, self._span = [*over, self._span], None
        return [self._cut(span) for span in over]

    def _join(self, span: Span) -> list[Span]:
        """Join a stretch to the piece at hand, or answer that piece and begin another."""
        last = self._span
        if last is not None and span.start - last.end <= GAP and span.end - last.start <= LONGEST:
            self._span = Span(last.start, span.end)
            return []
        self._span = span
        return [] if last is None else [last]

    def _cut(self, span: Span) -> AudioFrame:
        first = max(0, round((span.start - MARGIN) * self._rate) - self._held_from)
        last = max(first, round((span.end + MARGIN) * self._rate) - self._held_from)
        pcm = bytes(self._held[first * BYTES_PER_SAMPLE : last * BYTES_PER_SAMPLE])
        return AudioFrame(pcm, self._rate, (self._held_from + first) / self._rate)

    def _forget(self) -> None:
        """Drop the sound that no piece can need any more."""
        needed = self._now if self._started is None else self._started
        if self._span is not None:
            needed = min(needed, self._span.start)
        spare = round((needed - MARGIN - POLICY.min_speech - POLICY.pause) * self._rate) - self._held_from
        if spare > 0:
            del self._held[: spare * BYTES_PER_SAMPLE]
            self._held_from += spare
