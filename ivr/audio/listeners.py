"""Who hears the caller's sound with the noise taken out: the rule."""

from __future__ import annotations

from enum import Enum


class Listener(Enum):
    """Who makes something of the caller's sound."""

    VOICE_DETECTOR = "voice detector"
    TURN_END = "turn end"
    RECOGNISER = "recogniser"
    RECORDING_COPY = "recording copy"


HEARS_CLEAN: frozenset[Listener] = frozenset({Listener.VOICE_DETECTOR, Listener.RECORDING_COPY})
