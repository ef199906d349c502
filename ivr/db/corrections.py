"""The correction bank in the database, each tenant with its own. Every function takes an open Session.

A correction's row says what its events make of it (``ivr.language.correction.ledger``); nothing else changes its state.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select

from ivr.db.correction_tables import CorrectionEvent, CorrectionRow
from ivr.errors import CorrectionNotFound, CorrectionRefused
from ivr.language.correction.bank_file import (
    BrokenRow,
    check_entry,
    first_entries,
    first_terms,
    known_terms,
    read_bank,
)
from ivr.language.correction.firing import folded
from ivr.language.correction.ledger import Event, What, judge
from ivr.language.correction.values import Entry, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy.orm import Session

    from ivr.language.correction.statements import Statement

SHIPPED = "shipped"
"""Who taught the corrections that every bank begins with."""
COUNTED = (What.FIRED, What.CONFIRMED, What.REVERTED)
VOUCHING = (What.TAUGHT, What.SUGGESTED, What.HEARD, What.REVOKED)
NEWEST = 200
"""Judgements by callers that count: what was right last year may be wrong today."""


@dataclass(frozen=True, slots=True)
class CorrectionsWanted:
    """Which corrections are wanted; ``text`` is part of what was heard or meant."""

    tenant: str
    state: State | None = None
    text: str = ""
    limit: int = 100
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Kept:
    """A correction as it stands."""

    correction_id: int
    entry: Entry
    state: State
    why: str
    source: str
    counts: Mapping[str, int]
    """Calls in which it fired, was confirmed, was reverted."""
    created_at: datetime
    changed_at: datetime

    def row(self) -> dict[str, object]:
        """Give it as lists, files and the API show it."""
        return {
            "id": self.correction_id,
            "heard": self.entry.heard,
            "meant": self.entry.meant,
            "kind": self.entry.kind,
            "before": _written(self.entry.before),
            "after": _written(self.entry.after),
            "state": self.state.value,
            "why": self.why,
            "source": self.source,
            **self.counts,
            "created_at": self.created_at.isoformat(timespec="seconds"),
            "changed_at": self.changed_at.isoformat(timespec="seconds"),
        }


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a bank file."""

    loaded: int
    broken: tuple[BrokenRow, ...]


def ship(session: Session, tenant: str) -> int:
    """Teach a tenant the corrections that every bank begins with; what it has already, revoked or not, stays."""
    shipped = select(CorrectionRow.heard, CorrectionRow.meant).where(
        CorrectionRow.tenant == tenant, CorrectionRow.source == SHIPPED
    )
    have = {(heard, meant) for heard, meant in session.execute(shipped)}
    fresh = [entry for entry in first_entries() if (folded(entry.heard), entry.meant) not in have]
    for entry in fresh:
        teach(session, tenant, entry, SHIPPED)
    return len(fresh)


def teach(session: Session, tenant: str, entry: Entry, who: str) -> Kept:
    """Take a correction from a person; CorrectionRefused says why it can never be one."""
    return _note(session, _row(session, tenant, entry, who), Event(What.TAUGHT, who, entry.before, entry.after))


def suggest(session: Session, tenant: str, entry: Entry, who: str) -> Kept:
    """Keep a correction as a candidate that nobody has vouched for."""
    return _note(session, _row(session, tenant, entry, who), Event(What.SUGGESTED, who, entry.before, entry.after))


def revoke(session: Session, tenant: str, correction_id: int, who: str) -> Kept:
    """Take a correction back for good, until somebody teaches it again; CorrectionNotFound."""
    return _note(session, _get(session, tenant, correction_id), Event(What.REVOKED, who))


def note_statements(session: Session, tenant: str, caller: str, call_id: str, found: Iterable[Statement]) -> int:
    """Write down what a call says about corrections; what the same call said before counts once."""
    noted = 0
    for item in found:
        row = session.get(CorrectionRow, item.entry_id) if item.entry_id is not None else None
        if row is None and item.what is What.HEARD:
            row = _row(session, tenant, item.entry, f"call {call_id}")
        if row is None or row.tenant != tenant:
            continue
        if _said_already(session, row, item.what, call_id):
            continue
        event = Event(item.what, caller or call_id, item.entry.before, item.entry.after)
        _note(session, row, event, call_id)
        noted += 1
    return noted


def terms_of(session: Session, tenant: str) -> frozenset[str]:
    """Give the words of the field, folded: the shipped ones, and what the tenant's corrections mean."""
    meant = select(CorrectionRow.meant).where(CorrectionRow.tenant == tenant, CorrectionRow.state == State.ACTIVE.value)
    return known_terms(first_terms()) | {folded(each) for each in session.scalars(meant)}


def active_entries(session: Session, tenant: str) -> tuple[Entry, ...]:
    """Give the corrections that may fire."""
    query = select(CorrectionRow).where(CorrectionRow.tenant == tenant, CorrectionRow.state == State.ACTIVE.value)
    return tuple(_entry(row) for row in session.scalars(query.order_by(CorrectionRow.id)))


def get_correction(session: Session, tenant: str, correction_id: int) -> Kept:
    """Give one correction; CorrectionNotFound."""
    return _kept(_get(session, tenant, correction_id))


def list_corrections(session: Session, wanted: CorrectionsWanted) -> tuple[Sequence[Kept], int]:
    """List corrections in the order of what was heard, and say how many there are in all."""
    query = select(CorrectionRow).where(CorrectionRow.tenant == wanted.tenant)
    if wanted.state is not None:
        query = query.where(CorrectionRow.state == wanted.state.value)
    if wanted.text:
        like = f"%{wanted.text.lower()}%"
        query = query.where(or_(CorrectionRow.heard.like(like), func.lower(CorrectionRow.meant).like(like)))
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    page = query.order_by(CorrectionRow.heard, CorrectionRow.id).limit(wanted.limit).offset(wanted.offset)
    return [_kept(row) for row in session.scalars(page)], total


def import_bank(session: Session, tenant: str, text: str, who: str) -> Imported:
    """Load a bank file: active rows are taught, candidates suggested, others left out; broken rows are told by line."""
    bank = read_bank(text)
    loaded = 0
    for entry, state in bank.entries:
        match state:
            case State.ACTIVE:
                teach(session, tenant, entry, who)
            case State.CANDIDATE:
                suggest(session, tenant, entry, who)
            case State.DEMOTED | State.REVOKED:
                continue
        loaded += 1
    return Imported(loaded, bank.broken)


def figures(session: Session, tenant: str) -> dict[str, int]:
    """Count corrections by state, and the calls in which they fired, were confirmed, were reverted."""
    mine = CorrectionRow.tenant == tenant
    states = Counter(session.scalars(select(CorrectionRow.state).where(mine)))
    sums = select(*(func.coalesce(func.sum(getattr(CorrectionRow, what.value)), 0) for what in COUNTED)).where(mine)
    counts = session.execute(sums).one()
    counted = {state.value: states[state.value] for state in State}
    return counted | {what.value: int(count) for what, count in zip(COUNTED, counts, strict=True)}


def _row(session: Session, tenant: str, entry: Entry, who: str) -> CorrectionRow:
    if problem := check_entry(entry):
        raise CorrectionRefused(f"{entry.heard!r} -> {entry.meant!r}: {problem}")
    heard = folded(entry.heard)
    same = select(CorrectionRow).where(
        CorrectionRow.tenant == tenant,
        CorrectionRow.heard == heard,
        CorrectionRow.meant == entry.meant,
        CorrectionRow.kind == entry.kind,
    )
    row = session.scalar(same)
    if row is None:
        now = datetime.now(UTC)
        row = CorrectionRow(
            tenant=tenant,
            heard=heard,
            meant=entry.meant,
            kind=entry.kind,
            source=who,
            created_at=now,
            changed_at=now,
        )
        session.add(row)
        session.flush()
    return row


def _get(session: Session, tenant: str, correction_id: int) -> CorrectionRow:
    row = session.get(CorrectionRow, correction_id)
    if row is None or row.tenant != tenant:
        raise CorrectionNotFound(f"the bank of {tenant!r} has no correction {correction_id}: ivr corrections list")
    return row


def _said_already(session: Session, row: CorrectionRow, what: What, call_id: str) -> bool:
    same = select(CorrectionEvent.id).where(
        CorrectionEvent.correction_id == row.id,
        CorrectionEvent.what == what.value,
        CorrectionEvent.call_id == call_id,
    )
    return session.scalar(same) is not None


def _note(session: Session, row: CorrectionRow, event: Event, call_id: str = "") -> Kept:
    """Write an event down and let the row say what its events now make of it."""
    row.changed_at = datetime.now(UTC)
    session.add(
        CorrectionEvent(
            correction_id=row.id,
            what=event.what.value,
            source=event.source,
            call_id=call_id,
            before=_written(event.before),
            after=_written(event.after),
            at=row.changed_at,
        )
    )
    session.flush()
    if event.what in COUNTED:
        setattr(row, event.what.value, getattr(row, event.what.value) + 1)
    standing = judge(_entry(row), _events(session, row))
    row.state, row.why = standing.state.value, standing.why
    row.before, row.after = _written(standing.entry.before), _written(standing.entry.after)
    session.flush()
    return _kept(row)


def _events(session: Session, row: CorrectionRow) -> list[Event]:
    """Read what counts: all that was taught, heard and revoked, and the newest judgements."""
    mine = select(CorrectionEvent).where(CorrectionEvent.correction_id == row.id)
    vouched = mine.where(CorrectionEvent.what.in_([what.value for what in VOUCHING]))
    judged = mine.where(CorrectionEvent.what.in_([What.CONFIRMED.value, What.REVERTED.value]))
    newest = judged.order_by(CorrectionEvent.id.desc()).limit(NEWEST)
    found = sorted([*session.scalars(vouched), *session.scalars(newest)], key=lambda event: event.id)
    return [
        Event(What(item.what), item.source, frozenset(item.before.split()), frozenset(item.after.split()))
        for item in found
    ]


def _kept(row: CorrectionRow) -> Kept:
    return Kept(
        correction_id=row.id,
        entry=_entry(row),
        state=State(row.state),
        why=row.why,
        source=row.source,
        counts={what.value: getattr(row, what.value) for what in COUNTED},
        created_at=row.created_at,
        changed_at=row.changed_at,
    )


def _entry(row: CorrectionRow) -> Entry:
    before, after = frozenset(row.before.split()), frozenset(row.after.split())
    return Entry(row.heard, row.meant, row.kind, before, after, row.id)


def _written(words: Iterable[str]) -> str:
    return " ".join(sorted(words))
