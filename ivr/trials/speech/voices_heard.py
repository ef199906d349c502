"""What a call's own hearing makes of a whole sound: voiced stretches, and the events of its voice detector."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ivr.call.ear import Ear
from ivr.dialogue.endpointing import EndpointingPolicy, SpeechStarted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ivr.audio.frame import AudioFrame
    from ivr.dialogue.endpointing import SpeechPaused
    from ivr.ports import VoiceDetector


def listen(sound: AudioFrame, detector: VoiceDetector) -> tuple[Ear, list[SpeechStarted | SpeechPaused]]:
    """Hear a sound of up to 45 s tick by tick, as a call does."""
    ear = Ear(sound.rate, detector, EndpointingPolicy())
    size = sound.rate // 50 * 2
    events: list[SpeechStarted | SpeechPaused] = []
    for at in range(0, len(sound.pcm) - size + 1, size):
        window = ear.hear(sound.pcm[at : at + size])
        event = ear.judge(detector.probabilities([ear.stream], [window])[0]) if window is not None else None
        events += [event] if event is not None else []
    return ear, events


def voiced_part(sound: AudioFrame, detector: VoiceDetector) -> AudioFrame:
    """Give the surely voiced windows of a sound, joined."""
    ear, _ = listen(sound, detector)
    return ear.voiced(0.0, sound.duration)


def judged_speech(sound: AudioFrame, detector: VoiceDetector) -> NDArray[np.bool_]:
    """Say of each hundredth of a second whether the call takes it for speech; a sound of up to 45 s."""
    _, events = listen(sound, detector)
    speech = np.zeros(round(100 * sound.duration), bool)
    for event in events:
        speech[round(100 * event.at) :] = isinstance(event, SpeechStarted)
    return speech
