from __future__ import annotations

from typing import Any

import pytest

from ivr.trials.evaluation.judging import judge
from ivr.trials.evaluation.matching import different, same, says
from ivr.trials.evaluation.record import Called, CallRecord, Exchange
from ivr.trials.evaluation.suite import Scenario


def scenario(step: dict[str, Any], **more: Any) -> Scenario:
    return Scenario.model_validate({"name": "x", "steps": [{"say": "hola", **step}], **more})


def problems(wanted: Scenario, *exchanges: Exchange, outcome: str = "completed", **more: Any) -> list[str]:
    record = CallRecord(list(exchanges), outcome, **more)
    return [finding.problem for finding in judge(wanted, record) if finding.problem]


def answered(text: str, *calls: Called, ms: float | None = 100.0) -> Exchange:
    return Exchange("hola", "hola", text, calls, ms)


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("numero de cuenta", "¿Me dice su NÚMERO  de\ncuenta?", True),
        ("Avería", "hay una averia", True),
        (r"45[,.]50 €", "son 45,50 €", True),
        (r"\S+ñana", "MAÑANA", True),
        ("^no$", "no, gracias", False),
    ],
)
def test_a_pattern_is_found_whatever_the_accents_and_the_case(pattern: str, text: str, found: bool) -> None:
    assert says(pattern, text) is found


@pytest.mark.parametrize(
    ("wanted", "found", "right"),
    [
        ("López", "lopez", True),
        ("123456", 123456, True),
        (["a", "b"], "B", True),
        ({"matches": "^11:"}, "11:00", True),
        ({"matches": "^11:"}, None, False),
        (None, None, True),
        (None, "x", False),
        ("x", None, False),
    ],
)
def test_values_are_compared_as_people_do(wanted: object, found: object, right: bool) -> None:
    assert same(wanted, found) is right


def test_differences_are_told_in_words() -> None:
    assert different({"phone": ["1", {"matches": "^2"}], "day": "x", "ok": "y"}, {"phone": "3", "ok": "y"}) == [
        "phone is '3', not '1' or something like '^2'",
        "day is missing",
    ]


def test_what_was_not_said_is_told_with_what_was() -> None:
    wanted = scenario({"expect": {"any_of": ["saldo", "deuda"], "all_of": ["euros", "ayuda"]}, "absent": "ayuda"})
    assert problems(wanted, answered("Pida ayuda.")) == [
        'not said: «saldo» or «deuda», euros; the agent said: "Pida ayuda."',
        'said, and must not be: ayuda; the agent said: "Pida ayuda."',
    ]
    assert problems(scenario({"expect": "euros"}), answered("Son tres euros")) == []


def test_a_call_must_hold_the_wanted_arguments_and_may_hold_more() -> None:
    wanted = scenario({"calls": [{"tool": "pay", "arguments": {"a": "1"}}]})
    assert problems(wanted, answered("", Called("pay", {"a": "1", "b": "2"}))) == []
    assert problems(wanted, answered("", Called("pay", {"a": "2"}))) == ["pay ran otherwise: a is '2', not '1'"]
    assert problems(wanted, answered("", Called("end", {}))) == ["pay did not run; what ran: end()"]


def test_calls_are_counted_in_the_turn_and_in_the_call() -> None:
    twice = scenario({"calls": [{"tool": "pay", "times": 1}]}, calls=[{"tool": "pay", "times": 0}])
    assert problems(twice, answered("", Called("pay", {}), Called("pay", {}))) == [
        "pay ran 2 times, not 1; what ran: pay(), pay()",
        "pay ran 2 times, not 0; what ran: pay(), pay()",
    ]
    nothing = scenario({"calls": []})
    assert problems(nothing, answered("", Called("pay", {"a": 1}))) == ["no function should run; pay(a=1) did"]
    assert problems(scenario({}), answered("", Called("pay", {}))) == []


def test_time_and_end_are_judged() -> None:
    wanted = scenario({"within_ms": 200}, ends="completed")
    assert problems(wanted, answered("", ms=199.0)) == []
    assert problems(wanted, answered("", ms=350.2), outcome="transferred") == [
        "the answer began after 350 ms, not within 200",
        "it ended transferred, not completed",
    ]
    assert problems(wanted, answered("", ms=None)) == ["there was no answer to measure"]


def test_a_step_that_could_not_be_done_is_the_last_that_is_judged() -> None:
    wanted = Scenario.model_validate({"name": "x", "steps": [{"say": "a"}, {"say": "b"}, {"say": "c"}]})
    findings = judge(wanted, CallRecord([answered("")], "transferred"))
    assert [(one.place, one.problem) for one in findings] == [
        (("steps", 1), "the call was over (transferred) before this")
    ]
    broken = judge(wanted, CallRecord([answered("")], "agent_failed", failure="the model is away"))
    assert broken[-1].problem == "the model is away"


ROWS = {"callbacks": [{"phone": "1", "day": "a"}, {"phone": "1", "day": "b"}, {"phone": "2", "day": "a"}]}


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ({"where": {"phone": "1"}, "has": {"day": "b"}, "count": 2}, ""),
        ({"where": {"phone": "3"}, "count": 0}, ""),
        ({"where": {"phone": "1"}, "count": 1}, "callbacks has 2 rows (phone=1), not 1"),
        ({"where": {"phone": "3"}}, "callbacks has no row (phone=3)"),
        ({"has": {"day": "c"}}, "callbacks (any): day is 'a', not 'c'"),
    ],
)
def test_rows_of_the_database_are_judged(row: dict[str, Any], problem: str) -> None:
    wanted = scenario({}, database=[{"table": "callbacks", **row}])
    assert problems(wanted, answered(""), rows=ROWS) == ([problem] if problem else [])
