"""The two-track WAV file of a running call: a valid file after every write, whole whatever happens to us."""

from __future__ import annotations

import os
import struct
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

CHANNELS = 2
FRAME_BYTES = 4
"""One 16-bit sample of each side."""
HEADER_BYTES = 44


def wav_header(rate: int, frames: int) -> bytes:
    """Build the 44 bytes before the samples of a two-track 16-bit file."""
    size = frames * FRAME_BYTES
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF",
        HEADER_BYTES - 8 + size,
        b"WAVE",
        b"fmt ",
        16,
        1,
        CHANNELS,
        rate,
        rate * FRAME_BYTES,
        FRAME_BYTES,
        16,
        b"data",
        size,
    )


def interleave(left: bytes | bytearray, right: bytes | bytearray) -> bytes:
    """Join two tracks of the same length sample by sample."""
    both = np.empty((len(left) // 2, CHANNELS), "<i2")
    both[:, 0] = np.frombuffer(left, "<i2")
    both[:, 1] = np.frombuffer(right, "<i2")
    return both.tobytes()


class TrackFile:
    """Blocks are written at their own place in time: what is left out in between reads as silence.

    The header is brought up to date after every block, so a killed writer leaves a file that plays.
    """

    def __init__(self, path: Path, rate: int) -> None:
        """Create the file; OSError leaves nothing behind, so that it can be tried again."""
        self._rate = rate
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o640)
        self.frames = 0
        """Where the last sample that was written ends."""
        try:
            self._write_header()
        except OSError:
            os.close(self._descriptor)
            path.unlink()
            raise

    def write(self, at: int, block: bytes) -> tuple[int, OSError | None]:
        """Write interleaved samples from frame ``at`` on; answers how many frames the disk took, and why not all."""
        place, written = HEADER_BYTES + at * FRAME_BYTES, 0
        refused: OSError | None = None
        while written < len(block) and refused is None:
            try:
                written += os.pwrite(self._descriptor, block[written:], place + written)
            except OSError as error:
                refused = error
        taken = written // FRAME_BYTES
        if taken:
            self.frames = max(self.frames, at + taken)
            self._write_header()
        return taken, refused

    def sync(self) -> None:
        """Make what was written survive a power failure."""
        os.fdatasync(self._descriptor)

    def close(self) -> None:
        """Cut off a torn sample, sync, and close."""
        try:
            os.ftruncate(self._descriptor, HEADER_BYTES + self.frames * FRAME_BYTES)
            os.fsync(self._descriptor)
        finally:
            os.close(self._descriptor)

    def _write_header(self) -> None:
        os.pwrite(self._descriptor, wav_header(self._rate, self.frames), 0)


def rate_of(path: Path) -> int:
    """Read a track's rate in Hz from its header; 0 when there is none."""
    with path.open("rb") as file:
        header = file.read(HEADER_BYTES)
    whole = header.startswith(b"RIFF") and len(header) == HEADER_BYTES
    return int(struct.unpack_from("<I", header, 24)[0]) if whole else 0


def mend_track(path: Path, rate: int) -> int:
    """Make the header tell the file's real length after its writer was killed; answers the frames in it."""
    frames = max(path.stat().st_size - HEADER_BYTES, 0) // FRAME_BYTES
    descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        os.ftruncate(descriptor, HEADER_BYTES + frames * FRAME_BYTES)
        os.pwrite(descriptor, wav_header(rate, frames), 0)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return frames
