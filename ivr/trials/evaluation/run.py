"""Runs suites: each scenario so many times, one call after the other, judged as soon as it is over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from ivr.trials.evaluation.judging import judge
from ivr.trials.evaluation.scoring import Problem, Score, Trial

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from ivr.trials.evaluation.record import CallRecord
    from ivr.trials.evaluation.suite import Scenario, Suite


class Mode(Protocol):
    """How calls are held."""

    async def hold(self, suite: Suite, scenario: Scenario, variant: int) -> CallRecord:
        """Hold one."""
        ...

    async def aclose(self) -> None:
        """Close connections."""
        ...


def chosen(suites: Sequence[Suite], only: Sequence[str]) -> list[tuple[Suite, Scenario]]:
    """List the scenarios whose names hold one of ``only``, all of them without any."""
    return [
        (suite, scenario)
        for suite in suites
        for scenario in suite.scenarios
        if not only or any(part.casefold() in scenario.name.casefold() for part in only)
    ]


async def run(mode: Mode, scenarios: Sequence[tuple[Suite, Scenario]], repeat: int, seed: int) -> AsyncIterator[Score]:
    """Hold every scenario ``repeat`` times; each time says its things in the next of their variants."""
    for suite, scenario in scenarios:
        trials = []
        for number in range(repeat):
            record = await mode.hold(suite, scenario, seed + number)
            findings = judge(scenario, record)
            problems = [
                Problem(suite.name, suite.line(scenario, *one.place), one.problem) for one in findings if one.problem
            ]
            trials.append(Trial(record, findings, problems))
        yield Score(suite.name, suite.line(scenario), scenario.name, trials)
