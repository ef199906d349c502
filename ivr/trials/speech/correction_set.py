"""Callers who name terms of the field: sentences with planted terms through the telephone, heard by the recogniser.

Two sets that share no sentence and no voice at one speed. On ``tuning`` people correct transcripts and limits are
chosen; figures are taken on ``reporting``. Both plant terms of one glossary: the shipped terms and a house's own
products, customers and streets, which the bank and the dialogue know as they would in a real house.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

import yaml

from ivr.audio.frame import AudioFrame
from ivr.audio.resample import resample
from ivr.language.correction.bank_file import first_terms, read_terms
from ivr.language.correction.firing import bare
from ivr.ports import Hints, Transcript
from ivr.trials.speech.channel import LINE, mix, noise, telephone
from ivr.trials.speech.corpus import CALLERS, LEAD, Condition

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.language.correction.values import Term
    from ivr.trials.speech.bench import SpeechBench
    from ivr.trials.speech.corpus import SetName

CONDITIONS = (
    Condition(),
    Condition("babble", 20.0),
    Condition("street", 10.0),
    Condition("pink", 20.0),
    Condition("hum", 10.0),
    Condition("babble", 10.0),
)
NOISE_SECONDS = 12.0
_PLANTED = re.compile(r"\[([^]]+)]")


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is said, the terms planted in it, and the types of value that the dialogue waits for then."""

    text: str
    planted: tuple[str, ...]
    slots: frozenset[str]


@dataclass(frozen=True, slots=True)
class Heard:
    """A sentence by one caller as the recogniser wrote it."""

    sentence: Sentence
    caller: int
    condition: Condition
    transcript: Transcript


def glossary() -> tuple[Term, ...]:
    """Give the terms that a house of this trial knows: the shipped ones and its own."""
    text = files(__package__).joinpath("correction_terms.csv").read_text(encoding="utf-8")
    return (*first_terms(), *read_terms(text)[0])


def read_sentences(name: SetName) -> list[Sentence]:
    """Read the sentences of a set."""
    kinds = {bare(term.text): term.kind for term in glossary()}
    document = files(__package__).joinpath(f"correction_{name}.yaml").read_text(encoding="utf-8")
    sentences = []
    for said in yaml.safe_load(document):
        planted = tuple(_PLANTED.findall(said))
        slots = frozenset(kinds[bare(term)] for term in planted) - {"term"}
        sentences.append(Sentence(_PLANTED.sub(r"\1", said), planted, slots))
    return sentences


async def hear_set(bench: SpeechBench, name: SetName, passes: Sequence[int]) -> list[Heard]:
    """Have every sentence spoken once a pass, each pass by other callers in other noise, and recognised."""
    callers, sentences = CALLERS[name], read_sentences(name)
    heard = []
    for shift in passes:
        for number, sentence in enumerate(sentences[:: 12 if bench.quick else 1]):
            caller = (number + shift) % len(callers)
            condition = CONDITIONS[(number + 2 * shift) % len(CONDITIONS)]
            sound = await _sound(bench, sentence.text, callers[caller], condition, 100 * shift + number)
            transcript = await bench.transcriber.transcribe(sound, Hints(words=True, slots=sentence.slots))
            heard.append(Heard(sentence, caller, condition, transcript))
    return heard


async def _sound(
    bench: SpeechBench, text: str, caller: tuple[str, float], condition: Condition, number: int
) -> AudioFrame:
    dry = resample(await bench.voices.line(text, *caller), LINE)
    dry = AudioFrame.join([AudioFrame.silence(LEAD, LINE), dry, AudioFrame.silence(LEAD, LINE)])
    if not condition.behind:
        return telephone(dry)
    behind = noise(condition.behind, NOISE_SECONDS, bench.seed * 1000 + number)
    return telephone(mix(dry, behind, condition.snr_db, bench.seed + number))
