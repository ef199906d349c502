"""``ivr bench speech stt``: what the recogniser hears, and how fast, against stock faster-whisper on the same weights.

Texts and voices are the reporting set's: nothing was chosen or fitted with them. Both recognisers hear the very same
sounds; a difference is paired by utterance.
"""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ivr.bootstrap import build_models, build_transcriber
from ivr.ports import Hints
from ivr.trials.speech.corpus import CLEAN, LOSSY, NOISY, SNRS, TALKED_OVER, Condition, read_lines, speak_set
from ivr.trials.speech.remembered import RememberedTranscriber
from ivr.trials.speech.report import Section
from ivr.trials.speech.stock_whisper import StockWhisper
from ivr.trials.speech.stt_names import name_rows
from ivr.trials.speech.stt_scores import difference, rate_cell, score
from ivr.trials.speech.stt_words import confidence_figures, invention_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.ports import Transcriber
    from ivr.trials.speech.bench import SpeechBench
    from ivr.trials.speech.corpus import Utterance
    from ivr.trials.speech.report import Cell
    from ivr.trials.speech.stt_scores import Score

COLUMNS = ("what", "recogniser", "n", "WER, %", "S", "D", "I", "p50, ms", "p95, ms", "names heard, %", "invented, %")
CALLERS_A_LINE = 3
"""On the clean line, so that a difference of a point or two can be told from chance."""
LINES_A_CONDITION = 5
STRIDE = 8
"""Lines from one kind of noise to the next, so that they do not share their lines."""
TIMED = 40
QUICK_LINES = 6
OURS, STOCK = "ours", "faster-whisper"
EVERY = "all of these"


async def measure(bench: SpeechBench) -> Section:
    """Hear the reporting set with both recognisers, on a clean line, in noise, over a second talker, with loss."""
    stock = RememberedTranscriber(
        partial(StockWhisper, build_models(bench.settings), bench.settings.stt_model),
        bench.settings.cache / "trials" / "heard",
        f"faster-whisper-{bench.settings.stt_model}",
    )
    rows: list[tuple[Cell, ...]] = []
    figures: dict[str, float] = {}
    clean = await _clean(bench)
    times = await _times(bench, clean[: QUICK_LINES if bench.quick else TIMED])
    figures |= _time_figures(times, bench.seed)
    groups = {"clean line": clean} | await _conditions(bench)
    every: dict[str, list[Score]] = {OURS: [], STOCK: []}
    for name, said in groups.items():
        heard = {OURS: await _scores(bench.transcriber, said), STOCK: await _scores(stock, said)}
        for recogniser, scores in heard.items():
            every[recogniser] += scores
        _add(rows, figures, name, heard, times if name == "clean line" else {}, bench.seed)
    _add(rows, figures, EVERY, every, {}, bench.seed)
    named, name_figures = await name_rows(bench)
    invented, invented_figures = await invention_rows(bench, {OURS: bench.transcriber, STOCK: stock})
    rows += named + invented
    figures |= (
        name_figures
        | invented_figures
        | await confidence_figures(bench, [one for said in groups.values() for one in said])
    )
    return Section("stt", COLUMNS, rows, figures, _notes(figures))


def _add(
    rows: list[tuple[Cell, ...]],
    figures: dict[str, float],
    name: str,
    heard: dict[str, list[Score]],
    times: dict[str, list[float]],
    seed: int,
) -> None:
    """Add what both recognisers made of the same sounds, and the paired difference."""
    for recogniser, scores in heard.items():
        timed = _milliseconds(times.get(recogniser, []))
        rows.append((name, recogniser, len(scores), *_counted(scores, seed), *timed, None, None))
        figures[f"{name}: {recogniser} wer"] = 100 * sum(s.errors for s in scores) / sum(s.words for s in scores)
    more, low, high = difference(heard[OURS], heard[STOCK], seed)
    figures |= {
        f"{name}: wer minus stock": more,
        f"{name}: minus stock, low": low,
        f"{name}: minus stock, high": high,
    }


async def _clean(bench: SpeechBench) -> list[Utterance]:
    """Have the lines said on a clean line, each by several callers."""
    chosen = slice(QUICK_LINES if bench.quick else None)
    said: list[Utterance] = []
    for shift in range(1 if bench.quick else CALLERS_A_LINE):
        said += await speak_set("reporting", (CLEAN,), bench.voices.line, bench.seed, chosen, shift)
    return said


async def _conditions(bench: SpeechBench) -> dict[str, list[Utterance]]:
    """Group noisy utterances by level: for each kind of noise a few lines, other ones for each."""
    groups: dict[str, list[Utterance]] = {}
    asked = {f"noise at {snr:.0f} dB, six kinds": [c for c in NOISY if c.snr_db == snr] for snr in SNRS}
    asked |= {str(condition): [condition] for condition in (*TALKED_OVER, *LOSSY)}
    total = len(read_lines("reporting"))
    for name, conditions in asked.items():
        groups[name] = []
        for place, condition in enumerate(conditions):
            several = 1 if bench.quick else LINES_A_CONDITION
            wide = several if len(conditions) > 1 or bench.quick else 3 * several
            first = place * STRIDE % total
            groups[name] += await _speak(bench, condition, slice(first, first + wide))
    return groups


async def _speak(bench: SpeechBench, condition: Condition, lines: slice) -> list[Utterance]:
    return await speak_set("reporting", (condition,), bench.voices.line, bench.seed, lines)


async def _scores(transcriber: Transcriber, said: Sequence[Utterance]) -> list[Score]:
    heard = [await transcriber.transcribe(one.sound, Hints(words=True)) for one in said]
    return [score(one.line.text, transcript.text) for one, transcript in zip(said, heard, strict=True)]


async def _times(bench: SpeechBench, said: Sequence[Utterance]) -> dict[str, list[float]]:
    """Take turns, sound by sound, so that a busy moment of the machine hits both; milliseconds."""
    engines: dict[str, Transcriber] = {
        OURS: build_transcriber(bench.settings),
        STOCK: StockWhisper(build_models(bench.settings), bench.settings.stt_model),
    }
    took: dict[str, list[float]] = {name: [] for name in engines}
    for number, one in enumerate((said[0], *said)):
        for name, engine in engines.items():
            started = time.perf_counter()
            await engine.transcribe(one.sound, Hints(words=name == OURS))
            if number:
                took[name].append(1000 * (time.perf_counter() - started))
    return took


def _time_figures(times: dict[str, list[float]], seed: int) -> dict[str, float]:
    ratios = np.asarray(times[OURS]) / np.asarray(times[STOCK])
    drawn = np.random.default_rng(seed).choice(ratios, (2000, len(ratios)))
    low, high = np.percentile(np.median(drawn, axis=1), (2.5, 97.5))
    return {
        "time / stock": float(np.median(ratios)),
        "time / stock, low": float(low),
        "time / stock, high": float(high),
    }


def _milliseconds(times: Sequence[float]) -> tuple[Cell, Cell]:
    return (float(np.median(times)), float(np.percentile(times, 95))) if times else (None, None)


def _counted(scores: Sequence[Score], seed: int) -> tuple[Cell, ...]:
    kinds = (sum(getattr(one, kind) for one in scores) for kind in ("substituted", "deleted", "inserted"))
    return rate_cell(scores, seed), *kinds


def _notes(figures: dict[str, float]) -> tuple[str, ...]:
    return (
        (
            f"Time: ours / stock, median of paired ratios {figures['time / stock']:.2f} "
            f"[{figures['time / stock, low']:.2f}, {figures['time / stock, high']:.2f}]; ours times its words too."
        ),
        (
            "WER minus stock, in points: "
            + "; ".join(
                f"{name} {figures[f'{name}: wer minus stock']:+.1f} "
                f"[{figures[f'{name}: minus stock, low']:+.1f}, {figures[f'{name}: minus stock, high']:+.1f}]"
                for name in ("clean line", EVERY)
            )
        ),
        (
            f"Word confidence: {figures['words rated']:.0f} words, {100 * figures['words right']:.0f} % of them right; "
            f"expected calibration error {figures['confidence: calibration error']:.3f}, "
            f"Brier score {figures['confidence: Brier score']:.3f}, "
            f"area under the curve {figures['confidence: area under curve']:.3f}."
        ),
        "Synthetic voices, 300-3400 Hz, A-law; case, punctuation and accents aside, numbers as digits on both sides.",
    )
