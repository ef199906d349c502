"""Recordings as FLAC, which gives back every bit, and as Opus, to listen to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import soundfile

from ivr.call.track_file import CHANNELS, wav_header
from ivr.errors import StorageError

if TYPE_CHECKING:
    from pathlib import Path

BLOCK = 1 << 16
"""Frames in memory at once."""


def encode(wav: Path, target: Path, kind: str) -> None:
    """Write a WAV file as ``FLAC`` or ``OPUS``; StorageError when it is no sound."""
    container = {"FLAC": ("FLAC", "PCM_16"), "OPUS": ("OGG", "OPUS")}[kind]
    try:
        with (
            soundfile.SoundFile(wav) as source,
            soundfile.SoundFile(
                target, "w", source.samplerate, source.channels, container[1], format=container[0]
            ) as encoded,
        ):
            for block in source.blocks(BLOCK, dtype="int16", always_2d=True):
                encoded.write(block)
    except soundfile.LibsndfileError as error:
        raise StorageError(f"{wav} cannot be archived ({error}): run ivr recordings verify") from error


def decode(flac: Path, target: Path) -> None:
    """Write the WAV file that a FLAC was made of; StorageError when it is none of ours."""
    try:
        with soundfile.SoundFile(flac) as source, target.open("wb") as wav:
            if source.channels != CHANNELS:
                raise StorageError(f"{flac} has {source.channels} tracks, not caller and agent: restore it from a copy")
            wav.write(wav_header(source.samplerate, source.frames))
            for block in source.blocks(BLOCK, dtype="int16", always_2d=True):
                wav.write(block.tobytes())
    except soundfile.LibsndfileError as error:
        raise StorageError(f"{flac} cannot be read ({error}): restore it from a copy") from error
