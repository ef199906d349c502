from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ivr.audio.frame import AudioFrame
from ivr.audio.wav import read_wav, write_wav
from ivr.telephony.pbx_music import lay_music, trimmed

if TYPE_CHECKING:
    from pathlib import Path

RATE = 8000


def tune(seconds: float, amplitude: float = 3000.0) -> bytes:
    at = np.arange(round(seconds * RATE)) / RATE
    return bytes((amplitude * np.sin(2 * np.pi * 440 * at)).astype("<i2").tobytes())


def silence(seconds: float) -> bytes:
    return AudioFrame.silence(seconds, RATE).pcm


def test_music_begins_and_ends_with_what_is_heard_and_keeps_its_own_rests() -> None:
    middle = tune(1.0) + silence(0.5) + tune(1.0)
    music = AudioFrame(silence(0.9) + tune(0.3, amplitude=20.0) + middle + silence(5.0), RATE)
    assert trimmed(music).pcm == middle


def test_a_file_without_any_sound_stays_as_it_is() -> None:
    quiet = AudioFrame(silence(2.0), RATE)
    assert trimmed(quiet) == quiet


def test_each_file_is_laid_out_once_and_what_is_no_mono_wav_unchanged(tmp_path: Path) -> None:
    source, folder = tmp_path / "moh", tmp_path / "music"
    write_wav(source / "late.wav", AudioFrame(silence(0.9) + tune(1.0), RATE))
    write_wav(source / "stereo.wav", AudioFrame(tune(1.0), RATE), AudioFrame(tune(1.0), RATE))
    (source / "piece.gsm").write_bytes(b"compressed")
    lay_music(source, folder)
    assert read_wav(folder / "late.wav") == (AudioFrame(tune(1.0), RATE),)
    assert (folder / "stereo.wav").read_bytes() == (source / "stereo.wav").read_bytes()
    assert (folder / "piece.gsm").read_bytes() == b"compressed"
    write_wav(folder / "late.wav", AudioFrame(tune(0.5), RATE))
    lay_music(source, folder)
    assert read_wav(folder / "late.wav") == (AudioFrame(tune(0.5), RATE),)
