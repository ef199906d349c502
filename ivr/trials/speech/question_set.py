"""Pairs of a question and a statement, spoken by several voices through the telephone and written down."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

import yaml

from ivr.audio.frame import AudioFrame
from ivr.audio.prosody import Prosody, measure_prosody
from ivr.ports import Hints
from ivr.trials.speech import turn_set
from ivr.trials.speech.channel import telephone
from ivr.trials.speech.corpus import CALLERS, LEAD, read_lines
from ivr.trials.speech.sentiment_set import read_feelings

if TYPE_CHECKING:
    from ivr.trials.speech.bench import SpeechBench
    from ivr.trials.speech.corpus import SetName


SPEAKERS_A_PAIR = 2


@dataclass(frozen=True, slots=True)
class Utterance:
    """One member of a pair: who said what, what was heard, and how; ``dry`` is before the telephone."""

    text: str
    asks: bool
    caller: str
    heard: str
    dry: AudioFrame
    sound: AudioFrame
    prosody: Prosody | None


def read_pairs(name: SetName) -> list[tuple[str, str]]:
    """Read a set's (question, statement) pairs."""
    document = files(__package__).joinpath(f"question_{name}.yaml").read_text(encoding="utf-8")
    return [(asked, stated) for asked, stated in yaml.safe_load(document)]


def read_turns(name: SetName) -> list[tuple[str, bool]]:
    """List what callers say in the other sets, the marks taken away as poor recognition does, and whether it asks."""
    texts = [line.text for line in read_lines(name)] + [line.text for line in turn_set.read_lines(name)]
    texts += [feeling.text for feeling in read_feelings(name)]
    return [(re.sub("[¿?]", "", text), "?" in text) for text in texts]


async def speak_pairs(bench: SpeechBench, name: SetName, count: int | None = None) -> list[Utterance]:
    """Have a set spoken, each pair by two callers in turn, and hear it at 8 kHz with the product's own recogniser."""
    callers = CALLERS[name]
    said = []
    for number, pair in enumerate(read_pairs(name)[:count]):
        for shift in range(SPEAKERS_A_PAIR):
            voice, speed = callers[(number + 2 * shift) % len(callers)]
            for asks, text in ((True, pair[0]), (False, pair[1])):
                dry, sound = on_line(await bench.voices.line(text, voice, speed))
                heard = await bench.transcriber.transcribe(sound, Hints(words=True))
                said.append(Utterance(text, asks, f"{voice} {speed}", heard.text, dry, sound, measure_prosody(sound)))
    return said


def on_line(line: AudioFrame) -> tuple[AudioFrame, AudioFrame]:
    """Put line before and after speech as a call cuts it; answers it before the telephone and after it."""
    around = AudioFrame.silence(LEAD, line.rate)
    dry = AudioFrame.join([around, line, around])
    return dry, telephone(dry)
