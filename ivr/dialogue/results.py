"""What the engine says when a business function has answered."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from ivr.dialogue.goals import TOOL_OF_GOAL

if TYPE_CHECKING:
    from ivr.dialogue.goals import Goals
    from ivr.dialogue.state import Reply
    from ivr.dialogue.tools import ToolResult

_READS = frozenset({"get_account_balance", "get_account_status"})
_CALL_FUNCTIONS = frozenset({"transfer_to_agent", "transfer_to_manager"})


def tell_result(result: ToolResult, reply: Reply, goals: Goals, now: dt.datetime) -> None:
    """Take a result into the state and say what came of it."""
    state = reply.state
    if (guide := goals.guided.of(result.name)) is not None:
        goals.guided.tell(guide, result)
        return
    if not result.ok:
        _tell_failure(result, reply, goals, now)
        return
    data = dict(result.data)
    wording = reply.wording
    if result.name in _READS:
        if data.get("account_id"):
            state.account = str(data["account_id"])
        state.results[result.name] = data
        if TOOL_OF_GOAL.get(state.goal) == result.name:
            goals.advance()
        elif not state.goal:
            state.goal = "balance" if result.name == "get_account_balance" else "support"
            goals.advance()
        return
    if result.name == "schedule_callback":
        _tell_callback(data, reply, now)
    elif result.name == "cancel_service":
        ends = str(data.get("ends_on", ""))
        reply.say(
            "cancel_done", end=wording.date(dt.date.fromisoformat(ends), now.date()) if ends else wording.month_end
        )
        state.results.clear()
    elif result.name == "update_contact_info":
        value = str(data.get("value", ""))
        said = wording.the_phone(value) if data.get("field") == "phone" else wording.email(value)
        reply.say("contact_done", value=said)
        state.results.pop("get_account_status", None)
    else:
        return
    goals.done()


def _tell_callback(data: dict[str, object], reply: Reply, now: dt.datetime) -> None:
    date = dt.date.fromisoformat(str(data["date"]))
    time = dt.time.fromisoformat(str(data["time"]))
    reply.say(
        "callback_done",
        date=reply.wording.day(date, now.date()),
        time=reply.wording.at(time),
        phone=reply.wording.phone(str(data["phone"])),
    )


def _tell_failure(result: ToolResult, reply: Reply, goals: Goals, now: dt.datetime) -> None:
    state = reply.state
    match result.data.get("code"):
        case "unknown_account":
            wrong, state.account = state.account, ""
            reply.say("account_unknown", account=reply.wording.digits(wrong))
            if state.goal:
                goals.advance()
            else:
                reply.ask("ask_account")
        case "closed" | "past" as code if state.goal == "callback":
            _tell_bad_moment(str(code), reply, now)
            goals.advance()
        case "arguments" | "value" if state.goal in {"callback", "contact"}:
            for slot in ("phone", "value"):
                state.of(state.goal).pop(slot, None)
            if state.of(state.goal).get("field") != "email":
                reply.say("phone_wrong")
            goals.advance()
        case "confirmation" if state.goal:
            goals.advance()
        case "identity":
            state.account = ""
            reply.ask("ask_account")
        case "cancelled":
            reply.say("status_cancelled")
            goals.drop()
            goals.finish()
        case _:
            _tell_breakdown(result.name, reply, goals)


def _tell_bad_moment(code: str, reply: Reply, now: dt.datetime) -> None:
    slots = reply.state.of("callback")
    date = slots.pop("date", "")
    slots["refused_date"], slots["refused_time"] = date, slots.pop("time", "")
    if code == "closed" and date:
        reply.say("callback_closed", date=reply.wording.date(dt.date.fromisoformat(date), now.date()))
    else:
        reply.say("date_past")


def _tell_breakdown(name: str, reply: Reply, goals: Goals) -> None:
    if name in _CALL_FUNCTIONS:
        reply.state.is_alone = True
        reply.say("transfer_failed")
        reply.state.asked = None
        reply.ask("anything_else")
    elif name == "end_call":
        reply.ask("anything_else")
    else:
        reply.say("tool_failed")
        goals.drop()
        reply.ask("offer_agent")
