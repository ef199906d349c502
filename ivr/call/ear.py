"""The caller's sound: windows for the voice detector, events for the turn machine, audio for the recogniser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.audio.frame import BYTES_PER_SAMPLE, AudioFrame
from ivr.audio.resample import Resampler
from ivr.dialogue.endpointing import Endpointer, EndpointingPolicy, SpeechPaused, SpeechStarted

if TYPE_CHECKING:
    from ivr.ports import VoiceDetector, VoiceStream

TICK = 0.02
"""Seconds of sound that the line gives at a time: a call's only clock."""
KEPT_SECONDS = 45
"""How much of the caller is kept for recognition; older sound is dropped."""
PREROLL = 0.3
"""Seconds before the onset that go to the recogniser: a soft first consonant is under the threshold."""
POSTROLL = 0.1


class Ear:
    """One call's hearing at ``rate`` Hz."""

    def __init__(self, rate: int, detector: VoiceDetector, policy: EndpointingPolicy) -> None:
        self._rate = rate
        self._detector = detector
        self.stream: VoiceStream = detector.new_stream()
        self._endpointer = Endpointer(policy)
        self._down = Resampler(rate, detector.rate) if rate != detector.rate else None
        self._window_bytes = detector.window * BYTES_PER_SAMPLE
        self._pending = bytearray()
        self._ticks = 0
        self._judged = 0.0
        self._kept = bytearray()
        self._kept_from = 0.0

    @property
    def now(self) -> float:
        """Seconds since the call's first tick, by the audio."""
        return self._ticks * TICK

    def hear(self, pcm: bytes) -> bytes | None:
        """Take 20 ms; answer a window for the detector when one is full."""
        self._ticks += 1
        self._kept += pcm
        surplus = len(self._kept) - KEPT_SECONDS * self._rate * BYTES_PER_SAMPLE
        if surplus > self._rate * BYTES_PER_SAMPLE:
            del self._kept[:surplus]
            self._kept_from += surplus / BYTES_PER_SAMPLE / self._rate
        self._pending += self._down.feed(pcm) if self._down else pcm
        if len(self._pending) < self._window_bytes:
            return None
        window = bytes(self._pending[: self._window_bytes])
        del self._pending[: self._window_bytes]
        return window

    def judge(self, probability: float) -> SpeechStarted | SpeechPaused | None:
        """Take the detector's answer for the last window."""
        start = self._judged
        self._judged = start + self._detector.window / self._detector.rate
        return self._endpointer.feed(probability, start, self._judged)

    def cut(self, start: float, end: float) -> AudioFrame:
        """Give the caller's audio from ``start`` to ``end``, with a little before and after."""
        first = max(0, round((start - PREROLL - self._kept_from) * self._rate))
        last = max(first, round((end + POSTROLL - self._kept_from) * self._rate))
        pcm = bytes(self._kept[first * BYTES_PER_SAMPLE : last * BYTES_PER_SAMPLE])
        return AudioFrame(pcm, self._rate, self._kept_from + first / self._rate)
