"""Adds trials up: which scenarios passed each time, the total score, and how likely k calls in a row all pass."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb
from statistics import fmean, quantiles
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.trials.evaluation.judging import Finding
    from ivr.trials.evaluation.record import CallRecord


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that failed, and where its expectation stands."""

    file: str
    line: int
    problem: str


@dataclass(frozen=True, slots=True)
class Trial:
    """One call of a scenario, judged."""

    record: CallRecord
    findings: Sequence[Finding]
    problems: Sequence[Problem]

    @property
    def passed(self) -> bool:
        """Whether everything was as expected."""
        return not self.problems


@dataclass(frozen=True, slots=True)
class Score:
    """A scenario's trials."""

    file: str
    line: int
    name: str
    trials: Sequence[Trial]

    @property
    def passes(self) -> int:
        """Count the trials that passed."""
        return sum(trial.passed for trial in self.trials)

    @property
    def passed(self) -> bool:
        """Whether each trial passed."""
        return self.passes == len(self.trials)

    @property
    def clarifications(self) -> int:
        """Count what the agent asked again, in all trials."""
        return sum(trial.record.clarifications for trial in self.trials)

    @property
    def times(self) -> list[float]:
        """List the milliseconds until each answer."""
        return [done.ms for trial in self.trials for done in trial.record.exchanges if done.ms is not None]

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON-able values."""
        return {
            "file": self.file,
            "line": self.line,
            "name": self.name,
            "passed": self.passed,
            "passes": self.passes,
            "trials": [_trial(trial) for trial in self.trials],
        }


def _trial(trial: Trial) -> dict[str, Any]:
    record = trial.record
    return {
        "passed": trial.passed,
        "outcome": record.outcome,
        "clarifications": record.clarifications,
        "problems": [{"file": one.file, "line": one.line, "problem": one.problem} for one in trial.problems],
        "turns": [done.as_dict() for done in record.exchanges],
        "models": [dict(model) for model in record.models],
        "recording": record.recording,
    }


def pass_hat(scores: Sequence[Score], k: int) -> float:
    """Estimate how likely k calls of a scenario all pass, over all scenarios (tau-bench's pass^k, 2406.12045)."""
    return fmean(comb(score.passes, k) / comb(len(score.trials), k) for score in scores)


def report(scores: Sequence[Score]) -> dict[str, Any]:
    """Sum up; ``score`` is the share of scenarios that passed each time, ``expectations`` that of all single ones."""
    findings = [finding for score in scores for trial in score.trials for finding in trial.findings]
    times = [ms for score in scores for ms in score.times]
    repeats = min(len(score.trials) for score in scores)
    passed = sum(score.passed for score in scores)
    return {
        "ok": passed == len(scores),
        "passed": passed,
        "total": len(scores),
        "score": round(passed / len(scores), 4),
        "expectations": {"met": sum(not one.problem for one in findings), "total": len(findings)},
        "pass_hat_k": {str(k): round(pass_hat(scores, k), 4) for k in range(1, repeats + 1)},
        "clarifications": sum(score.clarifications for score in scores),
        "answer_ms": percentiles(times),
        "models": _models(scores),
        "scenarios": [score.as_dict() for score in scores],
    }


def percentiles(values: Sequence[float]) -> dict[str, float | None]:
    """Give median and 95th percentile."""
    if len(values) < 2:  # noqa: PLR2004 - quantiles need two
        one = round(values[0], 1) if values else None
        return {"p50": one, "p95": one}
    cuts = quantiles(values, n=20, method="inclusive")
    return {"p50": round(cuts[9], 1), "p95": round(cuts[18], 1)}


def _models(scores: Sequence[Score]) -> dict[str, dict[str, float]]:
    """Count what each model did: answered, failed, dropped; tokens and dollars."""
    counted: dict[str, dict[str, float]] = {}
    for model in (model for score in scores for trial in score.trials for model in trial.record.models):
        counts = counted.setdefault(str(model["provider"]), {})
        counts[model["outcome"]] = counts.get(model["outcome"], 0) + 1
        for kind in ("tokens_in", "tokens_out", "cost"):
            counts[kind] = round(counts.get(kind, 0) + (model.get(kind) or 0), 8)
    return counted
