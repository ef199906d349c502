"""Catches a sound whose header tells the wrong rate: 8 kHz told as 16 speaks twice too fast and an octave too high.

Pitch and pace alone do not prove it (children, hurried people), so the recogniser is asked: what it does not
understand as it is, and understands at half or double the rate, was told wrongly.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ivr.analysis.pieces import PieceCutter
from ivr.audio.frame import AudioFrame

if TYPE_CHECKING:
    from ivr.analysis.post_call import Ears
    from ivr.ports import Hints, Transcriber, Transcript

FACTORS = 0.5, 2.0
UNDERSTOOD = 0.6
"""Confidence of a text from which on its sound needs no other rate."""
BETTER = 0.15
"""By how much another rate must be understood better."""


async def truer_rate(transcriber: Transcriber, piece: AudioFrame, heard: Transcript, hints: Hints) -> int | None:
    """Give the rate at which a piece is understood, where it is not the one that it is told to have."""
    if heard.text and heard.confidence >= UNDERSTOOD:
        return None
    needed, truer = (heard.confidence if heard.text else 0.0) + BETTER, None
    for factor in FACTORS:
        rate = round(piece.rate * factor)
        other = await transcriber.transcribe(AudioFrame(piece.pcm, rate, piece.start), hints)
        if other.text and other.confidence > max(needed, UNDERSTOOD):
            needed, truer = other.confidence, rate
    return truer


async def rate_of_unheard(ears: Ears, sound: AudioFrame, hints: Hints) -> int | None:
    """Give the rate at which somebody speaks, and is understood, in a sound that holds no speech as it is told."""
    for factor in FACTORS:
        told = AudioFrame(sound.pcm, round(sound.rate * factor))
        for piece in (await asyncio.to_thread(_spoken, ears, told))[:1]:
            heard = await ears.transcriber.transcribe(piece, hints)
            if heard.text and heard.confidence >= UNDERSTOOD:
                return told.rate
    return None


def _spoken(ears: Ears, sound: AudioFrame) -> list[AudioFrame]:
    cutter = PieceCutter(ears.detector, sound.rate)
    return [*cutter.feed(sound), *cutter.close()]
