"""``ivr bench speech prosody``: questions, pitch, pace, pauses, tone and feelings, and what they take.

Everything is heard at 8 kHz behind the telephone. The cues' weights are fitted on ``question_tuning.yaml``, the lexicon
on ``sentiment_tuning.yaml``; no reporting set took part.
"""

from __future__ import annotations

import importlib.util
import time
from typing import TYPE_CHECKING

import numpy as np

from ivr.audio.prosody import measure_prosody
from ivr.language.interpretation import interpret
from ivr.language.question import cues_of
from ivr.language.sentiment import sentiment_of
from ivr.trials.speech.pitch_scores import agreement, ours, pyin
from ivr.trials.speech.prompt_set import read_prompts
from ivr.trials.speech.prosody_voice import pace, pace_changes, pauses, tones
from ivr.trials.speech.question_fit import WAYS, cues, rates
from ivr.trials.speech.question_set import read_turns, speak_pairs
from ivr.trials.speech.report import Section
from ivr.trials.speech.sentiment_scores import by_rules, by_words_alone, heard_feelings, off_by, scores
from ivr.trials.speech.sentiment_set import read_feelings
from ivr.trials.speech.statistics import bootstrap_interval
from ivr.trials.speech.turn_set import CALLERS, build_turn, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ivr.trials.speech.bench import SpeechBench
    from ivr.trials.speech.question_set import Utterance
    from ivr.trials.speech.report import Cell
    from ivr.trials.speech.sentiment_scores import Pairs

    Rows = list[tuple[Cell, ...]]

COLUMNS = ("what", "how", "n", "value", "from", "to")
QUICK_PAIRS = 8
TURNS = "words, turns of the other sets without marks"
PROMPTS, QUICK_PROMPTS = 80, 12
PITCH_SOUNDS = 24
"""Utterances that pYIN follows, at about a second each."""
TURNS_STEP, QUICK_TURNS_STEP = 6, 40
HEARD_STEP, QUICK_HEARD_STEP = 1, 16
ROUNDS, QUICK_ROUNDS = 10, 2
BUDGET_MS = 10.0
QUICKER = 3.0
"""Semitones that a sound is played quicker by: 19 %."""
LOUDER_DB, HIGHER = 6.0, 3.0
SOFTER_DB, LOWER = -6.0, -2.0


async def measure(bench: SpeechBench) -> Section:
    """Measure all of it."""
    said = await speak_pairs(bench, "reporting", QUICK_PAIRS if bench.quick else None)
    rows = _question_rows(said, bench.seed)
    person = read_prompts(bench.settings.cache, QUICK_PROMPTS if bench.quick else PROMPTS)
    rows += _pitch_rows(said[:: max(1, len(said) // PITCH_SOUNDS)], "synthetic")
    rows += _pitch_rows(person[:: max(1, len(person) // PITCH_SOUNDS)], "a person") if person else []
    rows += _pace_rows(said, bench.seed)
    rows += await _pause_rows(bench)
    rows += _tone_rows(said, "synthetic")
    rows += [*_tone_rows(person, "a person"), *_rise_rows(person)] if person else []
    rows += await _sentiment_rows(bench)
    rows += _time_rows(said, QUICK_ROUNDS if bench.quick else ROUNDS)
    figures = {f"{row[0]}: {row[1]}": row[3] for row in rows if isinstance(row[3], float) and np.isfinite(row[3])}
    return Section("prosody", COLUMNS, rows, figures, _notes())


def _question_rows(said: Sequence[Utterance], seed: int) -> Rows:
    given, truth = [cues(one) for one in said], [one.asks for one in said]
    turns = read_turns("reporting")
    judged = [(way, given, truth) for way in WAYS]
    judged.append((TURNS, [cues_of(text) for text, _ in turns], [asks for _, asks in turns]))
    rows: Rows = []
    for way, given, truth in judged:
        found = rates("words" if way == TURNS else way, given, truth)
        low, high = bootstrap_interval(found.right, seed)
        rows.append(("question, right", way, len(truth), found.accuracy, low, high))
        rows.append(("question, precision", way, len(truth), found.precision, None, None))
        rows.append(("question, recall", way, len(truth), found.recall, None, None))
    for worded, name in ((True, "with a word that asks"), (False, "answered by yes or no")):
        asked = [one for one in said if one.asks and ("asking word" in cues_of(one.text)) == worded]
        found = rates("together", [cues(one) for one in asked], [True] * len(asked))
        low, high = bootstrap_interval(found.right, seed)
        rows.append(("question, recall together", name, len(asked), found.recall, low, high))
    return rows


def _rise_rows(person: Sequence[Utterance]) -> Rows:
    """Count how often a person's voice rises who never asks."""
    risen = [float(one.prosody.asks) for one in person if one.prosody is not None]
    return [("rise over 15 % in what is no question", "a person", len(risen), float(np.mean(risen)), None, None)]


def _pitch_rows(said: Sequence[Utterance], whose: str) -> Rows:
    """Hold both on both sounds against pYIN before the telephone."""
    if importlib.util.find_spec("librosa") is None:
        return [("pitch", "librosa is not installed: pip install 'ivr[bench]'", None, None, None, None)]
    truth = [pyin(one.dry) for one in said]
    rows: Rows = []
    for name, follow, telephoned in (
        ("ours, before the telephone", ours, False),
        ("ours, behind the telephone", ours, True),
        ("pYIN, behind the telephone", pyin, True),
    ):
        found = agreement(
            (follow(one.sound if telephoned else one.dry), true) for one, true in zip(said, truth, strict=True)
        )
        rows += [
            ("pitch, frames off by over 20 %", f"{whose}: {name}", found.frames, found.gross, None, None),
            ("pitch, cents off in the others", f"{whose}: {name}", found.frames, found.cents, None, None),
            ("pitch, frames voiced alike", f"{whose}: {name}", found.frames, found.voicing, None, None),
            ("pitch, share that the median is off", f"{whose}: {name}", len(said), found.middle, None, None),
        ]
    return rows


def _pace_rows(said: Sequence[Utterance], seed: int) -> Rows:
    found = pace(said)
    rows: Rows = [
        ("pace, syllables found for each said", "mean", len(found), float(np.mean(found)), *_bounds(found, seed))
    ]
    for higher in (QUICKER, -QUICKER):
        ratios = pace_changes(said, higher)
        true, value = 2 ** (higher / 12), float(np.median(ratios))
        right = [float((ratio > 1) == (true > 1)) for ratio in ratios]
        rows.append((f"pace, found at {true:.2f} of it", "median", len(ratios), value, None, None))
        rows.append(
            (f"pace, {true:.2f} of it told right", "share", len(right), float(np.mean(right)), *_bounds(right, seed))
        )
    return rows


async def _pause_rows(bench: SpeechBench) -> Rows:
    parts = list(enumerate(cast("reporting", bench.seed)))[:: QUICK_TURNS_STEP if bench.quick else TURNS_STEP]
    turns = [
        await build_turn(CALLERS["reporting"][caller], caller, line, bench.voices.line, bench.seed * 1000 + number)
        for number, (caller, line) in parts
    ]
    found = pauses(turns)
    heard = [float(bool(kind)) for _, kind in found]
    rows: Rows = [("pause found", "all", len(found), float(np.mean(heard)), *_bounds(heard, bench.seed))]
    for ends, name in ((True, "at the turn's end"), (False, "inside the turn")):
        kinds = [kind for last, kind in found if last == ends and kind]
        said = [float(kind == "end_of_turn") for kind in kinds]
        rows.append(
            ("pause taken for an end", name, len(kinds), float(np.mean(said or [0.0])), *_bounds(said, bench.seed))
        )
    return rows


def _tone_rows(said: Sequence[Utterance], whose: str) -> Rows:
    changes: tuple[tuple[str, float, float, set[str]], ...] = (
        ("as usual: neutral or calm", 0.0, 0.0, {"neutral", "calm"}),
        ("6 dB louder, 3 semitones higher, quicker: angry or nervous", LOUDER_DB, HIGHER, {"angry", "nervous"}),
        ("6 dB softer, 2 semitones lower, slower: calm or concerned", SOFTER_DB, LOWER, {"calm", "concerned"}),
    )
    rows: Rows = []
    for name, gain, higher, wanted in changes:
        found = [float(tone in wanted) for tone in tones(said, gain, higher)]
        rows.append(("tone without words", f"{whose}: {name}", len(found), float(np.mean(found or [0.0])), None, None))
    return rows


async def _sentiment_rows(bench: SpeechBench) -> Rows:
    written = [(each.level, each.text) for each in read_feelings("reporting")]
    heard = await heard_feelings(bench, "reporting", QUICK_HEARD_STEP if bench.quick else HEARD_STEP)
    spoken: Pairs = [(each.level, text) for each, text in heard]
    rows: Rows = []
    for name, pairs, judge in (
        ("written, rules", written, by_rules),
        ("written, words without negation", written, by_words_alone),
        ("recognised behind the telephone, rules", spoken, by_rules),
    ):
        for figure, values in scores(pairs, judge, bench.seed).items():
            rows.append((f"feelings, {figure}", name, len(pairs), *values))
    rows.append(("feelings, levels off", "written, rules", len(written), off_by(written), None, None))
    return rows


def _time_rows(said: Sequence[Utterance], rounds: int) -> Rows:
    work: dict[str, Callable[[Utterance], object]] = {
        "voice": lambda one: measure_prosody(one.sound),
        "words": lambda one: sentiment_of.__wrapped__(one.heard),
        "voice and words": lambda one: interpret(one.heard, one.sound),
    }
    rows: Rows = []
    for name, do in work.items():
        do(said[0])
        took = []
        for one in list(said) * rounds:
            sentiment_of.cache_clear()
            started = time.perf_counter()
            do(one)
            took.append(1000 * (time.perf_counter() - started))
        middle, last = np.percentile(took, (50, 99))
        rows.append((f"time an utterance, p50 ms of {BUDGET_MS:.0f}", name, len(took), float(middle), None, None))
        rows.append((f"time an utterance, p99 ms of {BUDGET_MS:.0f}", name, len(took), float(last), None, None))
    return rows


def _bounds(values: Sequence[float], seed: int) -> tuple[float, float]:
    return bootstrap_interval(values, seed)


def _notes() -> tuple[str, ...]:
    return (
        "Shares are 0 to 1, with 95 % bootstrap intervals where they are given.",
        "Synthetic voices ask with a rise less often than people and feel nothing: tone is judged on changed sounds.",
        "Pitch is held against pYIN on the sound before the telephone; pauses against where they were put.",
        "Feelings: people agree with each other in about 0.7 of such turns.",
    )
