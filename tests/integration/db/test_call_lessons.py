"""A call that is over teaches the correction bank."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from ivr.db.book import DatabaseBook
from ivr.db.call_lessons import exchanges
from ivr.db.corrections import CorrectionsWanted, active_entries, list_corrections, teach
from ivr.db.session import reading, writing
from ivr.language.correction.values import Entry, State
from ivr.metadata import CallRecord, RecordingMetadata, TurnRecord

if TYPE_CHECKING:
    from sqlalchemy import Engine

Who = Literal["caller", "agent"]


def turn(who: Who, text: str, **more: object) -> TurnRecord:
    return TurnRecord.model_validate({"who": who, "start": 0.0, "end": 1.0, "text": text, "heard": text, **more})


def call(number: int, *turns: TurnRecord) -> RecordingMetadata:
    return RecordingMetadata(
        recording_id=f"rec_{number}",
        conversation_id=str(number),
        call=CallRecord(caller=f"60011122{number}"),
        turns=list(turns),
    )


def made(entry_id: int | None) -> list[dict[str, object]]:
    return [{"heard": "salgo", "meant": "saldo", "entry_id": entry_id}]


def test_turns_are_read_in_exchanges_as_they_were_recognised() -> None:
    turns = [
        turn("agent", "Hola."),
        turn("caller", "quiero el saldo", raw="quiero el salgo", corrections=made(3)),
        turn("caller", "600111222", by_keys=True),
        turn("agent", "¿Su saldo?"),
        turn("caller", "Sí."),
    ]
    first, last = exchanges(turns)
    assert (first.heard, first.reply, first.then) == ("quiero el salgo", "¿Su saldo?", "Sí.")
    assert [item.entry_id for item in first.made] == [3]
    assert (last.heard, last.reply, last.then) == ("Sí.", "", "")


async def test_callers_who_say_yes_to_the_right_word_make_it_a_correction(database: Engine) -> None:
    book = DatabaseBook(database, process=False, tenant="acme")
    for number in range(3):
        over = call(
            number,
            turn("caller", "quiero una porta bilirrad"),
            turn("agent", "¿Quiere una portabilidad?"),
            turn("caller", "Sí, eso."),
        )
        await book.opened(over)
        await book.closed(over)
        await book.closed(over)
    with reading(database) as session:
        (entry,) = active_entries(session, "acme")
    assert (entry.heard, entry.meant) == ("porta bilirrad", "portabilidad")


async def test_callers_who_deny_a_correction_end_it(database: Engine) -> None:
    with writing(database) as session:
        kept = teach(session, "acme", Entry("salgo", "saldo", before=frozenset({"el"})), "ana")
    book = DatabaseBook(database, process=False, tenant="acme")
    for number in range(2):
        over = call(
            number,
            turn("caller", "miro el saldo", raw="miro el salgo", corrections=made(kept.correction_id)),
            turn("agent", "¿Quiere su saldo?"),
            turn("caller", "No, no."),
        )
        await book.opened(over)
        await book.closed(over)
    with reading(database) as session:
        (demoted,), _ = list_corrections(session, CorrectionsWanted("acme"))
    assert (demoted.state, demoted.counts) == (State.DEMOTED, {"fired": 2, "confirmed": 0, "reverted": 2})
