"""A scenario as a softphone lives it, and what came of it put back in the scenario's order. Pure."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING

from ivr.dialogue.outcome import Outcome
from ivr.trials.evaluation.record import Called, CallRecord, Clarified, Exchange
from ivr.trials.evaluation.rejoinder import LABEL
from ivr.trials.scenario import HangUp, Over, Press, Say, Silence, Wait, WaitHangUp
from ivr.trials.scenario import Scenario as Lived

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.metadata import RecordingMetadata, TurnRecord
    from ivr.trials.caller import CallReport, Deed
    from ivr.trials.evaluation.suite import Scenario, Step, Suite
    from ivr.trials.scenario import Step as Doing

QUIET = 1.2
"""Silence after which the agent has finished: what is spoken live has breaths in it."""
MOVES_WITHIN = 14.0
"""Seconds that a transfer may take to say its words and move the caller."""
NEAR = 3.0
"""Seconds between what a caller did and the turn that the system took from it, at most."""


def as_lived(suite: Suite, scenario: Scenario, variant: int) -> Lived:
    """Write a scenario down as a softphone's caller does it."""
    steps: list[Doing] = []
    for step in scenario.steps:
        steps += _doings(step, variant)
    if Outcome.TRANSFERRED in scenario.ends:
        steps += [Wait(QUIET, rejoin=True), Silence(MOVES_WITHIN), HangUp()]
    elif set(scenario.ends) - {Outcome.CALLER_HUNG_UP}:
        steps += [Wait(QUIET, rejoin=True), WaitHangUp()]
    else:
        steps += [Wait(QUIET, rejoin=True), HangUp()]
    return Lived(scenario.name, tuple(steps), suite.voice(scenario), scenario.speed, scenario.noise)


def _doings(step: Step, variant: int) -> list[Doing]:
    after = None if step.interrupt_after is None else step.interrupt_after / 1000
    if step.say is not None:
        text = step.say[variant % len(step.say)]
        return [Wait(QUIET, rejoin=True), Say(text)] if after is None else [Over(text, after)]
    if step.dtmf is not None:
        return [Wait(QUIET, rejoin=True), Press(step.dtmf)] if after is None else [Press(step.dtmf, after)]
    if step.silence is not None:
        return [Wait(QUIET, rejoin=True), Silence(step.silence)]
    return []


@dataclass(frozen=True, slots=True)
class _Done:
    """A step that was done: when it was over on the system's axis, and what the system heard of it."""

    deed: Deed
    at: float
    heard: str


def record_of(
    scenario: Scenario, lived: CallReport, metadata: RecordingMetadata, gaps: Sequence[float | None]
) -> CallRecord:
    """Put what the system wrote down beside the steps; ``gaps``: seconds of silence after each deed, where known."""
    placed = _placed(lived.deeds, metadata.turns)
    own = [(one, gap) for one, gap in zip(placed, gaps, strict=True) if not _rejoins(one.deed)]
    done, gaps = [one for one, _ in own], [gap for _, gap in own]
    clarified = _clarified(placed, metadata.turns)
    starts = [one.at for one in done]
    answers: list[list[TurnRecord]] = [[] for _ in range(len(done) + 1)]
    calls: list[list[Called]] = [[] for _ in range(len(done) + 1)]
    for turn in metadata.turns:
        if turn.who == "agent":
            answers[bisect_right(starts, turn.start)].append(turn)
    for tool in metadata.tools:
        calls[bisect_right(starts, tool.at)].append(Called(tool.name, tool.arguments, tool.ok))
    record = CallRecord(outcome=str(metadata.call.outcome or ""), recording=str(lived.recording))
    record.failure = "" if _is_end(lived.failure) else lived.failure
    place = 0
    for number, step in enumerate(scenario.steps):
        if step.silence is not None:
            spoken, answers[place] = answers[place][1:], answers[place][:1]
            record.exchanges.append(Exchange("", "", _words(spoken)))
            continue
        if step.acts:
            place += 1
        if place > len(done):
            break
        one = done[place - 1] if step.acts else None
        silent = number + 1 < len(scenario.steps) and scenario.steps[number + 1].silence is not None
        turns = answers[place][:1] if silent else answers[place]
        gap = gaps[place - 1] if one is not None else None
        record.exchanges.append(replace(_exchange(one, turns, calls[place], gap), clarified=clarified[place]))
    return record


def _exchange(one: _Done | None, turns: Sequence[TurnRecord], calls: Sequence[Called], gap: float | None) -> Exchange:
    told = next((turn.latencies_ms.get("total") for turn in turns if turn.latencies_ms), None)
    ms = told if gap is None else gap * 1000
    cut = bool(turns) and turns[-1].interrupted
    said, heard = (one.deed.text, one.heard) if one is not None else ("", "")
    return Exchange(said, heard, _words(turns), tuple(calls), ms, cut)


def _rejoins(deed: Deed) -> bool:
    return isinstance(deed.step, Say) and deed.step.label == LABEL


def _clarified(placed: Sequence[_Done], turns: Sequence[TurnRecord]) -> list[tuple[Clarified, ...]]:
    """Give what was asked again after each step of the scenario, that before the first one included."""
    found: list[list[Clarified]] = [[]]
    for one in placed:
        if _rejoins(one.deed):
            asked = [turn.heard for turn in turns if turn.who == "agent" and turn.start < one.at]
            found[-1].append(Clarified(asked[-1] if asked else "", one.deed.text, one.heard))
        else:
            found.append([])
    return [tuple(each) for each in found]


def _words(turns: Sequence[TurnRecord]) -> str:
    return " ".join(turn.heard for turn in turns if turn.heard)


def _placed(deeds: Sequence[Deed], turns: Sequence[TurnRecord]) -> list[_Done]:
    """Find for each deed the turn that the system took from it; the phone's axis and the system's differ a little."""
    found = [_nearest(deed, turns) for deed in deeds]
    shift = median([turn.end - deed.span.end for deed, turn in zip(deeds, found, strict=True) if turn] or [0.0])
    return [
        _Done(deed, turn.end if turn else deed.span.end + shift, turn.text if turn else "")
        for deed, turn in zip(deeds, found, strict=True)
    ]


def _nearest(deed: Deed, turns: Sequence[TurnRecord]) -> TurnRecord | None:
    keys = isinstance(deed.step, Press)
    own = [turn for turn in turns if turn.who == "caller" and turn.by_keys == keys]
    nearest = min(own, key=lambda turn: abs(turn.end - deed.span.end), default=None)
    return nearest if nearest is not None and abs(nearest.end - deed.span.end) <= NEAR else None


def _is_end(failure: str) -> bool:
    """Tell whether a step could not be done because the agent had ended the call: the steps tell that themselves."""
    return not failure or failure.endswith("the agent hung up")
