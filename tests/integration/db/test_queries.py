"""Calls and recordings, written and found again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from ivr.db.book import DatabaseBook
from ivr.db.figures import overview, totals
from ivr.db.leases import DatabaseQueue
from ivr.db.queries import (
    Worker,
    active_calls,
    end_forgotten,
    get_conversation,
    get_recording,
    list_calls,
    not_closed,
    unprocessed_ids,
    write_call,
)
from ivr.db.search import RecordingsWanted, search_recordings
from ivr.db.session import open_database, reading, writing
from ivr.errors import RecordingNotFound
from ivr.metadata import (
    AnalysisRecord,
    AudioRecord,
    CallRecord,
    InterruptionRecord,
    Outcome,
    RecordingMetadata,
    ToolRecord,
    TurnRecord,
)

if TYPE_CHECKING:
    from sqlalchemy import Engine

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
WORKER = Worker(4242, "here")


def call(
    number: int, outcome: Outcome | None = Outcome.COMPLETED, said: str = "Quiero saber mi saldo"
) -> RecordingMetadata:
    started = NOON + timedelta(minutes=number)
    return RecordingMetadata(
        recording_id=f"rec_{number}",
        conversation_id=f"{number}",
        call=CallRecord(caller="600111222", called="100", started_at=started, ended_at=started, outcome=outcome),
        audio=AudioRecord(duration=10.0 * number, sha256="ab"),
        turns=[
            TurnRecord(who="caller", start=0, end=1, text=said, heard=said),
            TurnRecord(who="agent", start=2, end=3, text="Sí.", heard="Sí.", latencies_ms={"total": 800.0}),
        ],
        tools=[ToolRecord(name="get_account_balance", arguments={"account_id": "123456"})],
        interruptions=[InterruptionRecord(at=1.5, kind="noise")],
    )


def write(database: Engine, *calls: RecordingMetadata, ended: bool = True) -> None:
    with writing(database) as session:
        for metadata in calls:
            write_call(session, metadata, WORKER, ended=ended)


def find(database: Engine, **wanted: object) -> list[str]:
    with reading(database) as session:
        page = search_recordings(session, RecordingsWanted(**wanted))  # type: ignore[arg-type]
    assert page.total == len(page.items)
    return [item.recording_id for item in page.items]


def test_a_call_comes_back_as_it_was_written(database: Engine) -> None:
    write(database, call(1))
    with reading(database) as session:
        assert get_recording(session, "rec_1") == call(1)
        assert get_conversation(session, "1") == call(1)


def test_writing_a_call_again_replaces_it(database: Engine) -> None:
    write(database, call(1))
    better = call(1, said="Quiero saber mi saldo, por favor")
    better.processed, better.processing_mode = True, "offline"
    write(database, better)
    assert find(database, processed=True) == ["rec_1"]
    assert find(database, text="por favor") == ["rec_1"]
    assert find(database, processed=False) == []


def test_a_running_call_is_listed_as_a_call_and_not_as_a_recording(database: Engine) -> None:
    write(database, call(1), call(2))
    write(database, call(3, outcome=None), ended=False)
    assert find(database) == ["rec_2", "rec_1"]
    with reading(database) as session:
        assert [item.recording_id for item in list_calls(session)[0]] == ["rec_3", "rec_2", "rec_1"]
        assert [item.recording_id for item in list_calls(session, active=True)[0]] == ["rec_3"]
        assert list_calls(session, active=False)[1] == 2
        assert [row.worker_pid for row in active_calls(session)] == [4242]


def test_conditions_must_all_hold(database: Engine) -> None:
    write(database, call(1), call(2, Outcome.TRANSFERRED, "Quiero hablar con una persona"), call(3, said="Adiós"))
    assert find(database, conversation="2") == ["rec_2"]
    assert find(database, outcome=Outcome.TRANSFERRED) == ["rec_2"]
    assert find(database, since=NOON + timedelta(minutes=2)) == ["rec_3", "rec_2"]
    assert find(database, until=NOON + timedelta(minutes=2)) == ["rec_1"]
    assert find(database, text="quiero", outcome=Outcome.COMPLETED) == ["rec_1"]


@pytest.mark.parametrize("text", ["adios", "ADIÓS", "adiós"])
def test_search_does_not_mind_case_and_accents(database: Engine, text: str) -> None:
    write(database, call(1), call(2, said="Adiós"))
    assert find(database, text=text) == ["rec_2"]


def test_what_is_missing_is_named(database: Engine) -> None:
    with reading(database) as session, pytest.raises(RecordingNotFound, match="rec_9"):
        get_recording(session, "rec_9")
    with reading(database) as session, pytest.raises(RecordingNotFound, match="no conversation 9"):
        get_conversation(session, "9")


def test_the_database_tells_what_it_has_not_heard_the_end_of(database: Engine) -> None:
    write(database, call(1))
    write(database, call(2), ended=False)
    with reading(database) as session:
        assert not_closed(session, ["rec_1", "rec_2", "rec_3"]) == ["rec_2", "rec_3"]
        assert unprocessed_ids(session) == ["rec_1"]


def test_a_call_whose_worker_vanished_is_ended(database: Engine) -> None:
    write(database, call(1, outcome=None), ended=False)
    with writing(database) as session:
        end_forgotten(session, "1", NOON)
    with reading(database) as session:
        assert list_calls(session, active=True)[1] == 0
        assert get_recording(session, "rec_1").call.outcome is Outcome.AGENT_FAILED


def test_figures_add_up(database: Engine) -> None:
    topical = call(2, Outcome.TRANSFERRED)
    topical.analysis.topics = ["billing_inquiry", "account_balance"]
    topical.processed = True
    other = call(3)
    other.analysis.topics = ["account_balance"]
    write(database, call(0), topical, other, call(4, Outcome.NO_MEDIA))
    write(database, call(5, outcome=None), ended=False)
    with reading(database) as session:
        everything = totals(session)
        seen = overview(session, NOON + timedelta(minutes=1))
    assert (everything.recordings, everything.processed, everything.duration) == (4, 1, 90.0)
    assert (seen.calls, seen.active_calls) == (4, 1)
    assert seen.average_duration == pytest.approx(30.0)
    assert (seen.resolution_rate, seen.escalation_rate) == (0.5, 0.5)
    assert seen.top_topics == ["account_balance", "billing_inquiry"]
    assert seen.average_latency_ms == pytest.approx(800.0)


def test_how_callers_felt_is_found_and_averaged_over_those_of_whom_it_is_known(database: Engine) -> None:
    calls = [call(number) for number in range(1, 4)]
    for metadata, level, score in zip(calls, ("negative", "very_positive"), (-0.25, 0.75), strict=False):
        metadata.analysis = AnalysisRecord.model_validate({"sentiment": level, "sentiment_score": score})
    write(database, *calls)
    assert find(database, sentiment="negative") == ["rec_1"]
    with reading(database) as session:
        assert overview(session, NOON).average_sentiment == pytest.approx(0.25)


def test_figures_without_data_are_none(database: Engine) -> None:
    with reading(database) as session:
        seen = overview(session, NOON)
    assert (seen.calls, seen.average_duration, seen.resolution_rate, seen.average_latency_ms) == (0, None, None, None)
    assert seen.average_sentiment is None


async def test_the_book_writes_a_call_down_and_queues_its_job_once(database: Engine) -> None:
    book = DatabaseBook(database)
    await book.opened(call(1, outcome=None))
    await book.closed(call(1))
    await book.closed(call(1))
    assert find(database) == ["rec_1"]
    assert DatabaseQueue(database).waiting() == 1


async def test_a_database_that_is_away_does_not_end_the_call(caplog: pytest.LogCaptureFixture) -> None:
    book = DatabaseBook(open_database("sqlite:////nowhere/ivr.sqlite"))
    await book.opened(call(1))
    await book.closed(call(1))
    assert "ivr recordings recover" in caplog.text
