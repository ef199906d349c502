from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Engine, create_engine, func, select
from sqlalchemy.orm import Session

from ivr.bootstrap_tools import build_tools
from ivr.db.base import Base
from ivr.db.crm import CrmPolicy, CrmTools
from ivr.db.crm_seed import seed
from ivr.db.crm_tables import Callback, Cancellation, ContactChange, Customer
from ivr.db.crm_tools import TOOLS
from ivr.dialogue.tools import Effect, ToolCall, ToolResult
from ivr.ports import CallContext
from ivr.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = dt.datetime(2026, 11, 23, 17, 0)  # noqa: DTZ001 - local time; a Monday
CALL = CallContext("call-1", "600111222")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Engine]:
    engine = create_engine(f"sqlite:///{tmp_path / 'crm.sqlite'}")
    Base.metadata.create_all(engine)
    assert seed(engine, NOW.date()) == 20
    yield engine
    engine.dispose()


@pytest.fixture
def crm(database: Engine) -> CrmTools:
    return CrmTools(database, CrmPolicy(now=lambda: NOW))


async def run(
    crm: CrmTools, name: str, call_id: str = "k1", context: CallContext = CALL, **arguments: Any
) -> ToolResult:
    return await crm.run(ToolCall(name, arguments, call_id), context)


def count(database: Engine, table: type[Base]) -> int:
    with Session(database) as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_seeding_twice_changes_nothing(database: Engine) -> None:
    assert seed(database, NOW.date()) == 0
    assert count(database, Customer) == 20


async def test_a_balance_holds_raw_values(crm: CrmTools) -> None:
    result = await run(crm, "get_account_balance", account_id="123 456")
    assert result.ok
    assert result.data["balance"] == "45.50"
    assert result.data["due_date"] == "2026-12-05"


async def test_a_status_tells_when_the_outage_ends(crm: CrmTools) -> None:
    result = await run(crm, "get_account_status", account_id="567890")
    assert (result.data["status"], result.data["outage_until"]) == ("outage", "2026-11-23T20:00:00")


@pytest.mark.parametrize(
    ("name", "arguments", "sentence"),
    [
        ("get_account_balance", {"account_id": "999999"}, "there is no account 999999; ask for the number again"),
        ("get_account_balance", {}, "account_id: Field required"),
        ("get_account_balance", {"account_id": "12"}, "account_id: String should match"),
        ("get_account_balance", {"account_id": "123456", "pin": "1"}, "pin: Extra inputs"),
        ("update_contact_info", {"account_id": "123456", "field": "email", "value": "nobody"}, "must be an e-mail"),
        ("update_contact_info", {"account_id": "123456", "field": "phone", "value": "12345"}, "must be a phone number"),
        ("schedule_callback", {"phone": "654321987", "date": "2026-11-29", "time": "10:00"}, "Monday to Friday"),
        ("schedule_callback", {"phone": "654321987", "date": "2026-11-20", "time": "10:00"}, "has passed"),
        ("cancel_service", {"account_id": "400500"}, "cancelled already"),
        ("format_disk", {}, "no function is called 'format_disk'"),
    ],
)
async def test_what_cannot_be_done_is_told_in_words(
    crm: CrmTools, name: str, arguments: dict[str, Any], sentence: str
) -> None:
    result = await run(crm, name, **arguments)
    assert not result.ok
    assert sentence in result.error


async def test_a_repeated_write_happens_once_and_answers_the_same(crm: CrmTools, database: Engine) -> None:
    first = await run(crm, "cancel_service", account_id="123456", reason="me mudo")
    again = await run(crm, "cancel_service", account_id="123456", reason="me mudo")
    assert first == again
    assert first.data["ends_on"] == "2026-11-30"
    assert count(database, Cancellation) == 1


async def test_the_same_key_in_another_call_is_another_write(crm: CrmTools, database: Engine) -> None:
    wanted: dict[str, Any] = {"phone": "654321987", "date": "2026-11-24", "time": "10:00"}
    assert (await run(crm, "schedule_callback", **wanted)).ok
    assert (await run(crm, "schedule_callback", context=CallContext("call-2"), **wanted)).ok
    assert count(database, Callback) == 2


async def test_a_contact_change_keeps_the_old_value(crm: CrmTools, database: Engine) -> None:
    result = await run(crm, "update_contact_info", account_id="123456", field="phone", value="+34 654 321 987")
    assert result.data["value"] == "654321987"
    with Session(database) as session:
        change = session.scalars(select(ContactChange)).one()
        customer = session.get_one(Customer, "123456")
        assert (change.old_value, customer.phone) == ("612345678", "654321987")


async def test_transfers_and_goodbyes_go_where_the_policy_says(crm: CrmTools) -> None:
    assert (await run(crm, "transfer_to_agent", reason="x")).data == {"target": "2000"}
    assert (await run(crm, "end_call")).data == {}


async def test_a_dead_database_is_told_in_words(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'empty.sqlite'}")
    result = await run(CrmTools(engine), "get_account_balance", account_id="123456")
    engine.dispose()
    assert not result.ok
    assert "DATABASE_URL" in result.error


def test_what_acts_on_the_call_or_cannot_be_undone_is_marked() -> None:
    effects = {tool.name: tool.effect for tool in TOOLS}
    assert [name for name, effect in effects.items() if effect is Effect.IRREVERSIBLE] == [
        "cancel_service",
        "update_contact_info",
    ]
    assert {name for name, effect in effects.items() if effect is Effect.CALL} == {
        "transfer_to_agent",
        "transfer_to_manager",
        "end_call",
    }


async def test_callers_are_handed_over_to_whom_the_operator_named(database: Engine) -> None:
    tools = build_tools(Settings(transfer_to="1002"), database)
    result = await tools.run(ToolCall("transfer_to_agent", {"reason": "factura"}, "k1"), CallContext("c1"))
    assert result.data == {"target": "1002"}


async def test_what_a_call_wrote_just_now_is_not_written_again_under_another_key(
    crm: CrmTools, database: Engine
) -> None:
    wanted = {"phone": "654321987", "date": "2026-11-26", "time": "11:00"}
    first = await crm.run(ToolCall("schedule_callback", wanted, "k1"), CALL)
    again = await crm.run(ToolCall("schedule_callback", wanted, "k2"), CALL)
    later = await crm.run(ToolCall("schedule_callback", {**wanted, "time": "12:00"}, "k3"), CALL)
    assert first.data == again.data != later.data
    with Session(database) as session:
        assert session.scalar(select(func.count()).select_from(Callback)) == 2


async def test_a_detail_may_be_changed_back_and_forth_in_one_call(crm: CrmTools, database: Engine) -> None:
    for number, phone in enumerate(("612345678", "654321987", "612345678")):
        wanted = {"account_id": "123456", "field": "phone", "value": phone}
        assert (await crm.run(ToolCall("update_contact_info", wanted, f"k{number}"), CALL)).ok
    with Session(database) as session:
        assert session.scalar(select(func.count()).select_from(ContactChange)) == 3
