"""WAV files of any length and encoding that telephony knows, read block by block: memory does not grow with them.

Linear 8, 16, 24 and 32 bits, 32-bit float, A-law and mu-law; RF64 too. A file whose writer was killed is read as far
as it goes.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

import numpy as np

from ivr.audio.codec import WIDTH, audioop
from ivr.audio.frame import AudioFrame
from ivr.errors import UnreadableSound

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

LINEAR, FLOAT, ALAW, ULAW, EXTENSIBLE = 1, 3, 6, 7, 0xFFFE
BITS = {LINEAR: (8, 16, 24, 32), FLOAT: (32,), ALAW: (8,), ULAW: (8,)}
RATES = 6000, 192_000
MOST_CHANNELS = 8
HEADER = struct.Struct("<4sI4s")
CHUNK = struct.Struct("<4sI")
FORMAT = struct.Struct("<HHIIHH")
SUBFORMAT_AT = 24
"""Where an extensible format says what it really is."""
UNKNOWN_SIZES = (0, 0xFFFFFFFF)
MEND = "convert it with: ffmpeg -i FILE -ar 16000 -ac 1 converted.wav"


@dataclass(frozen=True, slots=True)
class SoundFile:
    """An open file; ``seconds`` is its length."""

    file: IO[bytes]
    encoding: int
    bits: int
    channels: int
    rate: int
    first: int
    size: int

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.size // self._step / self.rate

    @property
    def _step(self) -> int:
        return self.bits // 8 * self.channels

    def blocks(self, seconds: float) -> Iterator[tuple[AudioFrame, ...]]:
        """Read it in blocks of at most so many seconds; one frame for each channel, left first."""
        self.file.seek(self.first)
        left, start = self.size // self._step, 0.0
        while left > 0:
            raw = self.file.read(min(left, round(seconds * self.rate)) * self._step)
            raw = raw[: len(raw) // self._step * self._step]
            if not raw:
                return
            tracks = self._samples(raw).reshape(-1, self.channels)
            yield tuple(AudioFrame(tracks[:, number].tobytes(), self.rate, start) for number in range(self.channels))
            left -= len(tracks)
            start += len(tracks) / self.rate

    def _samples(self, raw: bytes) -> NDArray[np.int16]:
        match self.encoding, self.bits:
            case (1, 8):
                return np.asarray((np.frombuffer(raw, np.uint8).astype(np.int16) - 128) << 8, np.int16)
            case (1, 24):
                low, high = np.frombuffer(raw, np.uint8).reshape(-1, 3)[:, 1:].astype(np.uint16).T
                return np.asarray((high << 8 | low).view(np.int16), np.int16)
            case (1, 32):
                return np.asarray(np.frombuffer(raw, "<i4") >> 16, np.int16)
            case (3, _):
                loud = np.nan_to_num(np.frombuffer(raw, "<f4")).clip(-1, 1)
                return np.asarray(loud * 32767, np.int16)
            case (6, _):
                return np.frombuffer(audioop.alaw2lin(raw, WIDTH), np.int16)
            case (7, _):
                return np.frombuffer(audioop.ulaw2lin(raw, WIDTH), np.int16)
            case _:
                return np.frombuffer(raw, "<i2").astype(np.int16)


def open_sound(file: IO[bytes]) -> SoundFile:
    """Read the header of a seekable file; UnreadableSound says what is wrong with it and what mends it."""
    file.seek(0, 2)
    whole = file.tell()
    file.seek(0)
    if not whole:
        raise UnreadableSound("the file is empty (0 bytes): send the sound itself, such as -F file=@call.wav")
    begin = file.read(HEADER.size)
    if len(begin) < HEADER.size or begin[:4] not in (b"RIFF", b"RF64") or begin[8:] != b"WAVE":
        raise UnreadableSound(f"this is no WAV file (it begins with {begin[:4]!r}); {MEND}")
    described: bytes = b""
    while len(head := file.read(CHUNK.size)) == CHUNK.size:
        name, size = CHUNK.unpack(head)
        if name == b"data":
            first = file.tell()
            return _checked(
                file, described, first, whole - first if size in UNKNOWN_SIZES else min(size, whole - first)
            )
        content = file.read(size + size % 2) if name == b"fmt " else b""
        if name == b"fmt ":
            described = content
        else:
            file.seek(size + size % 2, 1)
    raise UnreadableSound(f"the WAV file holds no sound: it ends before its data; record it again, or {MEND}")


def _checked(file: IO[bytes], described: bytes, first: int, size: int) -> SoundFile:
    if len(described) < FORMAT.size:
        raise UnreadableSound(f"the WAV file does not say how its samples are written; {MEND}")
    encoding, channels, rate, _, _, bits = FORMAT.unpack_from(described)
    if encoding == EXTENSIBLE and len(described) >= SUBFORMAT_AT + 2:
        (encoding,) = struct.unpack_from("<H", described, SUBFORMAT_AT)
    if bits not in BITS.get(encoding, ()):
        raise UnreadableSound(f"WAV encoding {encoding} with {bits} bits is not known here; {MEND}")
    if not 1 <= channels <= MOST_CHANNELS:
        raise UnreadableSound(f"{channels} channels are not 1 to {MOST_CHANNELS}; {MEND}")
    if not RATES[0] <= rate <= RATES[1]:
        raise UnreadableSound(f"a rate of {rate} Hz is not {RATES[0]} to {RATES[1]}; {MEND}")
    if size < bits // 8 * channels:
        raise UnreadableSound("the WAV file holds no sound (0 samples): record it again")
    return SoundFile(file, encoding, bits, channels, rate, first, size)
