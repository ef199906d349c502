"""The calls of one person, and marks, on both databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.db.marks import bin_recording, hold_recording, marked
from ivr.db.person import calls_of, forget_call, forget_number
from ivr.db.queries import Worker, erase_call, write_call
from ivr.db.session import reading, writing
from ivr.errors import MisuseError, RecordingHeld, RecordingNotFound
from ivr.metadata import ToolRecord
from ivr.trials.stored import BEGIN, stored_call
from ivr.web.backend import RecordingPaging
from ivr.web.records import DatabaseRecords

if TYPE_CHECKING:
    from sqlalchemy import Engine


def test_a_persons_calls_are_found_by_number_by_what_was_named_and_by_what_was_asked_for(database: Engine) -> None:
    calls = [stored_call(number) for number in range(5)]
    for call in calls:
        call.analysis.entities, call.call.caller = [], "600000000"
    calls[0].call.caller = "+34654321987"
    calls[1].analysis.entities = [{"type": "phone", "value": "654321987"}]
    calls[2].analysis.entities = [{"type": "nie", "value": "X1234567L"}]
    calls[3].tools = [ToolRecord(name="get_account_balance", arguments={"account_id": "123456"})]
    with writing(database) as session:
        for call in calls:
            write_call(session, call, Worker(1, "here"), ended=True)
    with reading(database) as session:
        assert [item[0] for item in calls_of(session, "654 32 19 87", None)] == ["rec_000000", "rec_000001"]
        assert [item[0] for item in calls_of(session, None, "X1234567L")] == ["rec_000002"]
        assert calls_of(session, None, "123456") == [("rec_000003", "000003")]
        assert calls_of(session, "654321988", "12345") == []
    with writing(database) as session:
        assert forget_call(session, "000003") == 0
        assert forget_number(session, "654321987") == 0


def test_marks_go_with_the_recording_and_not_before(database: Engine) -> None:
    with writing(database) as session:
        write_call(session, stored_call(1), Worker(1, "here"), ended=True)
        bin_recording(session, "rec_000001", "by hand", BEGIN)
        assert [mark.binned_because for mark in marked(session, held=False)] == ["by hand"]
        hold_recording(session, "rec_000001", "case 7", BEGIN)
        assert marked(session, held=False) == []
    with writing(database) as session, pytest.raises(RecordingHeld):
        bin_recording(session, "rec_000001", "again", BEGIN)
    with writing(database) as session, pytest.raises(MisuseError):
        hold_recording(session, "rec_000001", " ", BEGIN)
    with writing(database) as session, pytest.raises(RecordingNotFound):
        bin_recording(session, "rec_9", "x", BEGIN)
    with writing(database) as session:
        erase_call(session, "rec_000001")
        assert marked(session, held=True) == []


def test_the_api_marks_what_is_in_the_database(database: Engine) -> None:
    with writing(database) as session:
        write_call(session, stored_call(1), Worker(1, "here"), ended=True)
    records = DatabaseRecords(database)
    records.mark("rec_000001", "bin", "over the API")
    assert records.recordings(RecordingPaging()).total == 0
    assert records.recordings(RecordingPaging(binned=True)).total == 1
    records.mark("rec_000001", "restore", "")
    records.mark("rec_000001", "hold", "case 7")
    with pytest.raises(RecordingHeld):
        records.mark("rec_000001", "bin", "x")
    records.mark("rec_000001", "release", "")
    records.mark("rec_000001", "bin", "x")
    assert [item.recording_id for item in records.each_recording(RecordingPaging(binned=True))] == ["rec_000001"]
