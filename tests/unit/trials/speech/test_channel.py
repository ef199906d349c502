from __future__ import annotations

import numpy as np
import pytest

from ivr.audio.frame import AudioFrame
from ivr.trials.speech.channel import KINDS, LINE, lose_packets, mix, noise, telephone


def tone(hertz: float, seconds: float = 1.0, rate: int = 16000) -> AudioFrame:
    wave = 8000 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)
    return AudioFrame(wave.astype(np.int16).tobytes(), rate)


def samples(frame: AudioFrame) -> np.ndarray:
    return np.frombuffer(frame.pcm, np.int16).astype(np.float64)


def test_the_telephone_carries_only_its_band_at_8_khz() -> None:
    both = AudioFrame((samples(tone(100)) + samples(tone(1000))).astype(np.int16).tobytes(), 16000)
    line = telephone(both)
    strength = np.abs(np.fft.rfft(samples(line)))
    assert line.rate == LINE
    assert line.duration == pytest.approx(1.0, abs=0.01)
    assert strength[1000] > 100 * strength[100]


def test_silence_stays_silent_on_the_telephone() -> None:
    assert np.abs(samples(telephone(AudioFrame.silence(0.5, LINE)))).max() <= 8


@pytest.mark.parametrize("snr_db", [20.0, 10.0, 0.0])
def test_noise_is_so_much_under_the_active_speech(snr_db: float) -> None:
    speech = AudioFrame.join([tone(500, rate=LINE), AudioFrame.silence(3, LINE)])
    mixed = samples(mix(speech, noise("white", 5, 1), snr_db, 2))
    quiet = np.mean(mixed[LINE + 100 :] ** 2)
    loud = np.mean(mixed[:LINE] ** 2) - quiet
    assert 10 * np.log10(loud / quiet) == pytest.approx(snr_db, abs=0.5)


@pytest.mark.parametrize("kind", list(KINDS))
def test_each_noise_fills_its_time_and_comes_from_its_seed(kind: str) -> None:
    made = noise(kind, 1.5, 3)
    assert made.duration == pytest.approx(1.5)
    assert np.std(samples(made)) > 500
    assert made == noise(kind, 1.5, 3)
    assert made != noise(kind, 1.5, 4)


@pytest.mark.parametrize("rate", [0.01, 0.05])
def test_packets_are_lost_at_the_rate_asked_for_and_covered(rate: float) -> None:
    line = telephone(tone(500, 120))
    heard = lose_packets(line, rate, 5)
    before = samples(line).reshape(-1, 160)
    after = samples(heard).reshape(-1, 160)
    lost = np.any(before != after, axis=1)
    assert heard.samples == line.samples
    assert np.mean(lost) == pytest.approx(rate, rel=0.25)
    assert np.abs(after[lost]).max(axis=1).mean() > 500
    assert lose_packets(line, rate, 5) == heard


def test_no_loss_changes_nothing() -> None:
    line = telephone(tone(500, 1.013))
    assert lose_packets(line, 0.0, 1) == line


def test_packets_carry_the_telephones_rate_only() -> None:
    with pytest.raises(ValueError, match="telephone"):
        lose_packets(tone(500), 0.01, 1)
