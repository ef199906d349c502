from __future__ import annotations

import numpy as np
import pytest

from ivr.audio.frame import AudioFrame
from ivr.audio.voice_profile import VoiceProfile

RATE = 8000


def voiced(seconds: float, level: int = 3000) -> AudioFrame:
    return AudioFrame(np.full(round(seconds * RATE), level, np.int16).tobytes(), RATE)


def prints(degrees: float, windows: int = 2) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    turn = np.radians(degrees)
    return np.tile(np.array([np.cos(turn), np.sin(turn)], np.float32), (windows, 1))


def test_three_seconds_of_voice_make_a_profile() -> None:
    profile = VoiceProfile(0.9)
    for _ in range(3):
        assert not profile.ready
        assert profile.learn(voiced(1.0), prints(0))
    assert profile.ready
    assert profile.sample.duration == 3.0


@pytest.mark.parametrize("sound", [voiced(0.3), voiced(1.0, 20)], ids=["a blip", "a faint sound"])
def test_what_tells_too_little_is_not_learned(sound: AudioFrame) -> None:
    profile = VoiceProfile(0.9)
    assert not profile.learn(sound, prints(0))
    assert profile.seconds == 0


def test_a_voice_unlike_the_first_is_left_out_and_a_slightly_other_stretch_is_not() -> None:
    profile = VoiceProfile(0.9)
    profile.learn(voiced(1.0), prints(0))
    assert not profile.learn(voiced(1.0), prints(60))
    assert profile.learn(voiced(1.0), prints(20))


def test_a_ready_profile_learns_no_more() -> None:
    profile = VoiceProfile(0.9)
    profile.learn(voiced(3.0), prints(0))
    assert not profile.learn(voiced(3.0), prints(0))
    assert profile.seconds == 3.0


def test_the_fewer_windows_a_stretch_has_the_less_likeness_is_asked_of_it() -> None:
    profile = VoiceProfile(0.92, 0.2)
    profile.learn(voiced(3.0), prints(0))
    assert profile.limit(prints(0, 1)) == pytest.approx(0.72)
    assert profile.limit(prints(0, 4)) == pytest.approx(0.87)
    assert profile.likeness(prints(60)) == pytest.approx(0.5, abs=1e-6)


def test_nothing_can_be_compared_with_an_empty_profile() -> None:
    with pytest.raises(ValueError, match="nothing was learned"):
        VoiceProfile(0.9).likeness(prints(0))


def test_a_voice_sounds_through_where_two_windows_are_surely_its_own() -> None:
    profile = VoiceProfile(0.92, 0.2)
    profile.learn(voiced(3.0), prints(0))
    own, other = prints(30, 1), prints(80, 4)
    assert not profile.sounds_through(other)
    assert not profile.sounds_through(np.concatenate([own, other]))
    assert profile.sounds_through(np.concatenate([own, other, own]))
    assert profile.sounds_through(own)
