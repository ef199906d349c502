"""What the correction bank learns from a call that is over."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from ivr.db.corrections import note_statements
from ivr.language.correction.bank_file import first_terms
from ivr.language.correction.statements import Exchange, Made, read_exchange

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy.orm import Session

    from ivr.metadata import RecordingMetadata, TurnRecord


def learn_from_call(session: Session, tenant: str, metadata: RecordingMetadata) -> int:
    """Write down what the caller's answers say about corrections; answers how much was new. Safe to repeat."""
    terms = [term.text for term in first_terms()]
    found = [item for exchange in exchanges(metadata.turns) for item in read_exchange(exchange, terms)]
    return note_statements(session, tenant, metadata.call.caller, metadata.conversation_id, found)


def exchanges(turns: Sequence[TurnRecord]) -> Iterator[Exchange]:
    """Give each caller turn that was spoken with the agent's reply and the caller's next turn, as far as there are."""
    runs = [(who, list(run)) for who, run in groupby(turns, key=lambda turn: turn.who)]
    for at, (who, run) in enumerate(runs):
        if who != "caller":
            continue
        reply, then = (list(part) for _, part in [*runs[at + 1 : at + 3], ("", ()), ("", ())][:2])
        spoken = [turn for turn in run if not turn.by_keys]
        made = tuple(
            Made(str(item["heard"]), str(item["meant"]), item.get("entry_id"))
            for turn in spoken
            for item in turn.corrections
        )
        yield Exchange(_said(spoken), made, _said(reply), _said(then))


def _said(turns: Sequence[TurnRecord]) -> str:
    return " ".join(turn.raw or turn.heard for turn in turns)
