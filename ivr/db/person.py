"""The traces of one person: which calls are theirs, and what was learnt or noted in those calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import String, cast, delete, literal, or_, select, update

from ivr.db.correction_tables import CorrectionEvent, CorrectionRow
from ivr.db.crm_tables import Callback, Cancellation, ContactChange
from ivr.db.memory_tables import CustomerMemory
from ivr.db.search import number_key
from ivr.db.search_tables import RecordingEntity, RecordingEntry
from ivr.db.tables import Call, ToolRun
from ivr.language.identifiers import phone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

NUMBERS = ("phone",)
PAPERS = ("dni", "nie", "account_id")


def calls_of(session: Session, number: str | None, paper: str | None) -> list[tuple[str, str]]:
    """Name the calls, (recording, call), from or to a number or in which the number or the DNI or account was named."""
    entry, entity = RecordingEntry, RecordingEntity
    found: set[tuple[str, str]] = set()
    named: list[tuple[tuple[str, ...], str]] = []
    if number:
        key = number_key(number)
        theirs = select(entry.recording_id, Call.call_id).join(Call, Call.recording_id == entry.recording_id)
        found |= {
            (row[0], row[1])
            for row in session.execute(theirs.where(or_(entry.caller_key == key, entry.called_key == key)))
        }
        named.append((NUMBERS, phone(number) or key))
    if paper:
        named.append((PAPERS, paper))
        memory = select(Call.recording_id, Call.call_id).join(CustomerMemory, CustomerMemory.call_id == Call.call_id)
        found |= {(row[0], row[1]) for row in session.execute(memory.where(CustomerMemory.account_id == paper))}
    for kinds, value in named:
        told = (
            select(entry.recording_id, Call.call_id)
            .join(Call, Call.recording_id == entry.recording_id)
            .join(entity, entity.entry_id == entry.id)
            .where(entity.type.in_(kinds), entity.value == value)
        )
        asked = select(Call.recording_id, Call.call_id).join(ToolRun, ToolRun.call_id == Call.call_id)
        asked = asked.where(cast(ToolRun.arguments, String).contains(f'"{value}"', autoescape=True))
        for statement in (told, asked):
            found |= {(row[0], row[1]) for row in session.execute(statement)}
    return sorted(found)


def forget_call(session: Session, call_id: str) -> int:
    """Remove what was learnt and noted in a call: corrections that it alone taught, callbacks, changes, its memory."""
    taught = session.scalars(select(CorrectionEvent.correction_id).where(CorrectionEvent.call_id == call_id)).all()
    rows = _gone(session, delete(CorrectionEvent).where(CorrectionEvent.call_id == call_id))
    others = select(CorrectionEvent.correction_id)
    orphans = CorrectionRow.id.in_(taught), CorrectionRow.id.not_in(others)
    rows += _gone(session, delete(CorrectionRow).where(*orphans))
    session.execute(update(CorrectionRow).where(CorrectionRow.id.in_(taught)).values(before="", after=""))
    for table in (Callback, ContactChange, Cancellation, CustomerMemory):
        rows += _gone(session, delete(table).where(table.call_id == call_id))
    return rows


def forget_number(session: Session, number: str) -> int:
    """Remove memories and names of a number that no call has; corrections that others taught too lose its name."""
    key = number_key(number)
    numbers: Sequence[str] = sorted({number, key, phone(number) or key})
    session.execute(update(CorrectionRow).where(CorrectionRow.source.in_(numbers)).values(source=""))
    session.execute(update(CorrectionEvent).where(CorrectionEvent.source.in_(numbers)).values(source=""))
    return _gone(session, delete(CustomerMemory).where(CustomerMemory.caller.in_(numbers)))


def _gone(session: Session, statement: object) -> int:
    return len(session.execute(statement.returning(literal(1))).all())  # type: ignore[attr-defined]
