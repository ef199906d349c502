"""The caller's sound: windows for the voice detector, events for the turn machine, audio for the recogniser."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from ivr.audio.frame import BYTES_PER_SAMPLE, AudioFrame
from ivr.audio.listeners import HEARS_CLEAN, Listener, softened
from ivr.audio.resample import Resampler
from ivr.dialogue.endpointing import Endpointer, EndpointingPolicy, SpeechPaused, SpeechStarted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.ports import CleanStream, Denoiser, VoiceDetector, VoiceStream

TICK = 0.02
"""Seconds of sound that the line gives at a time: a call's only clock."""
KEPT_SECONDS = 45
"""How much of the caller is kept for recognition; older sound is dropped."""
PREROLL = 0.3
"""Seconds before the onset that go to the recogniser: a soft first consonant is under the threshold."""
POSTROLL = 0.1
VOICED = 0.7
"""Probability from which on a window surely holds voice."""


class Ear:
    """One call's hearing at ``rate`` Hz; ``listeners`` says whom the denoiser serves, and by how many dB."""

    def __init__(
        self,
        rate: int,
        detector: VoiceDetector,
        policy: EndpointingPolicy,
        denoiser: Denoiser | None = None,
        listeners: Mapping[Listener, float] = HEARS_CLEAN,
    ) -> None:
        self.rate = rate
        self._detector = detector
        self.stream: VoiceStream = detector.new_stream()
        self._endpointer = Endpointer(policy)
        self._down = Resampler(rate, detector.rate) if rate != detector.rate else None
        self._window_bytes = detector.window * BYTES_PER_SAMPLE
        self._pending = bytearray()
        self._ticks = 0
        self._judged = 0.0
        self._voiced: deque[float] = deque(maxlen=round(KEPT_SECONDS * detector.rate / detector.window))
        self._clean: CleanStream | None = None
        self._waiting: deque[bytes] = deque()
        self._lag = 0
        self._most_db = listeners.get(Listener.VOICE_DETECTOR, 0.0)
        if denoiser is not None and Listener.VOICE_DETECTOR in listeners:
            self._clean, self._lag = denoiser.open(rate), denoiser.lag
        self._kept = bytearray()
        self._kept_from = 0.0

    @property
    def now(self) -> float:
        """Seconds since the call's first tick, by the audio."""
        return self._ticks * TICK

    @property
    def late(self) -> int:
        """Ticks whose clean sound was not there in time, and that passed as they were."""
        return self._clean.late if self._clean else 0

    def hear(self, pcm: bytes, *, denoising: bool = True) -> bytes | None:
        """Take 20 ms; answer a window for the detector when one is full. ``denoising``: whether load permits it."""
        self._ticks += 1
        self._kept += pcm
        surplus = len(self._kept) - KEPT_SECONDS * self.rate * BYTES_PER_SAMPLE
        if surplus > self.rate * BYTES_PER_SAMPLE:
            del self._kept[:surplus]
            self._kept_from += surplus / BYTES_PER_SAMPLE / self.rate
        judged = self._judged_sound(pcm, denoising=denoising)
        self._pending += self._down.feed(judged) if self._down else judged
        if len(self._pending) < self._window_bytes:
            return None
        window = bytes(self._pending[: self._window_bytes])
        del self._pending[: self._window_bytes]
        return window

    def _judged_sound(self, pcm: bytes, *, denoising: bool) -> bytes:
        """Give what the detector hears: with a denoiser always the sound of ``lag`` ticks ago, clean or not."""
        if self._clean is None:
            return pcm
        clean = self._clean.feed(pcm) if denoising else None
        self._waiting.append(pcm)
        if len(self._waiting) <= self._lag:
            return b""
        as_it_was = self._waiting.popleft()
        return as_it_was if clean is None else softened(as_it_was, clean, self._most_db)

    def judge(self, probability: float) -> SpeechStarted | SpeechPaused | None:
        """Take the detector's answer for the last window."""
        start = self._judged
        self._judged = start + self._detector.window / self._detector.rate
        if probability >= VOICED:
            self._voiced.append(start)
        return self._endpointer.feed(probability, start, self._judged)

    def cut(self, start: float, end: float) -> AudioFrame:
        """Give the caller's audio from ``start`` to ``end``, with a little before and after."""
        first = max(0, round((start - PREROLL - self._kept_from) * self.rate))
        last = max(first, round((end + POSTROLL - self._kept_from) * self.rate))
        pcm = bytes(self._kept[first * BYTES_PER_SAMPLE : last * BYTES_PER_SAMPLE])
        return AudioFrame(pcm, self.rate, self._kept_from + first / self.rate)

    def voiced(self, start: float, end: float) -> AudioFrame:
        """Give the surely voiced windows from ``start`` to ``end``, joined: no pause and no line noise."""
        length = self._detector.window / self._detector.rate
        pieces = []
        for at in self._voiced:
            if start - length <= at < end:
                first = round((at - self._kept_from) * self.rate) * BYTES_PER_SAMPLE
                pieces.append(self._kept[max(0, first) : first + round(length * self.rate) * BYTES_PER_SAMPLE])
        return AudioFrame(b"".join(pieces), self.rate, start)

    def close(self) -> None:
        """Give back what the call held of the denoiser."""
        if self._clean is not None:
            self._clean.close()
