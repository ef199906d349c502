"""WAV files of 16-bit samples: one ``AudioFrame`` a channel."""

from __future__ import annotations

import wave
from typing import TYPE_CHECKING

import numpy as np

from ivr.audio.frame import BYTES_PER_SAMPLE, AudioFrame
from ivr.errors import MediaError

if TYPE_CHECKING:
    from pathlib import Path


def read_wav(path: Path) -> tuple[AudioFrame, ...]:
    """Read a file; one frame for each channel (left first). MediaError says what is wrong with it.

    A file whose writer was killed is read as far as it goes.
    """
    try:
        with wave.open(str(path), "rb") as file:
            channels, width, rate = file.getnchannels(), file.getsampwidth(), file.getframerate()
            pcm = file.readframes(file.getnframes())
    except FileNotFoundError as error:
        raise MediaError(f"{path} does not exist; give the path of a WAV file") from error
    except (wave.Error, EOFError) as error:
        raise MediaError(f"{path} is not a PCM WAV file ({error}); {_mend(path)}") from error
    if width != BYTES_PER_SAMPLE:
        raise MediaError(f"{path} has {8 * width}-bit samples and 16-bit ones are needed; {_mend(path)}")
    whole = len(pcm) // (channels * BYTES_PER_SAMPLE) * channels * BYTES_PER_SAMPLE
    tracks = np.frombuffer(pcm[:whole], "<i2").reshape(-1, channels)
    return tuple(AudioFrame(tracks[:, channel].tobytes(), rate) for channel in range(channels))


def write_wav(path: Path, *tracks: AudioFrame) -> None:
    """Write one channel for each track, whole or not at all; shorter ones end in silence.

    MediaError when there is no track or their rates differ.
    """
    rates = {track.rate for track in tracks}
    if len(rates) != 1:
        raise MediaError(f"the tracks of {path} have the rates {sorted(rates)}; give at least one, all of one rate")
    samples = np.zeros((max(track.samples for track in tracks), len(tracks)), "<i2")
    for channel, track in enumerate(tracks):
        samples[: track.samples, channel] = np.frombuffer(track.pcm, "<i2", track.samples)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    with wave.open(str(fresh), "wb") as file:
        file.setnchannels(len(tracks))
        file.setsampwidth(BYTES_PER_SAMPLE)
        file.setframerate(rates.pop())
        file.writeframes(samples.tobytes())
    fresh.replace(path)


def _mend(path: Path) -> str:
    return f"convert it with: sox {path.name} -e signed-integer -b 16 converted.wav"
