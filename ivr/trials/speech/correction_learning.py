"""People correct transcripts, one after the other, and the bank learns from them as it does in production."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.language.correction.ledger import Event, What, judge
from ivr.language.correction.lessons import lessons
from ivr.language.correction.values import Entry, State
from ivr.trials.speech.stt_scores import score

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ivr.trials.speech.correction_scores import Case

STEPS = 0, 10, 25, 50, 100, 200, 350, 500
"""Transcripts that people have put right by then."""
USER = "trial"


def wrong(cases: Iterable[Case]) -> list[Case]:
    """List the transcripts that somebody had to put right."""
    return [case for case in cases if score(case.said, case.raw).errors]


def lessons_of(cases: Iterable[Case], terms: frozenset[str]) -> list[Entry]:
    """List what people teach who put these transcripts right, in order, each lesson as often as it is given."""
    return [lesson for case in cases for lesson in lessons(case.raw, case.said, terms)]


def active_after(taught: Sequence[Entry], shipped: Sequence[Entry]) -> list[Entry]:
    """Give the corrections that may fire once all of these were taught."""
    events: dict[Entry, list[Event]] = {}
    for entry in (*shipped, *taught):
        alone = replace(entry, before=frozenset(), after=frozenset(), entry_id=None)
        events.setdefault(alone, []).append(Event(What.TAUGHT, USER, entry.before, entry.after))
    standings = [judge(entry, happened) for entry, happened in events.items()]
    return [standing.entry for standing in standings if standing.state is State.ACTIVE]
