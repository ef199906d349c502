from __future__ import annotations

import struct
import wave
from typing import TYPE_CHECKING

import pytest

from ivr.audio.frame import AudioFrame
from ivr.audio.wav import read_wav, write_wav
from ivr.errors import MediaError

if TYPE_CHECKING:
    from pathlib import Path

CALLER = AudioFrame(struct.pack("<3h", 1, 2, 3), 8000)
AGENT = AudioFrame(struct.pack("<2h", -7, -8), 8000)


def test_two_tracks_come_back_with_the_shorter_one_ending_in_silence(tmp_path: Path) -> None:
    write_wav(tmp_path / "new" / "call.wav", CALLER, AGENT)
    assert read_wav(tmp_path / "new" / "call.wav") == (CALLER, AudioFrame(AGENT.pcm + b"\0\0", 8000))


def test_one_track_comes_back(tmp_path: Path) -> None:
    write_wav(tmp_path / "call.wav", CALLER)
    assert read_wav(tmp_path / "call.wav") == (CALLER,)
    assert [path.name for path in tmp_path.iterdir()] == ["call.wav"]


def test_a_file_whose_writer_was_killed_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    write_wav(path, CALLER, AGENT)
    path.write_bytes(path.read_bytes()[:-3])
    assert [track.samples for track in read_wav(path)] == [2, 2]


@pytest.mark.parametrize("content", [b"", b"ID3 this is an mp3", b"RIFF\0\0\0\0WAVE", b"RIFF\x10\0\0\0WAVEfmt "])
def test_what_is_no_wav_says_how_to_convert_it(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "call.wav"
    path.write_bytes(content)
    with pytest.raises(MediaError, match=r"not a PCM WAV file .*sox call\.wav"):
        read_wav(path)


def test_eight_bit_samples_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8000)
        file.writeframes(bytes(8))
    with pytest.raises(MediaError, match="8-bit samples and 16-bit ones are needed"):
        read_wav(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"nothing\.wav does not exist"):
        read_wav(tmp_path / "nothing.wav")


def test_tracks_of_different_rates_are_refused(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"\[8000, 16000\]"):
        write_wav(tmp_path / "call.wav", CALLER, AudioFrame(b"\0\0", 16000))
    with pytest.raises(MediaError, match="at least one"):
        write_wav(tmp_path / "call.wav")
