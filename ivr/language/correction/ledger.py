"""What happened to a correction decides what it may do: each is a candidate until there is reason to trust it.

The ledger is the list of events of one correction in the order of time; its state is computed from that list alone.
A person who teaches is trusted at once, calls only when several callers agree. Whoever breaks right words is demoted.
The limits follow from real recognition errors, where rules learned from a single call broke 30 right words for each
one that they mended.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING

from ivr.language.correction.bank_file import needs_context
from ivr.language.correction.values import Entry, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class What(Enum):
    """What may happen to a correction."""

    TAUGHT = "taught"
    """A person said so (command line, API, a bank file)."""
    SUGGESTED = "suggested"
    """It came in a file, and nobody vouches for it."""
    HEARD = "heard"
    """In a call the word was put right by the caller, without this correction."""
    FIRED = "fired"
    """It changed a word in a call."""
    CONFIRMED = "confirmed"
    """It fired, and the caller agreed with what was made of it."""
    REVERTED = "reverted"
    """It fired, and the caller denied what was made of it."""
    REVOKED = "revoked"
    """A person took it back."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened; ``source`` is the person, or the caller of the call."""

    what: What
    source: str
    before: frozenset[str] = frozenset()
    after: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Trust:
    """How much must have happened."""

    callers: int = 3
    """Independent callers that make a candidate active."""
    callers_of_context: int = 2
    """Independent callers that must have used a neighbour before it counts as context."""
    reverted: int = 2
    """Reversions from which a correction may be demoted ..."""
    share: float = 0.25
    """... when they are more than this share of what was judged."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a correction stands; ``entry`` has the context that its events give it."""

    entry: Entry
    state: State
    why: str


@dataclass(slots=True)
class _Trial:
    """What counts since the correction was last taught or revoked."""

    taught: set[str] = field(default_factory=set)
    heard: set[str] = field(default_factory=set)
    confirmed: int = 0
    reverted: int = 0
    revoked_by: str = ""


def judge(entry: Entry, events: Iterable[Event], trust: Trust | None = None) -> Standing:
    """Say where a correction stands after its events, oldest first; they alone give it its context."""
    trust = trust or Trust()
    listed = list(events)
    known = _with_context(entry, listed, trust)
    return Standing(known, *_verdict(known, _replay(listed), trust))


def _replay(events: Iterable[Event]) -> _Trial:
    trial = _Trial()
    for event in events:
        match event.what:
            case What.TAUGHT:
                taught = trial.taught if not (trial.revoked_by or trial.reverted) else set()
                trial = _Trial(taught={*taught, event.source}, heard=trial.heard)
            case What.REVOKED:
                trial = _Trial(revoked_by=event.source)
            case What.HEARD:
                trial.heard.add(event.source)
            case What.CONFIRMED:
                trial.confirmed += 1
            case What.REVERTED:
                trial.reverted += 1
            case What.SUGGESTED | What.FIRED:
                pass
    return trial


def _verdict(entry: Entry, trial: _Trial, trust: Trust) -> tuple[State, str]:
    judged = trial.confirmed + trial.reverted
    if trial.revoked_by:
        return State.REVOKED, f"taken back by {trial.revoked_by}"
    if trial.reverted >= trust.reverted and trial.reverted > trust.share * judged:
        return State.DEMOTED, f"callers denied {trial.reverted} of {judged}"
    if not trial.taught and len(trial.heard) < trust.callers:
        return State.CANDIDATE, f"put right by {len(trial.heard)} of {trust.callers} callers"
    if needs_context(entry):
        return State.CANDIDATE, f"{entry.heard!r} is a common word: it needs the words that stand beside it"
    if trial.taught:
        return State.ACTIVE, f"taught by {', '.join(sorted(trial.taught))}"
    return State.ACTIVE, f"put right by {len(trial.heard)} callers"


def _with_context(entry: Entry, events: Sequence[Event], trust: Trust) -> Entry:
    """Give the entry the neighbours that people named, else those that several callers used.

    A side that somebody left open is open. A word that nobody says for itself is free of neighbours once somebody
    named none.
    """
    alone = replace(entry, before=frozenset(), after=frozenset())
    named = [event for event in events if event.what in {What.TAUGHT, What.SUGGESTED}]
    tied = [event for event in named if event.before or event.after]
    if tied and (needs_context(alone) or len(tied) == len(named)):
        before = _union(event.before for event in tied)
        return replace(alone, before=before, after=_union(event.after for event in tied))
    if named and not needs_context(alone):
        return alone
    heard = [event for event in events if event.what is What.HEARD]
    return replace(
        alone,
        before=_used(((event.source, event.before) for event in heard), trust),
        after=_used(((event.source, event.after) for event in heard), trust),
    )


def _union(sides: Iterable[frozenset[str]]) -> frozenset[str]:
    listed = list(sides)
    return frozenset().union(*listed) if all(listed) else frozenset()


def _used(sides: Iterable[tuple[str, frozenset[str]]], trust: Trust) -> frozenset[str]:
    callers: dict[str, set[str]] = {}
    for caller, words in sides:
        for word in words:
            callers.setdefault(word, set()).add(caller)
    return frozenset(word for word, who in callers.items() if len(who) >= trust.callers_of_context)
