"""``ivr bench speech turn_end``: how often a caller is cut off, and how long one waits after the end of a turn.

Texts, voices, pauses and noises are the reporting set's; nothing was chosen with them. A row is a detector swept as in
eot-bench (``turn_metric``); below are the turn machine's own policy, with and without what it learns of each caller,
at the moments a call would ask it (``turn_live``).
"""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Protocol

import numpy as np

from ivr.bootstrap import build_policy, build_transcriber, build_turn_detector
from ivr.bootstrap_tts import build_caller_voice
from ivr.dialogue.turn_end import turn_end_weights
from ivr.dialogue.turn_learning import CallerPace
from ivr.engines.espeak import EspeakSynthesizer
from ivr.trials.speech.report import Section
from ivr.trials.speech.statistics import bootstrap_interval
from ivr.trials.speech.turn_evidence import WORDS_AFTER, gather
from ivr.trials.speech.turn_fit import scores
from ivr.trials.speech.turn_live import live
from ivr.trials.speech.turn_metric import MOMENTS, Figure, Scored, Sweep
from ivr.trials.speech.turn_set import CALLERS, build_turn, cast
from ivr.trials.voices import CallerVoices

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.audio.frame import AudioFrame
    from ivr.settings import Settings
    from ivr.trials.speech.turn_evidence import Silence
    from ivr.trials.speech.turn_live import Lived
    from ivr.trials.speech.turn_metric import Floats
    from ivr.trials.speech.turn_set import CallerTurn, SetName

QUICK_TURNS = 8
WORDS_IN_CALLS = 0.55
"""Seconds into a silence at which Whisper has answered in a call on two cores: 0.2 to notice it, 0.35 to recognise."""
LIMITS = 0.3, 0.6, 1.0, 1.2
COLUMNS = (
    "detector",
    "cut-offs at 300 ms, %",
    "at 600 ms, %",
    "latency at 5 %, ms",
    "at 10 %, ms",
    "own policy: cut-offs, %",
    "latency, ms",
    "p50, ms",
)


class Bench(Protocol):
    """What this section needs of the bench."""

    @property
    def settings(self) -> Settings:
        """The product's settings."""
        ...

    @property
    def seed(self) -> int:
        """Where chance begins."""
        ...

    @property
    def quick(self) -> bool:
        """Whether a few turns will do."""
        ...


async def measure(bench: Bench) -> Section:
    """Build the reporting set, gather what a call would know in each silence, and judge the detectors by it."""
    silences = await turn_silences(bench.settings, "reporting", bench.seed, quick=bench.quick)
    rows: list[tuple[str | float | int | None, ...]] = []
    figures: dict[str, float] = {}
    for name, scored in detectors(silences).items():
        reached = Sweep(scored).figures(bench.seed)
        rows.append((name, *(_with_bounds(figure) for figure in reached.values()), *[None] * 3))
        figures |= {f"{name}: {key}": figure.value for key, figure in reached.items()}
    policy = build_policy(bench.settings).turns
    for name, lived in {
        "calls, every caller alike": live(silences, replace(policy, learns=False), WORDS_IN_CALLS),
        "calls": live(silences, policy, WORDS_IN_CALLS),
    }.items():
        cut, waited = cut_offs(lived), waits(lived)
        median = float(np.median(waited))
        rows.append((name, *[None] * 4, _mean(cut, bench.seed), _mean(waited, bench.seed), round(median)))
        figures |= {f"{name}: cutoffs": float(np.mean(cut)), f"{name}: latency_ms": float(np.mean(waited))}
        figures[f"{name}: latency_ms_p50"] = median
    return Section("turn_end", COLUMNS, rows, figures, _notes(silences))


def detectors(silences: Sequence[Silence]) -> dict[str, list[Scored]]:
    """Score the silences by each detector."""
    weights = turn_end_weights()
    found: dict[str, list[Floats]] = {
        "silence alone": [0 * MOMENTS for _ in silences],
        "Smart Turn": [np.full(len(MOMENTS), silence.judged) for silence in silences],
        "Smart Turn and words": [scores(silence, weights) for silence in silences],
        "the same, caller's pace": [
            scores(silence, weights, pace=pace) for silence, pace in zip(silences, paces(silences), strict=True)
        ],
        "the same, words at once": [scores(silence, weights, words_after=0.0) for silence in silences],
    }
    return {
        name: [Scored(s.turn, s.seconds, s.is_end, score) for s, score in zip(silences, by, strict=True)]
        for name, by in found.items()
    }


def paces(silences: Sequence[Silence]) -> list[float]:
    """Give what a call has learned of its caller's pauses before each silence, against the average caller."""
    average = turn_end_weights().pause
    found: list[float] = []
    for _, of_caller in groupby(silences, key=lambda silence: silence.caller):
        learned = CallerPace()
        for silence in of_caller:
            found.append(learned.factor(average))
            learned = learned if silence.is_end else learned.went_on_after(silence.seconds)
    return found


def cut_offs(lived: Sequence[Lived]) -> list[float]:
    """Give 100 for each hold in which the machine took the turn, else 0."""
    return [100.0 * (one.ended is not None) for one in lived if not one.silence.is_end]


def waits(lived: Sequence[Lived]) -> list[float]:
    """Give the milliseconds from each true end to the machine's taking the turn; the whole silence if it never did."""
    return [1000 * (one.silence.seconds if one.ended is None else one.ended) for one in lived if one.silence.is_end]


async def turn_silences(settings: Settings, name: SetName, seed: int, *, quick: bool = False) -> list[Silence]:
    """Speak a set and gather what a call would know in each of its silences; voices come from the cache."""
    kokoro = CallerVoices(lambda: build_caller_voice(settings), settings.cache / "trials")
    espeak = CallerVoices(EspeakSynthesizer, settings.cache / "trials")

    async def speak(text: str, voice: str, speed: float) -> AudioFrame:
        return await (espeak if voice == "espeak" else kokoro).line(text, voice, speed)

    parts = cast(name, seed)
    if quick:
        parts = parts[:: len(parts) // QUICK_TURNS]
    turns: list[CallerTurn] = []
    for number, (caller, line) in enumerate(parts):
        turns.append(await build_turn(CALLERS[name][caller], caller, line, speak, seed * 1000 + number))
    return await gather(turns, build_transcriber(settings), build_turn_detector(settings))


def _with_bounds(figure: Figure) -> str | None:
    if np.isnan(figure.value):
        return None
    digits = 1 if figure.value < 100 else 0  # noqa: PLR2004 - percent and milliseconds
    return f"{figure.value:.{digits}f} [{figure.low:.{digits}f}, {figure.high:.{digits}f}]"


def _mean(values: Sequence[float], seed: int) -> str:
    return _with_bounds(Figure(float(np.mean(values)), *bootstrap_interval(values, seed))) or "-"


def _notes(silences: Sequence[Silence]) -> tuple[str, ...]:
    holds = [silence.seconds for silence in silences if not silence.is_end]
    longer = ", ".join(f"{100 * np.mean([hold > limit for hold in holds]):.0f} % over {limit} s" for limit in LIMITS)
    return (
        (
            f"{len(silences) - len(holds)} turns, {len(holds)} holds of at least 0.2 s ({longer}), "
            "telephone band, A-law, noise behind half of the callers."
        ),
        (
            f"Words come {WORDS_AFTER} s into a silence in the sweep and {WORDS_IN_CALLS} s in calls. Latency is the "
            "silence until the turn is taken; the reply's own time comes after it."
        ),
        "Square brackets: 95 % bootstrap intervals, over turns in the sweep (each resample picks its best policy).",
    )
