"""How many of the names that callers say are heard, with and without telling the recogniser what to expect."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from ivr.bootstrap import build_script, build_transcriber
from ivr.language.hotwords import LARGEST
from ivr.ports import Hints
from ivr.trials.speech.corpus import CLEAN, Condition, read_lines, speak_set
from ivr.trials.speech.stt_scores import rate_cell, recalled, score, share_cell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.trials.speech.bench import SpeechBench
    from ivr.trials.speech.corpus import Utterance
    from ivr.trials.speech.report import Cell

CONDITIONS = CLEAN, Condition("babble", 10.0)
CALLERS_A_LINE = 2
TIMED = 24
QUICK_NAMES = 2


async def name_rows(bench: SpeechBench) -> tuple[list[tuple[Cell, ...]], dict[str, float]]:
    """Hear the lines with names in them under four kinds of hints; rows in the columns of ``stt``."""
    rows: list[tuple[Cell, ...]] = []
    figures: dict[str, float] = {}
    for condition in CONDITIONS:
        said = await _named(bench, condition)
        for kind, hotwords in _hints(bench, said).items():
            heard = [
                await bench.transcriber.transcribe(one.sound, Hints(words, words=True))
                for one, words in zip(said, hotwords, strict=True)
            ]
            pairs = list(zip(said, (one.text for one in heard), strict=True))
            hits = [hit for one, text in pairs for hit in recalled(one.line.entities, text)]
            scores = [score(one.line.text, text) for one, text in pairs]
            median = await _median(bench, said, hotwords) if condition == CLEAN else None
            name = f"names, {condition}"
            wer, share = rate_cell(scores, bench.seed), share_cell(hits, bench.seed)
            rows.append((name, kind, len(said), wer, None, None, None, median, None, share, None))
            figures[f"{name}: {kind}, heard"] = 100 * float(np.mean(hits))
            figures[f"{name}: {kind}, wer"] = 100 * sum(s.errors for s in scores) / sum(s.words for s in scores)
    return rows, figures


async def _named(bench: SpeechBench, condition: Condition) -> list[Utterance]:
    said: list[Utterance] = []
    for shift in range(1 if bench.quick else CALLERS_A_LINE):
        every = await speak_set("reporting", (condition,), bench.voices.line, bench.seed, _names(bench), shift)
        said += [one for one in every if one.line.entities]
    return said


def _names(bench: SpeechBench) -> slice:
    """Give the stretch of lines to speak; a quick run takes the first two names."""
    named = [number for number, line in enumerate(read_lines("reporting")) if line.entities]
    return slice(0, named[QUICK_NAMES - 1] + 1 if bench.quick else None)


def _hints(bench: SpeechBench, said: Sequence[Utterance]) -> dict[str, list[tuple[str, ...]]]:
    """List hotwords for each utterance: none, what a call would give, the right ones among 30, only wrong ones."""
    house = build_script(bench.settings).vocabulary
    every = sorted({entity for line in read_lines("reporting") for entity in line.entities})
    random = np.random.default_rng(bench.seed)
    none: list[tuple[str, ...]] = [()] * len(said)
    call, among, wrong = [], [], []
    for one in said:
        others = [name for name in random.permutation(every).tolist() if name not in one.line.entities]
        others += [entity for line in read_lines("tuning") for entity in line.entities]
        call.append((*one.line.entities, *house))
        among.append(tuple(random.permutation([*one.line.entities, *others][:LARGEST]).tolist()))
        wrong.append(tuple(others[:LARGEST]))
    return {"no hotwords": none, "the name, the house's": call, "the name among 30": among, "30 wrong ones": wrong}


async def _median(bench: SpeechBench, said: Sequence[Utterance], hotwords: Sequence[tuple[str, ...]]) -> float:
    """Time some of them, without memory; milliseconds."""
    engine = build_transcriber(bench.settings)
    took = []
    for one, words in list(zip(said, hotwords, strict=True))[:TIMED]:
        started = time.perf_counter()
        await engine.transcribe(one.sound, Hints(words, words=True))
        took.append(1000 * (time.perf_counter() - started))
    return float(np.median(took))
