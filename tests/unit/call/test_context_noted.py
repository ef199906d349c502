"""What a conversation shows is kept with each turn: in the metadata, in the recorder's journal, after a broken call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.call.journal import journal_line, read_journal
from ivr.dialogue.conversation import Speech
from ivr.metadata import RecordingMetadata, read_metadata
from ivr.ports import HangUp

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.call.conftest import FakeCall

TURNS = (
    ("Quiero cambiar el correo.", "¿Cuál es el nuevo?"),
    ("¿A qué hora abren?", "A las nueve."),
    ("Que a qué hora abren.", "Abrimos a las nueve."),
    ("Esto es una vergüenza, estoy harto, siempre igual.", "Lo siento."),
    ("Dígame cuánto debo de saldo.", "¿Su cuenta?"),
    ("Quiero hablar con una persona.", "Le paso."),
)


async def held(call: FakeCall) -> RecordingMetadata:
    await call.start()
    await call.ticks(1)
    for said, answer in TURNS:
        await call.say(said, [Speech(answer)])
        await call.ticks(1)
    call.session.leave(HangUp(16))
    await call.ticks(0.1)
    await call.over()
    assert call.book.metadata is not None
    return call.book.metadata


async def test_each_caller_turn_keeps_what_it_shows(call: FakeCall) -> None:
    metadata = await held(call)
    found = {turn.text: turn.context for turn in metadata.turns if turn.who == "caller"}
    assert [text for text, _ in TURNS] == list(found)
    assert found["Quiero cambiar el correo."] == {}
    assert found["Que a qué hora abren."]["repeats"] == 1
    assert found["Esto es una vergüenza, estoy harto, siempre igual."]["frustrated"] is True
    switched = found["Dígame cuánto debo de saldo."]
    assert (switched["switched"], switched["abandoned"]) == (True, ["contact"])
    assert found["Quiero hablar con una persona."]["person"] == "asked"
    assert all(turn.context == {} for turn in metadata.turns if turn.who == "agent")


async def test_a_recording_s_file_and_the_journal_of_a_broken_call_tell_it_too(call: FakeCall, tmp_path: Path) -> None:
    metadata = await held(call)
    again = read_metadata(metadata.model_dump_json())
    assert [turn.context for turn in again.turns] == [turn.context for turn in metadata.turns]
    journal = tmp_path / "c1.journal.jsonl"
    turns = [journal_line("turn", turn.model_dump(mode="json")) for turn in metadata.turns]
    journal.write_bytes(
        b"".join([journal_line("start", {"recording_id": "rec_c1", "conversation_id": "c1"}, rate=8000), *turns])
    )
    told = read_journal(journal)
    assert told.start is not None
    assert [turn.context for turn in told.onto(told.start).turns] == [turn.context for turn in metadata.turns]
