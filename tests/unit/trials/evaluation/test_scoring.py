from __future__ import annotations

import json

import pytest

from ivr.trials.evaluation.judging import Finding
from ivr.trials.evaluation.record import CallRecord, Exchange
from ivr.trials.evaluation.scoring import Problem, Score, Trial, pass_hat, percentiles, report


def trial(passed: bool, ms: float = 10.0) -> Trial:
    problem = "" if passed else "wrong"
    record = CallRecord([Exchange("a", "a", "b", ms=ms)], "completed", models=[MODEL])
    return Trial(record, [Finding(("steps", 0, "expect"), problem)], [] if passed else [Problem("x.yaml", 3, problem)])


MODEL = {"provider": "llamacpp", "outcome": "answered", "tokens_in": 5, "tokens_out": 2, "cost": None}


def score(*passed: bool) -> Score:
    return Score("x.yaml", 1, "x", [trial(one) for one in passed])


def test_a_scenario_passes_when_each_of_its_calls_does() -> None:
    assert score(True, True).passed
    assert not score(True, False).passed


def test_pass_hat_k_is_the_chance_that_k_calls_all_pass() -> None:
    scores = [score(True, True, True, True), score(True, True, False, False)]
    assert pass_hat(scores, 1) == pytest.approx(0.75)
    assert pass_hat(scores, 2) == pytest.approx((1 + 1 / 6) / 2)
    assert pass_hat(scores, 4) == pytest.approx(0.5)


def test_the_report_sums_up_and_is_json() -> None:
    told = json.loads(json.dumps(report([score(True, True), score(True, False)])))
    assert (told["ok"], told["passed"], told["total"], told["score"]) == (False, 1, 2, 0.5)
    assert told["expectations"] == {"met": 3, "total": 4}
    assert told["pass_hat_k"] == {"1": 0.75, "2": 0.5}
    assert told["models"]["llamacpp"] == {"answered": 4, "tokens_in": 20, "tokens_out": 8, "cost": 0}
    assert told["scenarios"][1]["trials"][1]["problems"] == [{"file": "x.yaml", "line": 3, "problem": "wrong"}]
    assert report([score(True)])["ok"]


def test_few_times_have_percentiles_too() -> None:
    assert percentiles([]) == {"p50": None, "p95": None}
    assert percentiles([7.0]) == {"p50": 7.0, "p95": 7.0}
    assert percentiles([1.0, 3.0]) == {"p50": 2.0, "p95": 2.9}
