"""Runs the business functions against the customer database.

Reads answer raw values (the agent speaks them). A write happens once for a call and its ``call_id``: repeated, it
answers what it answered before. Failures are sentences in the result, never exceptions.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from ivr.db.crm_tables import Callback, Cancellation, ContactChange, Customer
from ivr.db.crm_tools import (
    ARGUMENTS,
    TOOLS,
    AccountArguments,
    CallbackArguments,
    CancelArguments,
    ContactArguments,
    DetailArguments,
    jsonable,
)
from ivr.dialogue.permission import explain
from ivr.dialogue.tools import Tool, ToolCall, ToolResult
from ivr.errors import ToolError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pydantic import BaseModel
    from sqlalchemy import Engine

    from ivr.ports import CallContext

log = logging.getLogger(__name__)

_AGENTS = "2000"
_OPENS, _CLOSES, _CLOSES_SATURDAY = dt.time(9), dt.time(20), dt.time(14)
_SATURDAY, _SUNDAY = 5, 6


def targets_to(people: str = _AGENTS) -> dict[str, str]:
    """Say where each function that ends the agent's part moves the caller."""
    return {"transfer_to_agent": people, "transfer_to_manager": people, "end_call": ""}


@dataclass(frozen=True, slots=True)
class CrmPolicy:
    """``timeout`` seconds a function may take; ``targets``: function -> extension or queue; ``now``: local time."""

    timeout: float = 4.0
    targets: Mapping[str, str] = field(default_factory=targets_to)
    now: Callable[[], dt.datetime] = dt.datetime.now


class CrmTools:
    """The product's ToolRunner on the demo customer database."""

    def __init__(self, engine: Engine, policy: CrmPolicy | None = None) -> None:
        self._engine = engine
        self._policy = policy or CrmPolicy()

    @property
    def tools(self) -> Sequence[Tool]:
        """What can be called."""
        return TOOLS

    async def run(self, call: ToolCall, context: CallContext) -> ToolResult:
        """Run one function; a wrong argument, a missing account or a dead database is told in ``error``."""
        try:
            data = await asyncio.wait_for(asyncio.to_thread(self._run, call, context), self._policy.timeout)
        except ToolError as error:
            return ToolResult(call.call_id, call.name, ok=False, data=_code(error), error=str(error))
        except ValidationError as error:
            return ToolResult(call.call_id, call.name, ok=False, data={"code": "arguments"}, error=explain(error))
        except TimeoutError:
            return self._failed(
                call, f"the customer database did not answer within {self._policy.timeout:g} s; try again"
            )
        except SQLAlchemyError as error:
            log.warning("customer database: %s", error)
            return self._failed(call, "the customer database cannot be reached; check DATABASE_URL with `ivr doctor`")
        return ToolResult(call.call_id, call.name, ok=True, data=data)

    async def phone_of(self, account: str) -> str:
        """Give the telephone number on file of an account; empty also while the database cannot be reached."""

        def look() -> str:
            with Session(self._engine) as session:
                customer = session.get(Customer, account)
                return customer.phone if customer is not None else ""

        try:
            return await asyncio.wait_for(asyncio.to_thread(look), self._policy.timeout)
        except (SQLAlchemyError, TimeoutError) as error:
            log.warning("customer database: %s; check DATABASE_URL with `ivr doctor`", error)
            return ""

    @staticmethod
    def _failed(call: ToolCall, sentence: str) -> ToolResult:
        return ToolResult(call.call_id, call.name, ok=False, data={"code": "unavailable"}, error=sentence)

    def _run(self, call: ToolCall, context: CallContext) -> dict[str, Any]:
        if call.name not in ARGUMENTS:
            raise ToolError(f"no function is called {call.name!r}; the functions are {', '.join(ARGUMENTS)}")
        arguments = ARGUMENTS[call.name].model_validate(dict(call.arguments))
        if call.name in self._policy.targets:
            target = self._policy.targets[call.name]
            return {"target": target} if target else {}
        try:
            with Session(self._engine) as session, session.begin():
                return self._answer(session, call, arguments, context)
        except IntegrityError:
            with Session(self._engine) as session:
                return self._answer(session, call, arguments, context)

    def _answer(self, session: Session, call: ToolCall, arguments: BaseModel, context: CallContext) -> dict[str, Any]:
        match arguments:
            case AccountArguments() if call.name == "get_account_balance":
                return _balance(_customer(session, arguments.account_id))
            case AccountArguments():
                return _status(_customer(session, arguments.account_id))
            case CallbackArguments():
                return self._once(session, call, context, self._callback(session, arguments))
            case CancelArguments():
                return self._once(session, call, context, self._cancellation(session, arguments))
            case ContactArguments():
                return self._once(session, call, context, self._contact_change(session, arguments))
            case DetailArguments():
                return arguments.model_dump()
            case _:
                raise ToolError(f"{call.name} cannot run here; name it in CrmPolicy.targets")

    def _once(
        self,
        session: Session,
        call: ToolCall,
        context: CallContext,
        change: Callable[[], Callback | Cancellation | ContactChange],
    ) -> dict[str, Any]:
        """Write a change, or answer what the call wrote before by the same key, or just now with the same values."""
        for table in (Callback, Cancellation, ContactChange):
            done = session.scalar(
                select(table.result).where(table.call_id == context.call_id, table.idempotency_key == call.call_id)
            )
            if done is not None:
                return dict(done)
        row = change()
        table = type(row)
        latest = select(table.result).where(table.call_id == context.call_id).order_by(table.id.desc()).limit(1)
        if session.scalar(latest) == row.result:
            return dict(row.result)
        row.call_id, row.idempotency_key = context.call_id, call.call_id
        row.created_at = dt.datetime.now(dt.UTC)
        session.add(row)
        session.flush()
        return dict(row.result)

    def _callback(self, session: Session, wanted: CallbackArguments) -> Callable[[], Callback]:
        def write() -> Callback:
            if wanted.account_id:
                _customer(session, wanted.account_id)
            due = dt.datetime.combine(wanted.date, wanted.time.replace(tzinfo=None))
            if due <= self._policy.now().replace(tzinfo=None):
                raise _refusal("past", "date, time: that moment has passed; ask for a later one")
            if not _works(due):
                raise _refusal(
                    "closed", "date, time: calls are made Monday to Friday 9-20 and Saturday 9-14; ask for another"
                )
            result = jsonable(
                {"phone": wanted.phone, "date": wanted.date, "time": f"{due:%H:%M}", "account_id": wanted.account_id}
            )
            return Callback(
                account_id=wanted.account_id, phone=wanted.phone, due_at=due, reason=wanted.reason, result=result
            )

        return write

    def _cancellation(self, session: Session, wanted: CancelArguments) -> Callable[[], Cancellation]:
        def write() -> Cancellation:
            customer = _customer(session, wanted.account_id)
            if customer.status == "cancelled":
                raise _refusal("cancelled", "account_id: that service is cancelled already")
            customer.status = "cancelled"
            ends = _end_of_month(self._policy.now().date())
            result = jsonable({"account_id": customer.account_id, "plan": customer.plan, "ends_on": ends})
            return Cancellation(account_id=customer.account_id, reason=wanted.reason, ends_on=ends, result=result)

        return write

    def _contact_change(self, session: Session, wanted: ContactArguments) -> Callable[[], ContactChange]:
        def write() -> ContactChange:
            customer = _customer(session, wanted.account_id)
            try:
                value = wanted.normal()
            except ValueError as error:
                raise _refusal("value", f"value: {error}") from None
            old = customer.phone if wanted.field == "phone" else customer.email
            setattr(customer, wanted.field, value)
            result = {"account_id": customer.account_id, "field": wanted.field, "value": value}
            return ContactChange(
                account_id=customer.account_id, field=wanted.field, old_value=old, new_value=value, result=result
            )

        return write


class _Refusal(ToolError):
    """A function understood and refused; ``code`` is for the dialogue, the message for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def _refusal(code: str, message: str) -> ToolError:
    return _Refusal(code, message)


def _code(error: ToolError) -> dict[str, Any]:
    return {"code": error.code} if isinstance(error, _Refusal) else {}


def _customer(session: Session, account_id: str) -> Customer:
    customer = session.get(Customer, account_id)
    if customer is None:
        raise _refusal("unknown_account", f"account_id: there is no account {account_id}; ask for the number again")
    return customer


def _balance(customer: Customer) -> dict[str, Any]:
    return jsonable(
        {
            "account_id": customer.account_id,
            "name": customer.name,
            "balance": f"{customer.balance:.2f}",
            "currency": "EUR",
            "due_date": customer.due_date,
            "plan": customer.plan,
            "price": f"{customer.price:.2f}",
        }
    )


def _status(customer: Customer) -> dict[str, Any]:
    return jsonable(
        {
            "account_id": customer.account_id,
            "name": customer.name,
            "status": customer.status,
            "plan": customer.plan,
            "outage_until": customer.outage_until,
            "phone": customer.phone,
        }
    )


def _works(moment: dt.datetime) -> bool:
    if moment.weekday() == _SUNDAY:
        return False
    closes = _CLOSES_SATURDAY if moment.weekday() == _SATURDAY else _CLOSES
    return _OPENS <= moment.time() <= closes


def _end_of_month(today: dt.date) -> dt.date:
    first_of_next = (today.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    return first_of_next - dt.timedelta(days=1)
