import numpy as np
import pytest

from ivr.audio.frame import AudioFrame
from ivr.audio.resample import Decimator, Interpolator, Resampler, resample


def tone(rate: int, hertz: float = 440.0, seconds: float = 1.0) -> bytes:
    return (8000 * np.sin(2 * np.pi * hertz * np.arange(round(rate * seconds)) / rate)).astype(np.int16).tobytes()


def loudest(pcm: bytes, rate: int) -> float:
    spectrum = np.abs(np.fft.rfft(np.frombuffer(pcm, np.int16)))
    return float(np.argmax(spectrum) * rate / (len(pcm) / 2))


@pytest.mark.parametrize(("source", "target"), [(24000, 8000), (24000, 16000), (8000, 16000), (16000, 8000)])
def test_a_stream_keeps_its_pitch_and_its_length(source: int, target: int) -> None:
    resampler = Resampler(source, target)
    pcm, step = tone(source), source // 50 * 2
    out = b"".join(resampler.feed(pcm[at : at + step]) for at in range(0, len(pcm), step)) + resampler.flush()
    assert len(out) // 2 == pytest.approx(target, abs=2)
    assert loudest(out, target) == pytest.approx(440, abs=2)


def test_a_stream_gives_the_same_sound_however_it_is_cut() -> None:
    pcm = tone(24000)
    whole, parts = Resampler(24000, 8000), Resampler(24000, 8000)
    expected = whole.feed(pcm) + whole.flush()
    cut = b"".join(parts.feed(pcm[at : at + 254]) for at in range(0, len(pcm), 254)) + parts.flush()
    dither = 3
    assert np.abs(np.frombuffer(cut, np.int16).astype(int) - np.frombuffer(expected, np.int16)).max() <= dither


def test_what_the_new_rate_cannot_carry_is_filtered_out() -> None:
    frame = resample(AudioFrame(tone(24000, 6000), 24000), 8000)
    assert np.abs(np.frombuffer(frame.pcm, np.int16)[100:-100]).max() < 80


def test_a_frame_keeps_its_place_in_time() -> None:
    frame = resample(AudioFrame(tone(24000), 24000, start=3.5), 8000)
    assert (frame.start, frame.rate, frame.samples) == (3.5, 8000, 8000)


def test_the_same_rate_changes_nothing() -> None:
    frame = AudioFrame(tone(8000), 8000)
    assert resample(frame, 8000) is frame


@pytest.mark.parametrize("factor", [3, 6])
def test_the_low_delay_filters_give_a_sound_back_whole_and_2_ms_late(factor: int) -> None:
    time = np.arange(1600) / 8000
    tone = np.sin(2 * np.pi * 1000 * time).astype(np.float32)
    up, down = Interpolator(factor), Decimator(factor)
    back = np.concatenate([down.feed(up.feed(tone[at : at + 160])) for at in range(0, 1600, 160)])
    assert np.abs(back[215:1600] - tone[200:1585]).max() < 0.02
