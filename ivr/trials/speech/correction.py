"""``ivr bench speech correction``: what the correction bank mends, what it breaks, and how it learns.

Real errors are the recognition errors of Fisher and CALLHOME Spanish (Post et al., IWSLT 2013), against the lattice's
best path; CORRECTION_CORPUS names their folder. The phone path is our own: planted terms of the field through the
telephone and noise. What is reported on was not used to choose anything: fisher_dev2 and the reporting sentences.
"""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

from ivr.call.correcting import heard_words
from ivr.language.correction.bank import full_bank, live_bank
from ivr.language.correction.bank_file import first_entries, first_terms, known_terms
from ivr.language.correction.firing import Firing
from ivr.language.correction.values import HeardWord
from ivr.trials.speech.correction_learning import STEPS, active_after, lessons_of, wrong
from ivr.trials.speech.correction_methods import methods, tune
from ivr.trials.speech.correction_scores import Case, effect
from ivr.trials.speech.correction_set import glossary, hear_set
from ivr.trials.speech.report import Section
from ivr.trials.speech.statistics import bootstrap_interval, ratio_interval
from ivr.trials.speech.stt_scores import difference, rate_cell

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ivr.language.correction.bank import CorrectionBank
    from ivr.trials.speech.bench import SpeechBench
    from ivr.trials.speech.correction_scores import Effect
    from ivr.trials.speech.correction_set import Heard
    from ivr.trials.speech.report import Cell

COLUMNS = (
    "part",
    "bank",
    "n",
    "terms wrong, %",
    "WER, %",
    "S",
    "D",
    "I",
    "fired",
    "precision",
    "recall",
    "false per 1,000 right words",
    "µs a word",
)
REPORTED_ERRORS = "fisher_dev2.tsv"
CORRECTED_ERRORS = "callhome_train.tsv", "fisher_dev.tsv"
"""Whose transcripts are corrected in the learning curve on real errors: other callers than the reported ones."""
TUNING_PASSES = tuple(range(12))
"""So often are the tuning sentences said, by changing callers in changing noise: 500 of these need correcting."""
QUICK_PASSES = TUNING_PASSES[:4]
REPORTING_PASSES = 0, 2
QUICK_ERRORS = 300


class Table:
    """Gathers rows and figures."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self.rows: list[tuple[Cell, ...]] = []
        self.figures: dict[str, float] = {}

    def add(self, part: str, name: str, cases: Sequence[Case], bank: CorrectionBank) -> Effect:
        """Measure a bank on cases, and its time on them."""
        began = time.perf_counter()
        for case in cases:
            bank.correct(case.heard, case.slots)
        took = 1e6 * (time.perf_counter() - began) / max(1, sum(len(case.heard) for case in cases))
        done = effect(cases, bank)
        self.rows.append((part, name, len(cases), *self._cells(done), took))
        self._note(f"{part}: {name}", done, took)
        return done

    def _cells(self, done: Effect) -> tuple[Cell, ...]:
        kinds = (sum(getattr(one, kind) for one in done.after) for kind in ("substituted", "deleted", "inserted"))
        return (
            terms_cell(done.found_after, self._seed),
            rate_cell(done.after, self._seed),
            *kinds,
            done.fired,
            done.precision,
            done.recall,
            done.false_per_thousand,
        )

    def _note(self, key: str, done: Effect, took: float) -> None:
        more, low, high = difference(done.after, done.before, self._seed)
        self.figures |= {
            f"{key}: false per 1000": done.false_per_thousand,
            f"{key}: wer minus raw": more,
            f"{key}: minus raw, low": low,
            f"{key}: minus raw, high": high,
            f"{key}: us a word": took,
        }
        if done.found_before:
            before = [float(not found) for found in done.found_before]
            after = [float(not found) for found in done.found_after]
            low, high = ratio_interval(after, before, self._seed)
            self.figures |= {
                f"{key}: terms wrong before": 100 * sum(before) / len(before),
                f"{key}: terms wrong after": 100 * sum(after) / len(after),
                f"{key}: after over before, low": low,
                f"{key}: after over before, high": high,
            }


async def measure(bench: SpeechBench) -> Section:
    """Measure the bank on real errors and on the phone path, as it learns, and beside other methods."""
    table = Table(bench.seed)
    tuning = cases_of(await hear_set(bench, "tuning", QUICK_PASSES if bench.quick else TUNING_PASSES))
    reporting = cases_of(await hear_set(bench, "reporting", REPORTING_PASSES))
    notes = ["planted terms: the reporting callers' sentences are in no bank and no tuning list"]
    phone_path(table, tuning, reporting)
    learning_curve(table, "learning, phone path", tuning, reporting)
    side_by_side(table, tuning, reporting)
    corpus = bench.settings.correction_corpus
    if corpus is None:
        notes.append("real errors: not measured; set CORRECTION_CORPUS to the folder of fisher_*.tsv, callhome_*.tsv")
    else:
        real_errors(table, corpus, quick=bench.quick)
    return Section("correction", COLUMNS, table.rows, table.figures, tuple(notes))


def cases_of(heard: Sequence[Heard]) -> list[Case]:
    """Take what was recognised as cases, every word with its confidence."""
    return [
        Case(
            one.sentence.text,
            tuple(heard_words(one.transcript.text, one.transcript.words)),
            one.sentence.planted,
            one.sentence.slots,
        )
        for one in heard
    ]


def read_errors(path: Path, confidence: float | None, most: int | None = None) -> list[Case]:
    """Read pairs of heard and meant lines; nobody knows the words' confidence, so it is given here."""
    cases = []
    for line in path.read_text(encoding="utf-8").splitlines()[:most]:
        heard, _, meant = line.partition("\t")
        if heard.strip() and meant.strip():
            cases.append(Case(meant, tuple(HeardWord(word, confidence) for word in heard.split())))
    return cases


def real_errors(table: Table, corpus: Path, *, quick: bool) -> None:
    """Count what breaks in speech that has nothing to do with the field, and what the bank learns from it."""
    read = partial(read_errors, most=QUICK_ERRORS if quick else None)
    entries, terms = first_entries(), first_terms()
    unknown = read(corpus / REPORTED_ERRORS, None)
    doubted = read(corpus / REPORTED_ERRORS, 0.0)
    table.add("real errors", "live", unknown, live_bank(entries))
    table.add("real errors", "all levels, every word doubted", doubted, full_bank(entries, terms))
    taught = [case for name in CORRECTED_ERRORS for case in read(corpus / name, None)]
    learning_curve(table, "learning, real errors", taught, unknown)


def phone_path(table: Table, tuning: Sequence[Case], reporting: Sequence[Case]) -> None:
    """Count what becomes of planted terms: as recognised, with the bank as shipped, with what people taught it."""
    entries, terms = first_entries(), glossary()
    taught = active_after(lessons_of(wrong(tuning)[: STEPS[-1]], known_terms(terms)), entries)
    banks: dict[str, CorrectionBank] = {
        "none": live_bank([]),
        "live, as shipped": live_bank(entries),
        "all levels, with the house's terms": full_bank(entries, terms),
        "live, taught": live_bank(taught),
        "all levels, taught": full_bank(taught, terms),
    }
    for name, bank in banks.items():
        table.add("phone path", name, reporting, bank)


def learning_curve(table: Table, part: str, taught: Sequence[Case], reporting: Sequence[Case]) -> None:
    """Teach the live bank transcript by transcript; the reported cases are other callers'."""
    corrected, terms = wrong(taught), known_terms(glossary())
    for step in [step for step in STEPS if step <= len(corrected)]:
        bank = live_bank(active_after(lessons_of(corrected[:step], terms), first_entries()))
        table.add(part, f"live, {step} corrections", reporting, bank)


def side_by_side(table: Table, tuning: Sequence[Case], reporting: Sequence[Case]) -> None:
    """Measure each way to say that two phrases are alike, with the limits that are best on the tuning cases."""
    for name, make in methods(first_entries(), glossary()).items():
        firing = Firing() if name == "hybrid" else tune(make, tuning)
        limits = "" if name == "hybrid" else f" (distance {firing.distance:.2f}, margin {firing.margin:.2f})"
        table.add("methods", name + limits, reporting, make(firing))


def terms_cell(found: Sequence[bool], seed: int) -> str | None:
    """Write the share of planted terms that are not in the text, in percent with its interval."""
    if not found:
        return None
    wrong = [100.0 * (not each) for each in found]
    low, high = bootstrap_interval(wrong, seed)
    return f"{sum(wrong) / len(wrong):.1f} [{low:.1f}, {high:.1f}]"
