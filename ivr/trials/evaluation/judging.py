"""Compares a call with its scenario and tells in words what is not as it should be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.trials.evaluation.matching import alternatives, different, says

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ivr.trials.evaluation.record import Called, CallRecord, Exchange
    from ivr.trials.evaluation.suite import CalledFor, Row, Scenario, Step

    Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One expectation of a scenario, by its place in it; ``problem`` is empty where it was met."""

    place: Place
    problem: str = ""


def judge(scenario: Scenario, record: CallRecord) -> list[Finding]:
    """Judge every expectation of a scenario, those of steps first."""
    return list(_findings(scenario, record))


def _findings(scenario: Scenario, record: CallRecord) -> Iterator[Finding]:
    for number, step in enumerate(scenario.steps):
        place: Place = ("steps", number)
        if number >= len(record.exchanges):
            why = record.failure or f"the call was over ({record.outcome}) before this"
            yield Finding(place, why)
            return
        yield from _of_step(place, step, record.exchanges[number])
    if record.failure:
        yield Finding((), record.failure)
    every = [call for exchange in record.exchanges for call in exchange.calls]
    for number, wanted in enumerate(scenario.calls):
        yield Finding(("calls", number), _call_problem(wanted, every))
    if scenario.ends:
        ends = " or ".join(scenario.ends)
        yield Finding(("ends",), "" if record.outcome in scenario.ends else f"it ended {record.outcome}, not {ends}")
    for number, row in enumerate(scenario.database):
        yield Finding(("database", number), _row_problem(row, record))


def _of_step(place: Place, step: Step, done: Exchange) -> Iterator[Finding]:
    said = f'; the agent said: "{done.answer}"'
    if step.expect.any_of or step.expect.all_of:
        any_of = step.expect.any_of
        lacking = [pattern for pattern in step.expect.all_of if not says(pattern, done.answer)]
        if any_of and not any(says(pattern, done.answer) for pattern in any_of):
            lacking.insert(0, alternatives(any_of).strip("«»") if len(any_of) == 1 else alternatives(any_of))
        problem = f"not said: {', '.join(lacking)}{said}" if lacking else ""
        yield Finding((*place, "expect"), problem)
    for pattern in step.absent:
        yield Finding(
            (*place, "absent"), f"said, and must not be: {pattern}{said}" if says(pattern, done.answer) else ""
        )
    if step.calls is not None:
        yield from _of_calls(place, step.calls, done.calls)
    if step.within_ms is not None:
        yield Finding((*place, "within_ms"), _time_problem(step.within_ms, done.ms))


def _of_calls(place: Place, wanted: Sequence[CalledFor], ran: Sequence[Called]) -> Iterator[Finding]:
    if not wanted:
        yield Finding((*place, "calls"), f"no function should run; {_told(ran)} did" if ran else "")
    for number, one in enumerate(wanted):
        yield Finding((*place, "calls", number), _call_problem(one, ran))


def _call_problem(wanted: CalledFor, ran: Sequence[Called]) -> str:
    named = [call for call in ran if call.name == wanted.tool]
    right = [call for call in named if not different(wanted.arguments, call.arguments)]
    if wanted.times is not None and len(right) != wanted.times:
        return f"{wanted.tool} ran {len(right)} times, not {wanted.times}; what ran: {_told(ran)}"
    if wanted.times is not None or right:
        return ""
    if not named:
        return f"{wanted.tool} did not run; what ran: {_told(ran)}"
    return f"{wanted.tool} ran otherwise: {'; '.join(different(wanted.arguments, named[-1].arguments))}"


def _time_problem(wanted: int, ms: float | None) -> str:
    if ms is None:
        return "there was no answer to measure"
    return f"the answer began after {ms:.0f} ms, not within {wanted}" if ms > wanted else ""


def _row_problem(row: Row, record: CallRecord) -> str:
    found = [one for one in record.rows.get(row.table, ()) if not different(row.where, one)]
    where = ", ".join(f"{name}={value}" for name, value in row.where.items()) or "any"
    if row.count is not None and len(found) != row.count:
        return f"{row.table} has {len(found)} rows ({where}), not {row.count}"
    if row.count == 0:
        return ""
    if not found:
        return f"{row.table} has no row ({where})"
    differences = [different(row.has, one) for one in found]
    nearest = min(differences, key=len)
    return f"{row.table} ({where}): {'; '.join(nearest)}" if nearest else ""


def _told(ran: Sequence[Called]) -> str:
    return (
        ", ".join(
            f"{call.name}({', '.join(f'{name}={value}' for name, value in call.arguments.items())})" for call in ran
        )
        or "none"
    )
