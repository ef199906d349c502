from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from ivr.db.memory import Memories, recall, remember
from ivr.db.queries import Worker, erase_call, write_call
from ivr.db.session import open_database, reading, writing
from ivr.metadata import CallRecord, RecordingMetadata, ToolRecord, TurnRecord

if TYPE_CHECKING:
    import pytest
    from sqlalchemy import Engine

NOW = dt.datetime.now(dt.UTC)
AGES_AGO = NOW - dt.timedelta(days=365)


def call(call_id: str, *, account: str = "123456", caller: str = "612345678", days_ago: int = 1) -> RecordingMetadata:
    at = NOW - dt.timedelta(days=days_ago)
    opened = ToolRecord(name="get_account_balance", arguments={"account_id": account}, data={"account_id": account})
    return RecordingMetadata(
        recording_id=f"rec_{call_id}",
        conversation_id=call_id,
        call=CallRecord(caller=caller, started_at=at, ended_at=at),
        turns=[
            TurnRecord(who="caller", start=1, end=2, text="", heard="no me funciona el internet"),
            TurnRecord(who="agent", start=3, end=4, text="", heard="¿Me dice su número de cuenta?"),
        ],
        tools=[opened] if account else [],
    )


def found(database: Engine, account: str = "123456", caller: str = "", tenant: str = "acme") -> tuple[str, ...]:
    with reading(database) as session:
        memory = recall(session, tenant, account, caller, AGES_AGO)
    return memory.open if memory is not None else ()


def keep(database: Engine, metadata: RecordingMetadata, days: int = 90) -> None:
    with writing(database) as session:
        remember(session, "acme", metadata, days)


def test_what_a_call_left_open_is_known_in_the_next_one_of_that_account_only(database: Engine) -> None:
    keep(database, call("c1"))
    assert found(database) == ("technical_support",)
    assert found(database, "654321", "612345678") == ()
    assert found(database, tenant="other") == ()


def test_a_call_without_an_account_is_known_by_its_number(database: Engine) -> None:
    keep(database, call("c1", account=""))
    assert found(database, "123456", "612345678") == ("technical_support",)
    assert found(database, "123456", "699999999") == ()


def test_nothing_is_kept_where_it_is_switched_off_nor_longer_than_told(database: Engine) -> None:
    keep(database, call("c1"), days=0)
    assert found(database) == ()
    keep(database, call("c2", days_ago=100))
    keep(database, call("c3", account="654321"))
    assert found(database) == ()


def test_erasing_a_recording_erases_what_is_remembered_of_it(database: Engine) -> None:
    with writing(database) as session:
        write_call(session, call("c1"), Worker(1, "here"), ended=True)
    keep(database, call("c1"))
    keep(database, call("c1"))
    with writing(database) as session:
        assert erase_call(session, "rec_c1")
    assert found(database) == ()


async def test_a_call_recalls_beside_the_loop(database: Engine) -> None:
    keep(database, call("c1"))
    memory = await Memories(database, "acme", 90)("123456", "")
    assert memory is not None
    assert memory.day == (NOW - dt.timedelta(days=1)).astimezone().date()


async def test_a_database_that_is_away_costs_only_the_memory(caplog: pytest.LogCaptureFixture) -> None:
    assert await Memories(open_database("sqlite:////nowhere/ivr.sqlite"), "acme", 90)("123456", "") is None
    assert "not known" in caplog.text
