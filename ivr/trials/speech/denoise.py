"""``ivr bench speech denoise``: what taking noise out does to each listener, by kind of noise and its level.

Each listener hears the same calls as they are and cleaned by the product's denoiser: the recogniser by word errors,
the turn end by right answers to "is this the whole utterance or its first part?", the voice detector by how far its
onsets and ends move and by what it takes for speech in noise alone, people by how far the noise falls.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from ivr.audio.frame import AudioFrame
from ivr.audio.level import dbfs
from ivr.bootstrap import build_detector, build_models, build_turn_detector
from ivr.dialogue.endpointing import SpeechStarted
from ivr.engines.deepfilter import DeepFilter
from ivr.ports import Hints
from ivr.trials.speech.channel import KINDS, mix, noise, telephone
from ivr.trials.speech.corpus import CLEAN, SNRS, Condition, speak_set
from ivr.trials.speech.report import Section
from ivr.trials.speech.stt_scores import difference, rate_cell, score
from ivr.trials.speech.voices_heard import listen, onsets

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.ports import Denoiser, TurnDetector, VoiceDetector
    from ivr.trials.speech.bench import SpeechBench
    from ivr.trials.speech.corpus import Utterance
    from ivr.trials.speech.report import Cell
    from ivr.trials.speech.stt_scores import Score

COLUMNS = (
    "noise",
    "n",
    "WER raw, %",
    "WER clean, %",
    "clean - raw, points",
    "turn end right raw, %",
    "clean, %",
    "onset moved raw, ms",
    "clean, ms",
    "missed raw",
    "clean",
    "starts in noise alone a minute, raw",
    "clean",
    "noise falls, dB",
)
LINES, QUICK_LINES = 8, 2
QUICK_NOISES = (Condition("babble", 10.0),)
CROWD = "crowd"
"""Other people talking at once: noise that is speech."""
CROWD_SIZE = 4
NOISE_SECONDS, QUICK_NOISE_SECONDS = 30.0, 8.0
SETTLED = 2.0
"""Seconds after which a denoiser has learned the noise."""
TAIL = 0.5
"""Seconds of line after an utterance that the turn end hears."""
WHOLE = 0.5
FIRST_PART = 0.55
"""Share of an utterance that stands for one that goes on."""
NOTES = (
    "Noise alone has the level that it has behind the utterances; street, hum, white and pink noise are stationary.",
    "8 kHz A-law, 300-3400 Hz; the utterances of a row are cleaned as one call; 95 % bootstrap over utterances.",
)


@dataclass
class Hearing:
    """One way of hearing: raw or clean."""

    scores: list[Score] = field(default_factory=list)
    right: list[bool] = field(default_factory=list)
    moved: list[float] = field(default_factory=list)
    missed: int = 0
    starts: float = 0.0


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

    async def hear(self, hearing: Hearing, said: Utterance, sound: AudioFrame, reference: AudioFrame) -> None:
        """Let every listener hear one utterance; ``reference`` is the same on a clean line."""
        heard = await self._bench.transcriber.transcribe(sound, Hints(words=True))
        hearing.scores.append(score(said.line.text, heard.text))
        hearing.right += [await self._whole(sound) >= WHOLE, await self._whole(_first_part(sound)) < WHOLE]
        due, came = _onset(reference, self.detector), _onset(sound, self.detector)
        if due is None or came is None:
            hearing.missed += came is None
        else:
            hearing.moved.append(1000 * abs(came - due))

    async def _whole(self, sound: AudioFrame) -> float:
        return await self.turns.complete(sound)


async def measure(bench: SpeechBench) -> Section:
    """Hear the reporting set raw and clean in every noise."""
    listeners = Listeners(bench)
    noises = QUICK_NOISES if bench.quick else tuple(Condition(kind, snr) for kind in (*KINDS, CROWD) for snr in SNRS)
    lines = await speak_set(
        "reporting", (CLEAN,), bench.voices.line, bench.seed, slice(QUICK_LINES if bench.quick else LINES)
    )
    lines = [_with_tail(said) for said in lines]
    behind = {kind: await _sound_of(kind, bench, lines) for kind in {one.behind for one in noises}}
    rows: list[tuple[Cell, ...]] = []
    figures: dict[str, float] = {}
    for condition in (CLEAN, *noises):
        raw, clean, fall = await _condition(listeners, condition, lines, behind.get(condition.behind), bench.seed)
        rows.append(_row(str(condition), raw, clean, fall, bench.seed))
        figures |= _figures(str(condition).replace(" ", "_"), raw, clean, fall)
    return Section("denoise", COLUMNS, rows, figures, NOTES)


async def _condition(
    listeners: Listeners, condition: Condition, lines: list[Utterance], behind: AudioFrame | None, seed: int
) -> tuple[Hearing, Hearing, float | None]:
    dry = [said.sound for said in lines]
    sounds = [
        telephone(mix(sound, behind, condition.snr_db, seed + number)) if behind else sound
        for number, sound in enumerate(dry)
    ]
    raw, clean, fall = Hearing(), Hearing(), None
    for hearing, heard in ((raw, sounds), (clean, await listeners.cleaned(sounds))):
        for said, sound, reference in zip(lines, heard, dry, strict=True):
            await listeners.hear(hearing, said, sound, reference)
    if behind is not None:
        alone = _at_level(behind, dbfs(AudioFrame.join(dry).pcm) - condition.snr_db)
        quiet = await listeners.denoiser.clean(alone)
        settled = round(SETTLED * alone.rate)
        fall = dbfs(alone.cut(settled).pcm) - dbfs(quiet.cut(settled).pcm)
        for hearing, sound in ((raw, alone), (clean, quiet)):
            hearing.starts = 60 * len(onsets(sound, listeners.detector)) / sound.duration
    return raw, clean, fall


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


def _onset(sound: AudioFrame, detector: VoiceDetector) -> float | None:
    _, events = listen(sound, detector)
    return next((event.at for event in events if isinstance(event, SpeechStarted)), None)


def _share(right: Sequence[bool]) -> float:
    return 100 * sum(right) / max(len(right), 1)


def _mean(values: Sequence[float]) -> float | None:
    return float(np.mean(values)) if values else None


def _row(name: str, raw: Hearing, clean: Hearing, fall: float | None, seed: int) -> tuple[Cell, ...]:
    points, low, high = difference(clean.scores, raw.scores, seed)
    return (
        name,
        len(raw.scores),
        rate_cell(raw.scores, seed),
        rate_cell(clean.scores, seed),
        f"{points:+.1f} [{low:+.1f}, {high:+.1f}]",
        _share(raw.right),
        _share(clean.right),
        _mean(raw.moved),
        _mean(clean.moved),
        raw.missed,
        clean.missed,
        raw.starts if fall is not None else None,
        clean.starts if fall is not None else None,
        fall,
    )


def _figures(key: str, raw: Hearing, clean: Hearing, fall: float | None) -> dict[str, float]:
    words = sum(one.words for one in raw.scores)
    more = sum(one.errors for one in clean.scores) - sum(one.errors for one in raw.scores)
    figures = {
        f"{key}_clean_minus_raw_points": 100 * more / words,
        f"{key}_turn_end_clean_minus_raw": _share(clean.right) - _share(raw.right),
    }
    if fall is not None:
        figures |= {f"{key}_falls_db": fall, f"{key}_starts_raw": raw.starts, f"{key}_starts_clean": clean.starts}
    return figures
