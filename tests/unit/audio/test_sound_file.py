from __future__ import annotations

import io
import struct

import numpy as np
import pytest

from ivr.audio.codec import audioop
from ivr.audio.frame import AudioFrame
from ivr.audio.sound_file import open_sound
from ivr.errors import UnreadableSound

TONE = (8000 * np.sin(2 * np.pi * 440 * np.arange(8000) / 8000)).astype(np.int16)


def wav(
    data: bytes, encoding: int = 1, bits: int = 16, *, channels: int = 1, rate: int = 8000, more: bytes = b""
) -> bytes:
    step = bits // 8 * channels
    described = struct.pack("<HHIIHH", encoding, channels, rate, rate * step, step, bits) + more
    chunks = b"fmt " + struct.pack("<I", len(described)) + described + b"LIST" + struct.pack("<I", 3) + b"abc\0"
    chunks += b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks


def heard(document: bytes, seconds: float = 0.3) -> list[np.ndarray]:
    blocks = list(open_sound(io.BytesIO(document)).blocks(seconds))
    return [
        np.frombuffer(AudioFrame.join([block[number] for block in blocks]).pcm, np.int16)
        for number in range(len(blocks[0]))
    ]


@pytest.mark.parametrize(
    ("data", "encoding", "bits", "off_by"),
    [
        (TONE.tobytes(), 1, 16, 0),
        (((TONE >> 8) + 128).astype(np.uint8).tobytes(), 1, 8, 256),
        (audioop.lin2lin(TONE.tobytes(), 2, 3), 1, 24, 0),
        ((TONE.astype(np.int32) << 16).tobytes(), 1, 32, 0),
        ((TONE / 32767).astype("<f4").tobytes(), 3, 32, 1),
        (audioop.lin2alaw(TONE.tobytes(), 2), 6, 8, 300),
        (audioop.lin2ulaw(TONE.tobytes(), 2), 7, 8, 300),
    ],
)
def test_every_encoding_of_telephony_is_read(data: bytes, encoding: int, bits: int, off_by: int) -> None:
    (track,) = heard(wav(data, encoding, bits))
    assert len(track) == len(TONE)
    assert np.abs(track.astype(int) - TONE).max() <= off_by


def test_an_extensible_format_is_what_it_says_inside() -> None:
    inside = struct.pack("<HHIH", 22, 16, 4, 1) + bytes(14)
    (track,) = heard(wav(TONE.tobytes(), 0xFFFE, 16, more=inside))
    assert np.array_equal(track, TONE)


def test_channels_come_apart_and_blocks_follow_each_other() -> None:
    both = np.stack([TONE, TONE // 2], axis=1).tobytes()
    left, right = heard(wav(both, channels=2))
    assert np.array_equal(left, TONE)
    assert np.array_equal(right, TONE // 2)
    sound = open_sound(io.BytesIO(wav(both, channels=2)))
    assert sound.seconds == 1
    assert [round(block[0].start, 3) for block in sound.blocks(0.4)] == [0, 0.4, 0.8]


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF, 1_000_000])
def test_a_file_whose_writer_was_killed_is_read_as_far_as_it_goes(size: int) -> None:
    document = bytearray(wav(TONE.tobytes()))
    at = document.index(b"data")
    document[at + 4 : at + 8] = struct.pack("<I", size)
    (track,) = heard(bytes(document) + b"\x01")
    assert np.array_equal(track, TONE)


@pytest.mark.parametrize(
    ("document", "complaint"),
    [
        (b"", "empty"),
        (b"ID3\x04 an mp3 perhaps", "no WAV file.*ffmpeg"),
        (b"RIFF", "no WAV file"),
        (wav(b""), "0 samples"),
        (wav(TONE.tobytes())[:40], "no sound"),
        (wav(b"\0" * 100, 85, 16), "encoding 85.*ffmpeg"),
        (wav(TONE.tobytes(), channels=9), "9 channels"),
        (wav(TONE.tobytes(), rate=100), "100 Hz"),
        (b"RIFF\0\0\0\0WAVEdata\x04\0\0\0abcd", "how its samples are written"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_mend(document: bytes, complaint: str) -> None:
    with pytest.raises(UnreadableSound, match=complaint):
        open_sound(io.BytesIO(document))
