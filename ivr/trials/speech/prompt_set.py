"""A real person's voice: the Spanish prompts that come with Asterisk, read by an actress from Mexico at 8 kHz.

No other recorded person is at hand without asking for a licence. She states and instructs, and never asks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.audio.prosody import measure_prosody
from ivr.trials.speech.question_set import Utterance, on_line
from ivr.trials.voices import read_wav

if TYPE_CHECKING:
    from pathlib import Path

PROMPTS = "asterisk/root-*/usr/share/asterisk/sounds/es_*/*.wav"
"""Where the local PBX keeps them, in the cache."""
SHORTEST, LONGEST = 1.5, 12.0
"""Seconds of a prompt that is a sentence."""


def read_prompts(cache: Path, count: int) -> list[Utterance]:
    """Read prompts, spread over all that are sentences; none where no local PBX is installed."""
    sounds = [read_wav(path) for path in sorted(cache.glob(PROMPTS))]
    sentences = [sound for sound in sounds if SHORTEST <= sound.duration <= LONGEST]
    said = []
    for sound in sentences[:: max(1, len(sentences) // count)][:count]:
        dry, line = on_line(sound)
        said.append(Utterance("", False, "prompts", "", dry, line, measure_prosody(line)))
    return said
