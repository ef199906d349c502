"""Sentences with how their callers feel, from four countries: one set to fit the lexicon on, one to report on."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Literal

import yaml

from ivr.ports import Hints
from ivr.trials.speech.corpus import CALLERS
from ivr.trials.speech.question_set import on_line

if TYPE_CHECKING:
    from ivr.language.sentiment import Level
    from ivr.trials.speech.bench import SpeechBench

SetName = Literal["tuning", "reporting"]


@dataclass(frozen=True, slots=True)
class Feeling:
    """A sentence, its true level, and the country whose Spanish it is (es, mx, ar, co)."""

    text: str
    level: Level
    country: str


def read_feelings(name: SetName) -> list[Feeling]:
    """Read a set."""
    document = files(__package__).joinpath(f"sentiment_{name}.yaml").read_text(encoding="utf-8")
    return [
        Feeling(text, level, country)
        for level, countries in yaml.safe_load(document).items()
        for country, texts in countries.items()
        for text in texts
    ]


async def heard_feelings(bench: SpeechBench, name: SetName, step: int) -> list[tuple[Feeling, str]]:
    """Have every ``step``-th sentence of a set spoken through the telephone; answers it with what was recognised."""
    callers = CALLERS[name]
    found = []
    for number, feeling in list(enumerate(read_feelings(name)))[::step]:
        voice, speed = callers[number % len(callers)]
        _, sound = on_line(await bench.voices.line(feeling.text, voice, speed))
        found.append((feeling, (await bench.transcriber.transcribe(sound, Hints(words=True))).text))
    return found
