"""What came of an experiment: figures of each variant with their bounds, and a verdict in plain words."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from statistics import fmean, median
from typing import TYPE_CHECKING, Any

from ivr.experiments.statistics import (
    Interval,
    Share,
    bounded,
    calls_needed,
    fairness,
    mean_of,
    median_of,
    newcombe,
    of_units,
    wilson,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ivr.experiments.definition import Experiment
    from ivr.experiments.statistics import Numbers

FEW = 30
"""Calls of a variant under which nothing is said about it."""
UNFAIR = 0.001
"""A draw as uneven as this, or more, is a fault and no chance."""
USUAL_SHARE = 0.7
"""Taken for the goal's share until there are calls."""


@dataclass(frozen=True, slots=True)
class CallResult:
    """What counts of one call that is over; None = not measured."""

    variant: str
    unit: str
    """What was drawn: the call or its caller."""
    contained: bool
    """It ended, as conversations do, without a person."""
    completed: bool
    duration: float
    """Seconds."""
    sentiment: float | None = None
    latency_ms: float | None = None
    """Median silence before the agent's answers."""
    cost: float | None = None
    """Dollars of hosted models whose price is known."""


@dataclass(frozen=True, slots=True)
class Figures:
    """A variant's figures; ``against`` has by how much they are greater than those of the first variant."""

    variant: str
    changes: str
    calls: int
    units: int
    figures: Mapping[str, Interval] = field(default_factory=dict)
    against: Mapping[str, Interval] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Report:
    """All of it; ``needed`` calls of each variant are wanted before it may be decided."""

    variants: Sequence[Figures]
    needed: int
    fair: bool
    fairness: float
    verdict: Sequence[str]

    def document(self) -> dict[str, Any]:
        """Give it as programs read it."""
        return asdict(self)


SHARES: dict[str, Callable[[CallResult], float | None]] = {
    "contained": lambda call: float(call.contained),
    "completed": lambda call: float(call.completed),
}
MEANS: dict[str, Callable[[CallResult], float | None]] = {
    "sentiment": lambda call: call.sentiment,
    "duration": lambda call: call.duration,
    "latency_ms": lambda call: call.latency_ms,
    "cost": lambda call: call.cost,
}


def report(experiment: Experiment, results: Sequence[CallResult]) -> Report:
    """Compare the variants; where callers are drawn, their calls are taken together."""
    by_variant = {name: [call for call in results if call.variant == name] for name in experiment.variants}
    control = next(iter(by_variant))
    confidence = 1 - 0.05 / (len(by_variant) - 1)  # several comparisons with one control: Bonferroni
    shown = []
    for name, calls in by_variant.items():
        against = {} if name == control else _differences(experiment, by_variant[control], calls, confidence)
        units = len({call.unit for call in calls})
        changed = experiment.variants[name].described()
        shown.append(Figures(name, changed, len(calls), units, _figures(experiment, calls), against))
    weights = [variant.weight for variant in experiment.variants.values()]
    chance = fairness([figures.units for figures in shown], weights)
    goal = shown[0].figures.get(experiment.goal)
    needed = calls_needed(goal.value if goal else USUAL_SHARE, experiment.detect, confidence)
    return Report(shown, needed, chance >= UNFAIR, chance, _verdict(experiment, shown, needed, chance))


def _figures(experiment: Experiment, calls: Sequence[CallResult]) -> dict[str, Interval]:
    found = {}
    for name, value_of in (SHARES | MEANS).items():
        units = _by_unit(calls, value_of)
        if not units:
            continue
        if name in SHARES and experiment.by == "call":
            found[name] = wilson(_share(units))
        else:
            found[name] = bounded(_value(name, units), of_units(units, _statistic(name)))
    return found


def _differences(
    experiment: Experiment, control: Sequence[CallResult], calls: Sequence[CallResult], confidence: float
) -> dict[str, Interval]:
    found = {}
    for name, value_of in (SHARES | MEANS).items():
        first, second = _by_unit(control, value_of), _by_unit(calls, value_of)
        if not (first and second):
            continue
        if name in SHARES and experiment.by == "call":
            found[name] = newcombe(_share(first), _share(second), confidence)
        else:
            draws = of_units(second, _statistic(name), 1) - of_units(first, _statistic(name))
            found[name] = bounded(_value(name, second) - _value(name, first), draws, confidence)
    return found


def _by_unit(calls: Sequence[CallResult], value_of: Callable[[CallResult], float | None]) -> list[list[float]]:
    units: dict[str, list[float]] = {}
    for call in calls:
        value = value_of(call)
        if value is not None:
            units.setdefault(call.unit, []).append(value)
    return list(units.values())


def _share(units: Sequence[Sequence[float]]) -> Share:
    return Share(round(sum(map(sum, units))), sum(map(len, units)))


def _statistic(name: str) -> Callable[[Numbers, Numbers], Numbers]:
    return median_of if name == "latency_ms" else mean_of


def _value(name: str, units: Sequence[Sequence[float]]) -> float:
    if name == "latency_ms":
        return median(fmean(unit) for unit in units)
    return fmean(value for unit in units for value in unit)


# --- in words ---------------------------------------------------------------------------------


def _verdict(experiment: Experiment, shown: Sequence[Figures], needed: int, chance: float) -> list[str]:
    control, *others = shown
    told = []
    if chance < UNFAIR:
        told.append(
            f"Do not decide on this: the calls are shared out otherwise than the weights say (p = {chance:.2g}), so "
            "some were lost on the way. Look at failed calls and at `ivr logs calls` first."
        )
    return [*told, *(_compared(experiment.goal, control, one, needed) for one in others)]


def _compared(goal: str, control: Figures, one: Figures, needed: int) -> str:
    least = min(control.calls, one.calls)
    if least < FEW:
        return f"{one.variant}: not enough calls yet ({least} of about {needed} of each variant)."
    bounds = one.against[goal]
    how = f"{_points(bounds.value)} points {goal} against {control.variant}"
    how += f" [{_points(bounds.low)}, {_points(bounds.high)}]"
    if least < needed:
        return (
            f"{one.variant}: not enough calls yet ({least} of about {needed} of each variant). So far {how}; who "
            "decides at the first difference that shows finds many that are none."
        )
    if bounds.low > 0:
        return f"{one.variant} is better: {how}."
    if bounds.high < 0:
        return f"{one.variant} is worse: {how}."
    return f"{one.variant}: no difference shows: {how}."


def _points(share: float) -> str:
    return f"{100 * share:+.1f}"
