"""``ivr bench speech target``: another person beside the caller - words misheard, words leaked, interruptions.

The product's own path is measured: the caller is enrolled from two other lines of the same caller, through the same
telephone; who speaks, and whether isolation is on, is what a call would decide. Texts and voices are the reporting
set's; the limits of likeness were fitted on six other voices.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.bootstrap import build_detector, build_models
from ivr.call.attention import Attention
from ivr.dialogue.bargein import Verdict, judge_interruption
from ivr.dialogue.conversation import Expectation
from ivr.engines.voicefilter import VoiceFilter
from ivr.ports import Hints
from ivr.trials.speech.corpus import CALLERS, CLEAN, TALKED_OVER, read_lines, speak_set
from ivr.trials.speech.report import Section
from ivr.trials.speech.statistics import bootstrap_interval
from ivr.trials.speech.stt_scores import difference, rate_cell, score
from ivr.trials.speech.voices_heard import voiced_part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.audio.frame import AudioFrame
    from ivr.metadata import VoiceRecord
    from ivr.ports import VoiceDetector
    from ivr.trials.speech.bench import SpeechBench
    from ivr.trials.speech.corpus import Utterance
    from ivr.trials.speech.report import Cell
    from ivr.trials.speech.stt_scores import Score

COLUMNS = ("sound", "n", "WER as it is, %", "WER isolated always, %", "WER by the rule, %", "rule - as it is, points")
LINES, QUICK_LINES = 20, 4
ENROLLED_WITH = 5, 10
"""Lines further on of the same caller that make the profile; callers take turns every five lines."""
SECONDS_LEFT = 5.0
"""Before the agent's end, as the interruption's judgement wants it."""


@dataclass(slots=True)
class Heard:
    """One utterance, three ways."""

    raw: Score
    isolated: Score
    ruled: Score
    who: str


class Bystander:
    """Measures with one set of engines."""

    def __init__(self, bench: SpeechBench) -> None:
        self._bench = bench
        self._hints = Hints(words=True)
        self.detector: VoiceDetector = build_detector(bench.settings)
        self.voices = VoiceFilter(build_models(bench.settings))

    async def attention(self, sample: Sequence[AudioFrame]) -> tuple[Attention, list[VoiceRecord]]:
        """Begin a call and let the caller say what makes the profile."""
        notes: list[VoiceRecord] = []
        attention = Attention(self._bench.transcriber, self.voices, self.voices, notes.append, lambda: True)
        for sound in sample:
            await attention.transcribe(sound, self._hints, voiced_part(sound, self.detector))
        return attention, notes

    async def hear(self, said: Utterance, sample: Sequence[AudioFrame]) -> Heard:
        """Recognise an utterance as it is, isolated, and as the rule has it."""
        raw = await self._bench.transcriber.transcribe(said.sound, self._hints)
        alone = await self.voices.isolate(said.sound, type(said.sound).join(sample))
        isolated = await self._bench.transcriber.transcribe(alone, self._hints)
        attention, notes = await self.attention(sample)
        notes.clear()
        ruled = await attention.transcribe(said.sound, self._hints, voiced_part(said.sound, self.detector))
        text = said.line.text
        return Heard(
            score(text, raw.text), score(text, isolated.text), score(text, ruled.text), notes[0].who if notes else "-"
        )

    async def interrupts(self, sound: AudioFrame, sample: Sequence[AudioFrame], *, gated: bool) -> tuple[bool, int]:
        """Say whether a sound over the agent's speech stops it, and how many words of it reach the dialogue."""
        voiced = voiced_part(sound, self.detector)
        if gated:
            attention, _ = await self.attention(sample)
            heard = await attention.transcribe(sound, self._hints, voiced, over_agent=True)
        else:
            heard = await self._bench.transcriber.transcribe(sound, self._hints)
        verdict = judge_interruption(heard.text, heard.confidence, voiced.duration, Expectation.ANY, SECONDS_LEFT)
        return verdict is Verdict.INTERRUPTION, len(heard.text.split())


async def measure(bench: SpeechBench) -> Section:
    """Hear the reporting set alone and over a second talker, then the second talker alone over the agent."""
    trial = Bystander(bench)
    count = QUICK_LINES if bench.quick else LINES
    conditions = (CLEAN, *TALKED_OVER)
    said = await speak_set("reporting", conditions, bench.voices.line, bench.seed, slice(count))
    samples = await _samples(bench, count)
    rows: list[tuple[Cell, ...]] = []
    figures: dict[str, float] = {}
    for condition in conditions:
        chosen = [(one, samples[number // len(conditions)]) for number, one in enumerate(said)]
        heard = [await trial.hear(one, sample) for one, sample in chosen if one.condition == condition]
        rows.append(_row(str(condition), heard, bench.seed))
        figures |= _figures(str(condition), heard)
    alone = [one.sound for one in said if one.condition == CLEAN]
    figures |= await _interruptions(trial, alone, samples, bench.seed)
    return Section("target speaker", COLUMNS, rows, figures, _notes(figures))


async def _samples(bench: SpeechBench, count: int) -> list[list[AudioFrame]]:
    """Give two other lines of each utterance's own caller."""
    lines, callers = read_lines("reporting"), len(CALLERS["reporting"])
    samples = []
    for number in range(count):
        chosen = [
            await speak_set(
                "reporting",
                (CLEAN,),
                bench.voices.line,
                bench.seed,
                slice(at % len(lines), at % len(lines) + 1),
                number - at,
            )
            for at in ((number + step) % (len(lines) - len(lines) % callers) for step in ENROLLED_WITH)
        ]
        samples.append([one.sound for group in chosen for one in group])
    return samples


def _row(name: str, heard: list[Heard], seed: int) -> tuple[Cell, ...]:
    points, low, high = difference([one.ruled for one in heard], [one.raw for one in heard], seed)
    return (
        name,
        len(heard),
        rate_cell([one.raw for one in heard], seed),
        rate_cell([one.isolated for one in heard], seed),
        rate_cell([one.ruled for one in heard], seed),
        f"{points:+.1f} [{low:+.1f}, {high:+.1f}]",
    )


def _figures(name: str, heard: list[Heard]) -> dict[str, float]:
    key = name.replace(" ", "_")
    raw, ruled = sum(one.raw.errors for one in heard), sum(one.ruled.errors for one in heard)
    isolated = sum(one.isolated.errors for one in heard)
    words = sum(one.raw.words for one in heard)
    return {
        f"{key}_relative_percent": 100 * (ruled - raw) / max(raw, 1),
        f"{key}_isolated_relative_percent": 100 * (isolated - raw) / max(raw, 1),
        f"{key}_points": 100 * (ruled - raw) / words,
        f"{key}_second_voice_found_percent": 100 * sum(one.who not in {"caller", "-"} for one in heard) / len(heard),
    }


async def _interruptions(
    trial: Bystander, alone: list[AudioFrame], samples: list[list[AudioFrame]], seed: int
) -> dict[str, float]:
    """Let every caller, and another in the caller's place, speak over the agent."""
    others = [samples[(number + 1) % len(samples)] for number in range(len(samples))]
    minutes = sum(sound.duration for sound in alone) / 60
    figures: dict[str, float] = {}
    for name, profiles in (("other", others), ("caller", samples)):
        for gated in (False, True):
            found = [
                await trial.interrupts(sound, sample, gated=gated)
                for sound, sample in zip(alone, profiles, strict=True)
            ]
            key = f"{name}_{'by_rule' if gated else 'as_it_is'}"
            low, high = bootstrap_interval([100.0 * stopped for stopped, _ in found], seed)
            figures[f"{key}_stops_agent_percent"] = 100 * sum(stopped for stopped, _ in found) / len(found)
            figures[f"{key}_stops_agent_low"], figures[f"{key}_stops_agent_high"] = low, high
            figures[f"{key}_words_per_minute"] = sum(words for _, words in found) / minutes
    return figures


def _notes(figures: dict[str, float]) -> tuple[str, ...]:
    def both(name: str, unit: str) -> str:
        return f"{figures[f'{name}_as_it_is_{unit}']:.0f} as it is, {figures[f'{name}_by_rule_{unit}']:.0f} by the rule"

    return (
        f"Another person alone over the agent stops it, % of utterances: {both('other', 'stops_agent_percent')}.",
        f"Words of another that leak into the dialogue, a minute: {both('other', 'words_per_minute')}.",
        f"The caller's own speech stops the agent, % of utterances: {both('caller', 'stops_agent_percent')}.",
        "Profiles from two other lines of the caller; synthetic voices, A-law, 300-3400 Hz; 95 % bootstrap intervals.",
    )
