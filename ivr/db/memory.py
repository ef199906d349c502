"""What is kept of customers from one call to the next, for so many days. Functions take an open Session."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from typing import TYPE_CHECKING

from sqlalchemy import delete, or_, select
from sqlalchemy.exc import SQLAlchemyError

from ivr.db.memory_tables import CustomerMemory
from ivr.db.session import reading
from ivr.dialogue.conversation import Message
from ivr.dialogue.memory import Remembered
from ivr.dialogue.summary import summary_of
from ivr.dialogue.tools import ToolCall, ToolResult
from ivr.errors import StorageError

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from ivr.metadata import RecordingMetadata

log = logging.getLogger(__name__)

PATIENCE = 0.5
"""Seconds that a call waits for its customer's memory at most."""


def remember(session: Session, tenant: str, metadata: RecordingMetadata, days: int) -> None:
    """Keep what a call came to, and drop what is older than ``days``; with 0 nothing is kept. Safe to repeat."""
    now = metadata.call.ended_at or dt.datetime.now(dt.UTC)
    oldest = now - dt.timedelta(days=days)
    session.execute(delete(CustomerMemory).where(CustomerMemory.tenant == tenant, CustomerMemory.at < oldest))
    forget(session, metadata.conversation_id)
    summary = summary_of(conversation_of(metadata))
    if not days or not summary.wishes or not (summary.account or metadata.call.caller):
        return
    promised = [
        f"{deed.data.get('date')} {deed.data.get('time')}" for deed in summary.done if deed.name == "schedule_callback"
    ]
    note = {
        "wishes": list(summary.wishes),
        "open": list(summary.open),
        "promised": promised,
        "upset": summary.upset or bool(metadata.alerts),
        "language": metadata.transcription.language,
        "text": summary.for_people(),
    }
    session.add(
        CustomerMemory(
            tenant=tenant,
            account_id=summary.account,
            caller=metadata.call.caller,
            call_id=metadata.conversation_id,
            at=now,
            note=note,
        )
    )


def recall(session: Session, tenant: str, account: str, caller: str, since: dt.datetime) -> Remembered | None:
    """Give the last call about an account, or from this number where no account was opened then; None for neither."""
    mine = CustomerMemory.account_id == account
    if caller:
        mine = or_(mine, (CustomerMemory.account_id == "") & (CustomerMemory.caller == caller))
    row = session.scalar(
        select(CustomerMemory)
        .where(CustomerMemory.tenant == tenant, CustomerMemory.at >= since, mine)
        .order_by(CustomerMemory.at.desc())
        .limit(1)
    )
    if row is None:
        return None
    note = row.note
    return Remembered(
        row.at.astimezone().date(),
        tuple(note["wishes"]),
        tuple(note["open"]),
        tuple(note["promised"]),
        upset=bool(note["upset"]),
        language=str(note["language"]),
        text=str(note["text"]),
    )


def forget(session: Session, call_id: str) -> None:
    """Remove what is kept of one call."""
    session.execute(delete(CustomerMemory).where(CustomerMemory.call_id == call_id))


def conversation_of(metadata: RecordingMetadata) -> list[Message]:
    """Put a call's turns and functions back into the order in which they were."""
    entries: list[tuple[float, int, list[Message]]] = []
    for number, turn in enumerate(metadata.turns):
        role = "user" if turn.who == "caller" else "assistant"
        entries.append((turn.end if role == "user" else turn.start, number, [_turn(role, turn.heard, turn.by_keys)]))
    for number, tool in enumerate(metadata.tools):
        call = ToolCall(tool.name, tool.arguments, f"{tool.name}-{number}")
        result = ToolResult(call.call_id, tool.name, ok=tool.ok, data=tool.data, error=tool.error)
        entries.append((tool.at, number, [Message("assistant", call=call), Message("tool", result=result)]))
    return [message for _, _, messages in sorted(entries, key=lambda entry: entry[:2]) for message in messages]


def _turn(role: str, text: str, by_keys: bool) -> Message:
    return Message("user", text, by_keys=by_keys) if role == "user" else Message("assistant", text)


class Memories:
    """Recalls beside a call: a database that is away or slow costs the caller nothing but the memory."""

    def __init__(self, engine: Engine, tenant: str, days: int) -> None:
        self._engine = engine
        self._tenant = tenant
        self._days = days

    async def __call__(self, account: str, caller: str) -> Remembered | None:
        """Recall the customer whose account was opened in this call."""
        try:
            return await asyncio.wait_for(asyncio.to_thread(self._read, account, caller), PATIENCE)
        except (TimeoutError, StorageError, SQLAlchemyError) as error:
            log.warning("what earlier calls came to is not known: %s", error or "the database is slow")
            return None

    def _read(self, account: str, caller: str) -> Remembered | None:
        since = dt.datetime.now(dt.UTC) - dt.timedelta(days=self._days)
        with reading(self._engine) as session:
            return recall(session, self._tenant, account, caller, since)
