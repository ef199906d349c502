from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import numpy as np

from ivr.audio.frame import AudioFrame
from ivr.audio.listeners import Listener
from ivr.call.ear import Ear
from ivr.dialogue.endpointing import EndpointingPolicy, SpeechPaused, SpeechStarted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.ports import VoiceStream

RATE = 8000
LAG = 3
NOISE, VOICE = b"\x10\x00" * 160, b"\x00\x20" * 160


class Loudness:
    """Takes whatever is loud for voice."""

    rate = RATE
    window = 256

    def new_stream(self) -> VoiceStream:
        return object()

    def probabilities(self, streams: Sequence[VoiceStream], windows: Sequence[bytes]) -> Sequence[float]:
        assert len(streams) == len(windows)
        return [0.99 if np.abs(np.frombuffer(window, np.int16)).mean() > 1000 else 0.01 for window in windows]


class Silencer:
    """Takes everything away, late now and then."""

    lag = LAG

    def __init__(self, *late: int) -> None:
        self._late = set(late)
        self._fed: deque[bytes] = deque()
        self.late = 0
        self.closed = False

    def open(self, rate: int) -> Silencer:
        assert rate == RATE
        return self

    async def clean(self, speech: AudioFrame) -> AudioFrame:
        return AudioFrame.silence(speech.duration, speech.rate)

    def feed(self, pcm: bytes) -> bytes | None:
        self._fed.append(pcm)
        if len(self._fed) in self._late:
            self.late += 1
            return None
        return bytes(len(pcm))

    def close(self) -> None:
        self.closed = True


def listened(ear: Ear, ticks: Sequence[bytes], *, denoising: bool = True) -> list[SpeechStarted | SpeechPaused]:
    detector, events = Loudness(), []
    for pcm in ticks:
        window = ear.hear(pcm, denoising=denoising)
        if window is not None:
            event = ear.judge(detector.probabilities([ear.stream], [window])[0])
            events += [event] if event else []
    return events


def ear_with(denoiser: Silencer | None, *listeners: Listener) -> Ear:
    return Ear(RATE, Loudness(), EndpointingPolicy(), denoiser, dict.fromkeys(listeners, 60.0))


SPOKEN = [NOISE] * 50 + [VOICE] * 50 + [NOISE] * 50


def test_speech_is_placed_on_the_calls_time_line() -> None:
    started, paused = listened(ear_with(None), SPOKEN)
    assert abs(started.at - 1.0) < 0.05
    assert abs(paused.at - 2.0) < 0.05


def test_the_detector_hears_the_clean_sound_where_the_rule_says_so() -> None:
    assert listened(ear_with(Silencer(), Listener.VOICE_DETECTOR), SPOKEN) == []


def test_the_detector_hears_the_raw_sound_where_the_rule_says_otherwise() -> None:
    assert len(listened(ear_with(Silencer(), Listener.RECORDING_COPY), SPOKEN)) == 2


def test_a_frame_that_is_late_passes_as_it_was_in_its_own_place() -> None:
    ear = ear_with(Silencer(*range(1, 200)), Listener.VOICE_DETECTOR)
    started, paused = listened(ear, SPOKEN)
    assert abs(started.at - 1.0) < 0.05
    assert abs(paused.at - 2.0) < 0.05
    assert ear.late == 150


def test_what_load_switches_off_leaves_the_time_line_where_it_was() -> None:
    ear = ear_with(Silencer(), Listener.VOICE_DETECTOR)
    started, _ = listened(ear, SPOKEN, denoising=False)
    assert abs(started.at - 1.0) < 0.05


def test_the_recogniser_gets_the_sound_as_it_came() -> None:
    ear = ear_with(Silencer(), Listener.VOICE_DETECTOR)
    listened(ear, SPOKEN)
    assert VOICE * 40 in ear.cut(1.0, 2.0).pcm


def test_only_voiced_windows_are_given_as_voice() -> None:
    ear = ear_with(None)
    listened(ear, [NOISE] * 50 + [VOICE] * 25 + [NOISE] * 25 + [VOICE] * 25 + [NOISE] * 25)
    voiced = ear.voiced(0.0, 3.0)
    assert 0.9 < voiced.duration < 1.1
    assert np.mean(np.frombuffer(voiced.pcm, np.int16) > 1000) > 0.9


def test_the_denoisers_stream_is_given_back() -> None:
    denoiser = Silencer()
    ear_with(denoiser, Listener.VOICE_DETECTOR).close()
    assert denoiser.closed


def test_the_detector_hears_noise_turned_down_as_far_as_the_rule_says_and_no_further() -> None:
    ear = Ear(RATE, Loudness(), EndpointingPolicy(), Silencer(), {Listener.VOICE_DETECTOR: 12.0})
    started, _ = listened(ear, SPOKEN)
    assert abs(started.at - 1.0) < 0.05
