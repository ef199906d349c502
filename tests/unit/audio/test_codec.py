from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.audio.codec import new_codec, scaled
from ivr.errors import ConfigError

NAMES = ("alaw", "ulaw", "g722", "slin")


def tone(rate: int, seconds: float = 1.0, level: float = 8000) -> np.ndarray:
    return (level * np.sin(2 * np.pi * 700 * np.arange(round(rate * seconds)) / rate)).astype(np.int16)


def signal_to_noise(name: str) -> float:
    """Code frame by frame; find the codec's delay, then compare."""
    codec = new_codec(name)
    said = tone(codec.rate)
    frame = codec.rate // 50
    coded = b"".join(codec.decode(codec.encode(said[at : at + frame].tobytes())) for at in range(0, len(said), frame))
    heard = np.frombuffer(coded, np.int16).astype(float)
    assert len(heard) == len(said)
    best = -100.0
    for delay in range(40):
        clean, noisy = said[1000:-100].astype(float), heard[1000 + delay : len(heard) - 100 + delay]
        best = max(best, 10 * np.log10(np.sum(clean**2) / (np.sum((clean - noisy) ** 2) + 1e-9)))
    return float(best)


@pytest.mark.parametrize(("name", "decibels"), [("alaw", 35), ("ulaw", 35), ("g722", 25), ("slin", 90)])
def test_a_tone_survives(name: str, decibels: float) -> None:
    assert signal_to_noise(name) > decibels


@pytest.mark.parametrize("name", NAMES)
def test_twenty_milliseconds_stay_twenty_milliseconds(name: str) -> None:
    codec = new_codec(name)
    pcm = tone(codec.rate, 0.02).tobytes()
    assert len(codec.decode(codec.encode(pcm))) == len(pcm)


@given(st.binary(max_size=400), st.sampled_from(NAMES))
def test_any_payload_decodes_to_whole_samples(payload: bytes, name: str) -> None:
    assert len(new_codec(name).decode(payload)) % 2 == 0


@given(st.binary(min_size=1, max_size=160))
def test_coding_twice_changes_nothing_more(payload: bytes) -> None:
    for name in ("alaw", "slin"):
        codec = new_codec(name)
        once = codec.decode(payload)
        assert codec.decode(codec.encode(once)) == once


def test_linear_samples_travel_in_network_order() -> None:
    assert new_codec("slin").encode(b"\x01\x02") == b"\x02\x01"


def test_g722_keeps_what_a_telephone_line_cuts() -> None:
    codec = new_codec("g722")
    high = (8000 * np.sin(2 * np.pi * 5500 * np.arange(16000) / 16000)).astype(np.int16)
    heard = np.frombuffer(codec.decode(codec.encode(high.tobytes())), np.int16)
    assert np.sqrt(np.mean(heard[2000:].astype(float) ** 2)) == pytest.approx(8000 / np.sqrt(2), rel=0.1)


def test_two_calls_do_not_share_a_decoder() -> None:
    loud = new_codec("g722")
    loud.decode(bytes(range(160)))
    assert new_codec("g722").decode(b"\xff" * 160) == new_codec("g722").decode(b"\xff" * 160)
    assert loud.decode(b"\xff" * 160) != new_codec("g722").decode(b"\xff" * 160)


def test_softer_is_softer() -> None:
    assert np.frombuffer(scaled(np.array([1000, -1000], np.int16).tobytes(), 0.5), np.int16).tolist() == [500, -500]


def test_an_unknown_codec_names_the_setting() -> None:
    with pytest.raises(ConfigError, match="MEDIA_CODEC"):
        new_codec("opus")
