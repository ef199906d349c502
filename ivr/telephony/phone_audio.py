"""What the softphone says and hears, on one time axis: the conference bridge's own clock.

Every tick (20 ms) the bridge first asks the port for a frame (what the caller says), then hands it one (what the
caller hears). Both are kept as one pair, so the two tracks of the recording cannot drift apart.
"""

from __future__ import annotations

import base64
import wave
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pjsua2
import soxr

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

TICK = 0.02
MAX_PENDING = 3000
"""Pairs not yet written (a minute); more means that the main loop stands still, and the oldest are dropped."""


@dataclass(slots=True)
class Utterance:
    """Something to say, and from which to which tick it was said (``end`` exclusive)."""

    number: int
    pcm: bytes
    position: int = 0
    start: int | None = None
    end: int = 0

    @property
    def complete(self) -> bool:
        """Whether all of it was said."""
        return self.position >= len(self.pcm)


class Mouth:
    """What the caller will say: utterances one after the other, over silence or line noise."""

    def __init__(self, rate: int, noise: bytes = b"") -> None:
        self.frame_bytes = round(rate * TICK) * 2
        self._noise = noise
        self._noise_at = 0
        self._waiting: deque[Utterance] = deque()
        self._said: deque[Utterance] = deque()

    def say(self, utterance: Utterance) -> None:
        """Queue an utterance behind those that wait."""
        self._waiting.append(utterance)

    def hush(self) -> None:
        """Stop talking at once; what was left of every utterance counts as said incompletely."""
        while self._waiting:
            self._said.append(self._waiting.popleft())

    def next(self, tick: int) -> bytes:
        """Give 20 ms of sound for this tick."""
        frame = b""
        if self._waiting:
            utterance = self._waiting[0]
            if utterance.start is None:
                utterance.start = tick
            frame = utterance.pcm[utterance.position : utterance.position + self.frame_bytes]
            utterance.position += self.frame_bytes
            utterance.end = tick + 1
            if utterance.complete:
                self._said.append(self._waiting.popleft())
        return self._over_noise(frame.ljust(self.frame_bytes, b"\0"))

    def finished(self) -> list[Utterance]:
        """Take the utterances that ended since the last call."""
        ended = []
        while self._said:
            ended.append(self._said.popleft())
        return ended

    def _over_noise(self, frame: bytes) -> bytes:
        if not self._noise:
            return frame
        noise = self._noise[self._noise_at : self._noise_at + self.frame_bytes]
        self._noise_at = (self._noise_at + self.frame_bytes) % len(self._noise)
        mixed = np.frombuffer(frame, "<i2").astype(np.int32) + np.frombuffer(noise, "<i2")
        samples: NDArray[np.int16] = np.clip(mixed, -32768, 32767).astype("<i2")
        return samples.tobytes()


class AudioTap(pjsua2.AudioMediaPort):  # type: ignore[misc]  # SWIG classes are untyped
    """The caller's end of the bridge; its callbacks run in the bridge's clock thread and only move bytes."""

    def __init__(self, mouth: Mouth, rate: int) -> None:
        super().__init__()
        self._mouth = mouth
        self._silence = bytes(mouth.frame_bytes)
        self.ticks = 0
        self.pairs: deque[list[bytes]] = deque(maxlen=MAX_PENDING)
        """``[said, heard]`` of each tick, oldest first."""
        fmt = pjsua2.MediaFormatAudio()
        fmt.init(pjsua2.PJMEDIA_FORMAT_PCM, rate, 1, round(TICK * 1_000_000), 16)
        self.createPort("caller", fmt)

    def onFrameRequested(self, frame: pjsua2.MediaFrame) -> None:  # noqa: N802 - pjsua2's name
        """Say 20 ms and open this tick's pair."""
        said = self._mouth.next(self.ticks)
        self.pairs.append([said, self._silence])
        self.ticks += 1
        frame.type = pjsua2.PJMEDIA_FRAME_TYPE_AUDIO
        frame.buf = pjsua2.ByteVector(said)
        frame.size = len(said)

    def onFrameReceived(self, frame: pjsua2.MediaFrame) -> None:  # noqa: N802 - pjsua2's name
        """Hear 20 ms into this tick's pair."""
        if self.pairs and frame.size == len(self._silence):
            self.pairs[-1][1] = bytes(frame.buf)


class TwoTrackWriter:
    """A WAV file that grows with the call: 16-bit stereo, left = what was said, right = what was heard."""

    def __init__(self, path: Path, rate: int) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._file = wave.open(str(path), "wb")  # noqa: SIM115 - closed by ``close`` when the call ends
        self._file.setnchannels(2)
        self._file.setsampwidth(2)
        self._file.setframerate(rate)

    def write(self, said: bytes, heard: bytes) -> None:
        """Append one tick."""
        both = np.column_stack((np.frombuffer(said, "<i2"), np.frombuffer(heard, "<i2")))
        self._file.writeframesraw(both.tobytes())

    def close(self) -> None:
        """Complete the header."""
        self._file.close()


class LevelGate:
    """Tells when sound begins and ends on the heard track, by level alone.

    Sound begins with two frames in a row over ``threshold_dbfs`` and ends with the last frame over it before
    ``release`` seconds under it.
    """

    def __init__(self, threshold_dbfs: float = -45.0, release: float = 0.1) -> None:
        self._threshold = 32768 * 10 ** (threshold_dbfs / 20)
        self._release = round(release / TICK)
        self._loud = 0
        self._last_loud = 0
        self.sounding = False

    def feed(self, pcm: bytes, tick: int) -> tuple[bool, float] | None:
        """Take one frame; answer (sounding, seconds since the first tick) when it changes."""
        samples = np.frombuffer(pcm, "<i2").astype(np.float32)
        level = float(np.sqrt(np.mean(samples * samples)))
        if level >= self._threshold:
            self._loud += 1
            self._last_loud = tick
            if not self.sounding and self._loud > 1:
                self.sounding = True
                return True, (tick - 1) * TICK
            return None
        self._loud = 0
        if self.sounding and tick - self._last_loud >= self._release:
            self.sounding = False
            return False, (self._last_loud + 1) * TICK
        return None


def line_noise(level_dbfs: float, rate: int) -> bytes:
    """Make four seconds of the noise of a telephone line: pink-ish hiss with a little 50 Hz hum, 16-bit PCM."""
    random = np.random.default_rng(50)
    count = 4 * rate
    spectrum = np.fft.rfft(random.standard_normal(count))
    frequencies = np.fft.rfftfreq(count, 1 / rate)
    spectrum *= 1 / np.sqrt(np.maximum(frequencies, 100.0))
    hiss = np.fft.irfft(spectrum, count)
    sound = hiss / np.std(hiss) + 0.3 * np.sin(2 * np.pi * 50 * np.arange(count) / rate)
    sound *= 32768 * 10 ** (level_dbfs / 20) / np.std(sound)
    samples: NDArray[np.int16] = np.clip(sound, -32768, 32767).astype("<i2")
    return samples.tobytes()


def decode(pcm_base64: str, rate: int, to_rate: int) -> bytes:
    """Take 16-bit PCM out of a command, at the bridge's rate."""
    pcm = base64.b64decode(pcm_base64)
    if rate == to_rate:
        return pcm
    samples: NDArray[np.int16] = soxr.resample(np.frombuffer(pcm, "<i2"), rate, to_rate)
    return samples.astype("<i2").tobytes()
