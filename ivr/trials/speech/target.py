"""``ivr bench speech target``: another person beside the caller - words misheard, words leaked, interruptions.

The product's own path is measured: a caller is enrolled from two other lines, through the same telephone, and says the
rest as one call; who speaks, and whether isolation is on, is what the call decides. Texts and voices are the reporting
set's; the limits were fitted on the tuning set's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.bootstrap import build_detector, build_speaker_engines
from ivr.call.attention import Attention
from ivr.ports import Hints
from ivr.trials.speech.corpus import CALLERS, CLEAN, TALKED_OVER, speak_set
from ivr.trials.speech.over_agent import TalkingAgent
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
LINES, QUICK_LINES = 40, 4


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
        self.encoder, self.filter = build_speaker_engines(bench.settings)

    async def attention(self, sample: Sequence[AudioFrame]) -> tuple[Attention, list[VoiceRecord]]:
        """Begin a call and let the caller say what makes the profile."""
        notes: list[VoiceRecord] = []
        attention = Attention(self._bench.transcriber, self.encoder, self.filter, notes.append, lambda: True)
        for sound in sample:
            await attention.transcribe(sound, self._hints, voiced_part(sound, self.detector))
        return attention, notes

    async def hold_call(self, said: Sequence[Utterance], sample: Sequence[AudioFrame]) -> list[Heard]:
        """Hear one caller's utterances as a call does: as they are, isolated, and as the rule has them."""
        attention, notes = await self.attention(sample)
        voice = type(sample[0]).join(sample)
        heard = []
        for one in said:
            notes.clear()
            raw = await self._bench.transcriber.transcribe(one.sound, self._hints)
            alone = await self.filter.isolate(one.sound, voice)
            isolated = await self._bench.transcriber.transcribe(alone, self._hints)
            ruled = await attention.transcribe(one.sound, self._hints, voiced_part(one.sound, self.detector))
            first, second, third = (score(one.line.text, each.text) for each in (raw, isolated, ruled))
            heard.append(Heard(first, second, third, notes[0].who if notes else "-"))
        return heard

    async def alone(self, sound: AudioFrame, sample: Sequence[AudioFrame], *, gated: bool) -> tuple[bool, int]:
        """Say whether a voice alone stops the agent that talks, and how many words one that listens takes for a turn.

        ``gated``: the call knows the caller of ``sample``; otherwise whoever speaks is the caller.
        """
        found = []
        for talking in (True, False):
            attention = (await self.attention(sample))[0] if gated else None
            agent = TalkingAgent(sound.rate, self.detector, self._bench.transcriber, attention)
            found.append(await agent.hear(sound, talking=talking))
        return found[0].stops > 0, found[1].words


async def measure(bench: SpeechBench) -> Section:
    """Hear the reporting set alone and over a second talker, then the second talker alone over the agent."""
    trial = Bystander(bench)
    count = QUICK_LINES if bench.quick else LINES
    conditions = (CLEAN, *TALKED_OVER)
    said = await speak_set("reporting", conditions, bench.voices.line, bench.seed, slice(count))
    samples = [await _sample(bench, caller, count) for caller in range(len(CALLERS["reporting"]))]
    rows: list[tuple[Cell, ...]] = []
    figures: dict[str, float] = {}
    for condition in conditions:
        heard: list[Heard] = []
        for caller, sample in enumerate(samples):
            of_caller = [one for one in said if one.condition == condition and one.caller == caller]
            heard += await trial.hold_call(of_caller, sample)
        rows.append(_row(str(condition), heard, bench.seed))
        figures |= _figures(str(condition), heard)
    figures |= await _interruptions(trial, [one for one in said if one.condition == CLEAN], samples, bench.seed)
    return Section("target speaker", COLUMNS, rows, figures, _notes(figures))


async def _sample(bench: SpeechBench, caller: int, count: int) -> list[AudioFrame]:
    """Give two lines of a caller that come after the first ``count``."""
    callers = len(CALLERS["reporting"])
    first = -(-count // callers) * callers + caller
    lines = [first, first + callers]
    groups = [
        await speak_set("reporting", (CLEAN,), bench.voices.line, bench.seed, slice(line, line + 1)) for line in lines
    ]
    return [one.sound for group in groups for one in group]


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
    trial: Bystander, said: list[Utterance], samples: list[list[AudioFrame]], seed: int
) -> dict[str, float]:
    """Let every caller, and another in the caller's place, speak alone: over the agent, and while it listens."""
    alone = [one.sound for one in said]
    others = [samples[(one.caller + 1) % len(samples)] for one in said]
    own = [samples[one.caller] for one in said]
    minutes = sum(sound.duration for sound in alone) / 60
    figures: dict[str, float] = {}
    for name, profiles in (("other", others), ("caller", own)):
        for gated in (False, True):
            found = [
                await trial.alone(sound, sample, gated=gated) for sound, sample in zip(alone, profiles, strict=True)
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
        f"Words of another that leak into the dialogue, a minute: {both('other', 'words_per_minute')};",
        f"words of the caller that reach it: {both('caller', 'words_per_minute')}.",
        f"The caller's own speech stops the agent, % of utterances: {both('caller', 'stops_agent_percent')}.",
        "Profiles from two other lines of the caller; synthetic voices, A-law, 300-3400 Hz; 95 % bootstrap intervals.",
    )
