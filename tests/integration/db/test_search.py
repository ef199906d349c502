"""Recordings are found by what is known of them, with the same answers from both databases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from ivr.db.migrate import migrate
from ivr.db.queries import Worker, erase_call, write_call
from ivr.db.search import RecordingsWanted, each_recording, search_recordings
from ivr.db.session import open_database, reading, writing
from ivr.errors import SearchRefused
from ivr.metadata import AnalysisRecord, TurnRecord
from ivr.trials.stored import BEGIN, searches, stored_call

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

    from ivr.metadata import RecordingMetadata

STORED = 300
MORE: tuple[dict[str, Any], ...] = (
    {"text": "FACTURAS"},
    {"text": "cobran líneas"},
    {"text": "lineas pagadas", "processed": False},
    {"text": "'; DROP TABLE recordings --"},
    {"text": 'NEAR("a" OR b*)'},
    {"text": "año niño pingüino"},
    {"text": "日本 привет"},
    {"entity": "0.00 EUR"},
    {"entity": "amount:1.00 EUR", "sentiment": "neutral"},
    {"number": "0034600000012"},
    {"number": "nadie"},
    {"longer_than": 5.0, "shorter_than": 5.0},
)


def write(database: Engine, *calls: RecordingMetadata) -> None:
    with writing(database) as session:
        for metadata in calls:
            write_call(session, metadata, Worker(1, "here"), ended=True)


def found(database: Engine, **wanted: Any) -> list[str]:
    with reading(database) as session:
        return [item.recording_id for item in search_recordings(session, RecordingsWanted(**wanted)).items]


def saying(number: int, *words: str) -> RecordingMetadata:
    turns = [TurnRecord(who="caller", start=0, end=1, text=part, heard=part) for part in words]
    return stored_call(number).model_copy(update={"turns": turns})


def walked(database: Engine, conditions: dict[str, Any]) -> list[tuple[str, ...]]:
    """Go through all pages; gives the ids of each."""
    pages: list[tuple[str, ...]] = []
    cursor = None
    with reading(database) as session:
        while True:
            page = search_recordings(session, RecordingsWanted(**conditions, cursor=cursor, limit=40))
            pages.append(tuple(item.recording_id for item in page.items))
            if page.next_cursor is None:
                return pages
            cursor = page.next_cursor


def test_both_databases_give_the_same_answers(tmp_path: Path, postgresql: str) -> None:
    small, large = open_database(f"sqlite:///{tmp_path}/ivr.sqlite"), open_database(postgresql)
    calls = [stored_call(number) for number in range(STORED)]
    for number in (7, 8, 9):  # began in the same moment
        calls[number].call.started_at = BEGIN
    calls.append(saying(STORED, "El año del niño y el pingüino", "日本 привет"))
    for database in (small, large):
        migrate(database)
        with writing(database) as session:
            session.execute(text("DELETE FROM calls"))
        write(database, *calls)
    answers = [(walked(small, each), walked(large, each)) for each in [*searches(STORED).values(), *MORE]]
    for one, other in answers:
        assert one == other
    small.dispose()
    large.dispose()
    assert sum(bool(one[0]) for one, _ in answers) >= len(searches(STORED))


@pytest.mark.parametrize("asked", ["facturas", "FACTURA", "cobraria", "cobraría", "cobrar", "adios", "Adiós", "no"])
def test_case_accents_and_endings_do_not_matter(database: Engine, asked: str) -> None:
    write(database, saying(1, "No me cobraría la factura. Adiós."), saying(2, "Buenas tardes"))
    assert found(database, text=asked) == ["rec_000001"]


def test_a_call_that_is_processed_is_found_by_what_was_heard_then(database: Engine) -> None:
    write(database, saying(1, "quiero el salgo"))
    assert found(database, text="saldo") == []
    better = saying(1, "quiero el saldo")
    better.analysis = AnalysisRecord(entities=[{"type": "dni", "value": "12345678Z"}])
    write(database, better)
    assert found(database, text="saldo") == found(database, entity="dni:12345678Z") == ["rec_000001"]
    assert found(database, text="salgo") == found(database, entity="phone") == []


def test_an_erased_recording_is_found_no_more(database: Engine) -> None:
    write(database, saying(1, "quiero el saldo"))
    with writing(database) as session:
        erase_call(session, "rec_000001")
    assert found(database, text="saldo") == found(database) == []
    with reading(database) as session:
        assert session.scalar(text("SELECT count(*) FROM recording_words")) == 0


def test_pages_follow_each_other_without_a_gap_while_new_calls_come_in(database: Engine) -> None:
    write(database, *(stored_call(number) for number in range(10)))
    with reading(database) as session:
        first = search_recordings(session, RecordingsWanted(limit=4))
    write(database, stored_call(10))
    with reading(database) as session:
        second = search_recordings(session, RecordingsWanted(limit=4, cursor=first.next_cursor))
        rest = list(each_recording(session, RecordingsWanted(cursor=second.next_cursor)))
    ids = [item.recording_id for item in [*first.items, *second.items, *rest]]
    assert ids == [f"rec_{number:06}" for number in range(9, -1, -1)]
    assert (first.total, second.total) == (10, None)


@pytest.mark.parametrize("cursor", ["x", "", "WzEsMl0", "ñ"])
def test_a_cursor_that_is_none_of_ours_is_refused(database: Engine, cursor: str) -> None:
    with reading(database) as session, pytest.raises(SearchRefused, match="leave it out"):
        search_recordings(session, RecordingsWanted(cursor=cursor))


def test_words_without_a_letter_are_refused(database: Engine) -> None:
    with reading(database) as session, pytest.raises(SearchRefused, match="no word"):
        search_recordings(session, RecordingsWanted(text="¿%?"))


def test_recordings_of_before_the_index_are_found_after_the_upgrade(database: Engine) -> None:
    write(database, saying(1, "quiero el saldo"))
    with writing(database) as session:
        session.execute(text("DELETE FROM recording_words"))
        session.execute(text("DELETE FROM recording_entries"))
    migrate(database)
    assert found(database, text="saldo") == ["rec_000001"]
