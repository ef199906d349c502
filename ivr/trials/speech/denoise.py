"""``ivr bench speech denoise``: what taking noise out does to each listener, by kind of noise and its level.

Each listener hears the same calls as they are and cleaned by the product's denoiser: the recogniser by word errors,
the turn end by right answers to "is this the whole utterance or its first part?", the voice detector by the share of
time that it judges otherwise than on a clean line and by what noise alone does to an agent that talks, people by how
much of a recording is speech and by how far noise alone falls.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from ivr.audio.frame import AudioFrame
from ivr.audio.level import dbfs
from ivr.audio.listeners import HEARS_CLEAN, Listener, softened
from ivr.bootstrap import build_detector, build_models, build_turn_detector
from ivr.engines.deepfilter import DeepFilter
from ivr.ports import Hints
from ivr.trials.speech.channel import KINDS, mix, noise, telephone
from ivr.trials.speech.corpus import CLEAN, SNRS, Condition, speak_set
from ivr.trials.speech.over_agent import Disturbed, TalkingAgent
from ivr.trials.speech.report import Section, cell
from ivr.trials.speech.statistics import bootstrap_interval
from ivr.trials.speech.stt_scores import difference, score
from ivr.trials.speech.voices_heard import judged_speech

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.ports import Denoiser, TurnDetector, VoiceDetector
    from ivr.trials.speech.bench import SpeechBench
    from ivr.trials.speech.corpus import Utterance
    from ivr.trials.speech.report import Cell
    from ivr.trials.speech.stt_scores import Score

GENTLE = HEARS_CLEAN[Listener.VOICE_DETECTOR]
WAYS: tuple[float | None, ...] = (None, GENTLE, math.inf)
"""As the line gives it; noise turned down by so many dB at most; all that the network takes out."""
COLUMNS = (
    "noise",
    "n",
    "recogniser: WER, %",
    "turn end: right, %",
    "voice detector: wrong, % of time",
    "noise alone pauses the agent, a minute",
    "stops it, a minute",
    "recording: speech over the rest, dB",
    "noise alone falls, dB",
)
LINES, QUICK_LINES = 8, 2
QUICK_NOISES = (Condition("babble", 10.0),)
CROWD = "crowd"
"""Other people talking at once: noise that is speech."""
CROWD_SIZE = 4
LOUD_SNR = 5.0
"""dB from which down noise is called loud in the sums."""
NOISE_SECONDS, QUICK_NOISE_SECONDS = 30.0, 8.0
SETTLED = 2.0
"""Seconds after which a denoiser has learned the noise."""
TAIL = 0.5
"""Seconds of line after an utterance that the turn end hears."""
WHOLE = 0.5
FIRST_PART = 0.55
"""Share of an utterance that stands for one that goes on."""
NOTES = (
    f"A / B / C: the line as it is / noise turned down by {GENTLE:.0f} dB at most / all that the network takes out.",
    "In the sums B and C are differences to A, with 95 % bootstrap intervals over utterances.",
    "Noise alone has the level that it has behind the utterances; white, pink, hum and street noise are stationary.",
    "8 kHz A-law, 300-3400 Hz; the utterances of a row are cleaned as one call.",
)


@dataclass
class Hearing:
    """One way of hearing; a value an utterance, or two."""

    scores: list[Score] = field(default_factory=list)
    turn_ends: list[float] = field(default_factory=list)
    """100 where the turn end judged rightly."""
    misjudged: list[float] = field(default_factory=list)
    """Percent of the time that the voice detector judged otherwise than on a clean line."""
    copies: list[float] = field(default_factory=list)
    """dB of the speech as it was said over everything else in the recording."""
    alone: Disturbed = field(default_factory=Disturbed)
    """What noise alone did to the agent."""


@dataclass
class Row:
    """A condition, heard in each of ``WAYS``; noise alone was heard for ``minutes``, and falls by so many dB."""

    name: str
    loud: bool = False
    heard: list[Hearing] = field(default_factory=lambda: [Hearing() for _ in WAYS])
    minutes: float = 0.0
    falls: list[float] = field(default_factory=list)


class Listeners:
    """The engines that hear."""

    def __init__(self, bench: SpeechBench) -> None:
        self._bench = bench
        self.detector: VoiceDetector = build_detector(bench.settings)
        self.turns: TurnDetector = build_turn_detector(bench.settings)
        self.denoiser: Denoiser = DeepFilter(build_models(bench.settings))

    async def cleaned(self, sounds: Sequence[AudioFrame]) -> list[AudioFrame]:
        """Clean the utterances of a condition as one call, one after the other."""
        whole = await self.denoiser.clean(AudioFrame.join(sounds))
        cuts = np.cumsum([0] + [sound.samples for sound in sounds])
        return [whole.cut(int(first), int(last)) for first, last in pairwise(cuts)]

    async def hear(self, hearing: Hearing, said: Utterance, sound: AudioFrame, dry: AudioFrame) -> None:
        """Let every listener hear one utterance; ``dry`` is the same on a clean line."""
        heard = await self._bench.transcriber.transcribe(sound, Hints(words=True))
        hearing.scores.append(score(said.line.text, heard.text))
        whole, part = await self.turns.complete(sound), await self.turns.complete(_first_part(sound))
        hearing.turn_ends += [100.0 * (whole >= WHOLE), 100.0 * (part < WHOLE)]
        due, came = judged_speech(dry, self.detector), judged_speech(sound, self.detector)
        hearing.misjudged.append(100 * float(np.mean(due != came)))
        hearing.copies.append(_speech_over_rest(sound, dry) if sound is not dry else math.nan)

    async def talk_over(self, hearing: Hearing, alone: AudioFrame, clean: tuple[AudioFrame, float] | None) -> None:
        """Let noise alone in while the agent talks; the voice detector hears its ``clean`` form, the others never."""
        agent = TalkingAgent(alone.rate, self.detector, self._bench.transcriber, clean=clean)
        hearing.alone += await agent.hear(alone)


async def measure(bench: SpeechBench) -> Section:
    """Hear the reporting set raw and clean in every noise."""
    listeners = Listeners(bench)
    noises = QUICK_NOISES if bench.quick else tuple(Condition(kind, snr) for kind in (*KINDS, CROWD) for snr in SNRS)
    lines = await speak_set(
        "reporting", (CLEAN,), bench.voices.line, bench.seed, slice(QUICK_LINES if bench.quick else LINES)
    )
    lines = [_with_tail(said) for said in lines]
    behind = {kind: await _sound_of(kind, bench, lines) for kind in {one.behind for one in noises}}
    rows = [
        await _condition(listeners, condition, lines, behind.get(condition.behind), bench.seed)
        for condition in (CLEAN, *noises)
    ]
    noisy = [row for row in rows if row.minutes]
    sums = [
        _together(f"noise of {LOUD_SNR:.0f} dB and louder", [row for row in noisy if row.loud]),
        _together("fainter noise", [row for row in noisy if not row.loud]),
        _together("all noise", noisy),
    ]
    sums = [total for total in sums if total.minutes]
    figures = {name: value for row in (*rows, *sums) for name, value in _figures(row).items()}
    cells = [_cells(row) for row in rows] + [_sum_cells(total, bench.seed) for total in sums]
    return Section("denoise", COLUMNS, cells, figures, NOTES)


async def _condition(
    listeners: Listeners, condition: Condition, lines: list[Utterance], behind: AudioFrame | None, seed: int
) -> Row:
    row, dry = Row(str(condition), condition.snr_db <= LOUD_SNR), [said.sound for said in lines]
    sounds = [
        telephone(mix(sound, behind, condition.snr_db, seed + number)) if behind else sound
        for number, sound in enumerate(dry)
    ]
    clean = await listeners.cleaned(sounds)
    for hearing, most_db in zip(row.heard, WAYS, strict=True):
        for said, sound, quiet, reference in zip(lines, sounds, clean, dry, strict=True):
            await listeners.hear(hearing, said, _turned_down(sound, quiet, most_db), reference)
    if behind is not None:
        alone = _at_level(behind, dbfs(AudioFrame.join(dry).pcm) - condition.snr_db)
        quiet = await listeners.denoiser.clean(alone)
        settled = round(SETTLED * alone.rate)
        row.falls.append(dbfs(alone.cut(settled).pcm) - dbfs(quiet.cut(settled).pcm))
        row.minutes = alone.duration / 60
        for hearing, most_db in zip(row.heard, WAYS, strict=True):
            await listeners.talk_over(hearing, alone, None if most_db is None else (quiet, most_db))
    return row


def _turned_down(sound: AudioFrame, clean: AudioFrame, most_db: float | None) -> AudioFrame:
    return sound if most_db is None else replace(sound, pcm=softened(sound.pcm, clean.pcm, most_db))


def _together(name: str, rows: list[Row]) -> Row:
    """Add conditions up."""
    total = Row(name)
    for row in rows:
        for mine, its in zip(total.heard, row.heard, strict=True):
            mine.scores += its.scores
            mine.turn_ends += its.turn_ends
            mine.misjudged += its.misjudged
            mine.copies += its.copies
            mine.alone += its.alone
        total.minutes += row.minutes
        total.falls += row.falls
    return total


async def _sound_of(kind: str, bench: SpeechBench, lines: list[Utterance]) -> AudioFrame:
    seconds = QUICK_NOISE_SECONDS if bench.quick else NOISE_SECONDS
    if kind != CROWD:
        return telephone(noise(kind, seconds, bench.seed))
    talkers = [np.frombuffer(said.sound.pcm, np.int16).astype(float) for said in lines]
    count = round(seconds * lines[0].sound.rate)
    random = np.random.default_rng(bench.seed)
    crowd = np.zeros(count)
    for first in range(CROWD_SIZE):
        spoken = np.concatenate(talkers[first:] + talkers[:first])
        crowd += np.roll(np.resize(spoken, count), int(random.integers(count)))
    return AudioFrame((crowd / np.abs(crowd).max() * 16000).astype(np.int16).tobytes(), lines[0].sound.rate)


def _at_level(sound: AudioFrame, level: float) -> AudioFrame:
    gain = 10 ** ((level - dbfs(sound.pcm)) / 20)
    samples = np.frombuffer(sound.pcm, np.int16) * gain
    return AudioFrame(samples.clip(-32768, 32767).astype(np.int16).tobytes(), sound.rate)


def _with_tail(said: Utterance) -> Utterance:
    tail = AudioFrame.silence(TAIL, said.sound.rate)
    return replace(said, sound=AudioFrame.join([said.sound, tail]))


def _first_part(sound: AudioFrame) -> AudioFrame:
    """Break an utterance off in its middle, with the same silence after it."""
    tail = round(TAIL * sound.rate)
    spoken = sound.samples - tail
    return AudioFrame.join([sound.cut(0, round(FIRST_PART * spoken)), sound.cut(spoken)])


def _speech_over_rest(sound: AudioFrame, dry: AudioFrame) -> float:
    """Give the scale-invariant signal-to-distortion ratio, dB (Le Roux et al. 2019)."""
    heard, said = (np.frombuffer(one.pcm, np.int16).astype(np.float64) for one in (sound, dry))
    share = said * (heard @ said) / max(float(said @ said), 1e-9)
    rest = heard - share
    return float(10 * np.log10(max(float(share @ share), 1e-9) / max(float(rest @ rest), 1e-9)))


def _error_rate(hearing: Hearing) -> float:
    return 100 * sum(one.errors for one in hearing.scores) / sum(one.words for one in hearing.scores)


def _values(row: Row) -> list[tuple[float, ...]]:
    """Give each listener's figure in each way, in the order of the columns."""
    minutes = row.minutes or math.nan
    return [
        tuple(_error_rate(one) for one in row.heard),
        tuple(float(np.mean(one.turn_ends)) for one in row.heard),
        tuple(float(np.mean(one.misjudged)) for one in row.heard),
        tuple(one.alone.pauses / minutes for one in row.heard),
        tuple(one.alone.stops / minutes for one in row.heard),
        tuple(float(np.mean(one.copies)) for one in row.heard),
    ]


def _cells(row: Row) -> tuple[Cell, ...]:
    noisy = row.minutes > 0
    cells = [" / ".join("-" if math.isnan(value) else cell(value) for value in values) for values in _values(row)]
    return (row.name, len(row.heard[0].scores), *cells, float(np.mean(row.falls)) if noisy else None)


def _sum_cells(total: Row, seed: int) -> tuple[Cell, ...]:
    raw = total.heard[0]
    cells = [cell(values[0]) for values in _values(total)]
    for hearing in total.heard[1:]:
        points, low, high = difference(hearing.scores, raw.scores, seed)
        more = [f"{points:+.1f} [{low:+.1f}, {high:+.1f}]"]
        more += [_change(hearing.turn_ends, raw.turn_ends, seed), _change(hearing.misjudged, raw.misjudged, seed)]
        more += [
            f"{(mine - its) / total.minutes:+.1f}"
            for mine, its in ((hearing.alone.pauses, raw.alone.pauses), (hearing.alone.stops, raw.alone.stops))
        ]
        more.append(_change(hearing.copies, raw.copies, seed))
        cells = [f"{one} / {change}" for one, change in zip(cells, more, strict=True)]
    return (total.name, len(raw.scores), *cells, float(np.mean(total.falls)))


def _change(now: Sequence[float], before: Sequence[float], seed: int) -> str:
    more = [one - other for one, other in zip(now, before, strict=True)]
    low, high = bootstrap_interval(more, seed)
    return f"{np.mean(more):+.1f} [{low:+.1f}, {high:+.1f}]"


def _figures(row: Row) -> dict[str, float]:
    names = ("wer", "turn_end_right", "detector_wrong", "pauses_a_minute", "stops_a_minute", "recording_db")
    key = row.name.replace(" ", "_")
    figures = {
        f"{key}_{name}_{way}": value
        for name, values in zip(names, _values(row), strict=True)
        for way, value in zip(("as_it_is", "turned_down", "taken_out"), values, strict=True)
        if not math.isnan(value)
    }
    return figures | ({f"{key}_falls_db": float(np.mean(row.falls))} if row.minutes else {})
