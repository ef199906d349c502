"""What the engine does for a caller: each goal asks for what it lacks, calls its function, tells the result."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

from ivr.dialogue.aspects import asks_status, asks_until, bill_aspect, gives_reason, take_contact
from ivr.dialogue.guided import Guided
from ivr.dialogue.hearing import Act
from ivr.dialogue.memory import day_of_call
from ivr.language.dates import settle
from ivr.language.delays import find_delay, moment_after
from ivr.language.hours import part_of_day

if TYPE_CHECKING:
    from ivr.dialogue.hearing import Heard
    from ivr.dialogue.state import Reply

GOAL_OF_INTENT = {
    "account_balance": "balance",
    "billing_inquiry": "balance",
    "technical_support": "support",
    "cancellation": "cancel",
    "schedule_callback": "callback",
    "appointment": "callback",
    "update_contact_info": "contact",
}
"""Intents that need work; the rest is told or handed over."""
TOOL_OF_GOAL = {
    "balance": "get_account_balance",
    "support": "get_account_status",
    "callback": "schedule_callback",
    "cancel": "cancel_service",
    "contact": "update_contact_info",
}
TOPIC_OF_GOAL = {"callback": "schedule_callback", "cancel": "cancellation", "contact": "update_contact_info"}
"""Goals that are no small matter: left for something else, the caller is asked whether to go on, once."""
_LEAD_MINUTES = 60
_SHORTEST_NOTICE = 15
"""Minutes from which on a bare hour can be today's."""
_OPENS, _CLOSES, _CLOSES_SATURDAY, _SATURDAY, _SUNDAY = 9, 19, 13, 5, 6
_MORNING, _AFTERNOON = "10:00", "17:00"

_PHONE, _EMAIL = r"(?:telefono|movil|celular|numero(?! de (?:cuenta|contrato|cliente)))", r"(?:correo|e ?mail|mail)"
_JOINED = r"\b(?: \w+){0,3} (?:y|e|tambien|ademas)\b(?: \w+){0,4} "
_BOTH = re.compile(
    rf"\b(?:(?P<phone>{_PHONE}){_JOINED}{_EMAIL}|(?P<email>{_EMAIL}){_JOINED}{_PHONE}"
    r"|(?P<each>(?:las|los|el) (?:dos|2)(?: cosas| datos)?|ambos|ambas cosas))\b"
)


def other_detail(heard: Heard, field: str) -> str:
    """Name the contact detail that was mentioned besides ``field``; "" for none."""
    other, word = ("email", _EMAIL) if field == "phone" else ("phone", _PHONE)
    return other if re.search(rf"\b{word}\b", heard.said) else ""


class Goals:
    """Moves the present goal on. ``now`` is local time."""

    def __init__(self, reply: Reply, now: dt.datetime) -> None:
        self._reply = reply
        self._state = reply.state
        self._now = now
        self.guided = Guided(reply, self, now)
        """The operator's own functions."""

    # --- taking in --------------------------------------------------------------------------

    def take(self, goal: str, heard: Heard) -> None:
        """Fill the slots of a goal from what was said, whether asked for or not."""
        slots = self._state.of(goal)
        account = heard.value("account_id")
        named = goal != "contact" or re.search(r"\b(?:cuenta|contrato|cliente)\b", heard.said)
        if account and named and account != self._state.account:
            self.know_account(account)
        match goal:
            case "balance":
                aspect = bill_aspect(heard)
                if aspect or "aspect" not in slots:
                    slots["aspect"] = aspect or "balance"
            case "support":
                if Act.REBOOTED in heard.acts and not re.search(r"\bno (?:lo )?he reiniciado\b", heard.said):
                    slots["rebooted"] = "yes"
                slots["aspect"] = "until" if asks_until(heard) else "status" if asks_status(heard) else ""
            case "callback":
                self.take_moment(heard)
                if phone := heard.value("phone"):
                    slots["phone"] = phone
            case "contact":
                self._take_detail(slots, heard)
            case "cancel" if gives_reason(heard):
                slots.setdefault("reason", heard.text)
            case _:
                pass

    @staticmethod
    def _take_detail(slots: dict[str, str], heard: Heard) -> None:
        """Fill which detail changes and its value; of two that are to change the second waits in ``also``."""
        before = dict(slots)
        take_contact(slots, heard)
        if before.get("field") not in {None, slots.get("field")} and slots.get("value") == before.get("value"):
            slots.pop("value", None)
        if not slots.get("value") and (both := _BOTH.search(heard.said)):
            slots["field"], slots["also"] = ("email", "phone") if both["email"] else ("phone", "email")
        elif slots.get("also") == slots.get("field") and before.get("field"):
            slots["also"] = before["field"]

    def take_moment(self, heard: Heard) -> None:
        """Fill day and hour of a callback."""
        slots = self._state.of("callback")
        today = self._now.date()
        if self._take_delay(heard, slots):
            return
        if Act.SOONEST in heard.acts and not heard.value("date") and not heard.value("time"):
            soonest = self._soonest()
            slots["date"], slots["time"] = soonest.date().isoformat(), f"{soonest:%H:%M}"
        if value := heard.value("date"):
            date = settle(value, today)
            asked = self._state.asked is not None and self._state.asked.name == "ask_date"
            if date is not None and (asked or date >= today):  # unasked, a day gone by tells since when it fails
                slots["date"] = date.isoformat()
        if value := heard.value("time"):
            slots["time"] = value
        elif part := part_of_day(heard.text):
            slots["time"] = _MORNING if part == "morning" else _AFTERNOON
        if heard.value("time") and "date" not in slots and self._is_ahead_today(slots["time"]):
            slots["date"] = today.isoformat()
        self._complete(slots)

    def _take_delay(self, heard: Heard, slots: dict[str, str]) -> bool:
        """Fill both from how long ahead it is to be ("dentro de dos horas"), unless an hour or another day is named."""
        delay, now = find_delay(heard.text), self._now.replace(tzinfo=None)
        if delay is None or heard.value("time") or heard.value("date") not in {None, now.date().isoformat()}:
            return False
        moment = moment_after(now, delay)
        slots["date"], slots["time"] = moment.date().isoformat(), f"{moment:%H:%M}"
        self._complete(slots)
        return True

    @staticmethod
    def _complete(slots: dict[str, str]) -> None:
        """Take the other half of a moment that could not be, when only one half is said anew."""
        for said, other in (("date", "time"), ("time", "date")):
            if slots.get(said) and not slots.get(other) and slots.get(f"refused_{other}"):
                slots[other] = slots[f"refused_{other}"]
        if slots.get("date") and slots.get("time"):
            slots.pop("refused_date", None)
            slots.pop("refused_time", None)

    def _is_ahead_today(self, time: str) -> bool:
        """Whether "a las cinco" can mean today's."""
        moment = dt.datetime.fromisoformat(f"{self._now.date()}T{time}")
        return _works(moment) and moment >= self._now.replace(tzinfo=None) + dt.timedelta(minutes=_SHORTEST_NOTICE)

    def know_account(self, account: str) -> None:
        """Note the account number; results of another one are forgotten."""
        if account != self._state.account:
            self._state.results.clear()
        self._state.account = account

    # --- moving on ---------------------------------------------------------------------------

    def advance(self) -> None:
        """Do the next step of the present goal."""
        if (guide := self.guided.of(self._state.goal)) is not None:
            self.guided.advance(guide)
            return
        match self._state.goal:
            case "balance":
                self._balance()
            case "support":
                self._support()
            case "callback":
                self._callback()
            case "cancel":
                self._cancel()
            case "contact":
                self._contact()
            case _:
                self._reply.ask("how_can_i_help")

    def done(self) -> None:
        """End a goal whose function has run, or go on to the other detail that is to change."""
        slots = self._state.slots.pop(self._state.goal, {})
        if also := slots.get("also"):
            self._state.of(self._state.goal)["field"] = also
            self.advance()
        else:
            self.finish()

    def finish(self) -> None:
        """End the present goal; go back to what it had put aside, or ask what else."""
        state = self._state
        state.topic, state.goal = state.goal or state.topic, ""
        state.ask = None
        while state.suspended:
            goal = state.suspended.pop()
            if goal in state.strayed and goal in TOPIC_OF_GOAL:
                state.strayed.discard(goal)
                if goal in state.asked_back:
                    continue  # left twice, it is not wanted
                state.asked_back.add(goal)
                self._reply.ask("pick_up", goal, topic=self._reply.script.persona.topics[TOPIC_OF_GOAL[goal]])
                return
            state.goal = goal
            self._reply.say("resume")
            self.advance()
            return
        if not self._asks_back():
            self._reply.ask("anything_else")

    def _asks_back(self) -> bool:
        """Ask once whether the caller comes back for what the last call left open, unless that was served just now."""
        state, today = self._state, self._now.date()
        recalled, state.recalled = state.recalled, None
        matter = recalled.matter(today) if recalled is not None else ""
        if recalled is None or not matter or GOAL_OF_INTENT.get(matter, matter) == state.topic:
            return False
        topic = self._reply.script.persona.topics.get(matter, "")
        self._reply.ask("recall", matter, day=day_of_call(recalled.day, today, state.language or "es"), topic=topic)
        return True

    def drop(self) -> None:
        """Give the present goal up."""
        self._state.slots.pop(self._state.goal, None)
        self._state.goal, self._state.ask, self._state.partial = "", None, ""

    def _looked_up(self, tool: str) -> dict[str, Any] | None:
        """Give the result of a reading function, or ask for what it needs and answer None."""
        if not self._state.account:
            self._reply.ask("ask_account")
            return None
        if tool not in self._state.results:
            self._state.ask = None
            self._reply.say("one_moment")
            self._reply.call(tool, account_id=self._state.account)
            return None
        return self._state.results[tool]

    def _balance(self) -> None:
        data = self._looked_up("get_account_balance")
        if data is None:
            return
        aspect = self._state.of("balance").pop("aspect", "balance")
        amount, due = str(data.get("balance", "0")), data.get("due_date")
        if aspect == "plan" and data.get("plan"):
            self._reply.say(
                "plan", plan=str(data["plan"]), price=self._reply.wording.money(str(data.get("price", "0")))
            )
        elif float(amount) <= 0:
            self._reply.say("no_bill_due")
        elif aspect == "due" and due:
            self._say_due(str(due))
        else:
            self._reply.say("balance", amount=self._reply.wording.money(amount))
        if aspect in {"dispute", "all"} and due and float(amount) > 0:
            self._say_due(str(due))
        if aspect == "dispute":
            self._state.topic, self._state.goal = "balance", ""
            self._reply.ask("offer_agent")
            return
        self.finish()

    def _say_due(self, iso: str) -> None:
        self._reply.say("due_date", date=self._reply.wording.date(dt.date.fromisoformat(iso[:10]), self._now.date()))

    def _support(self) -> None:
        state = self._state
        data = self._looked_up("get_account_status")
        if data is None:
            return
        match data.get("status"):
            case "outage":
                until = str(data.get("outage_until") or "")
                self._reply.say("status_outage", until=self._moment(until) if until else self._reply.wording.soon)
                self.finish()
            case "suspended":
                self._reply.say("status_suspended")
                self.finish()
            case "cancelled":
                self._reply.say("status_cancelled")
                state.topic, state.goal = "support", ""
                self._reply.ask("offer_agent")
            case _ if state.of("support").get("aspect") == "status":
                self._reply.say("status_active")
                self.finish()
            case _ if state.of("support").get("rebooted") == "yes":
                self.escalate()
            case _:
                self._reply.say("status_ok")
                self._reply.ask("ask_rebooted")

    def escalate(self) -> None:
        """Let a technician call, since the simple remedy was tried."""
        self._reply.say("rebooted_already")
        self._state.topic = "support"
        self._state.goal = "callback"
        self._state.of("callback")["reason"] = "avería sin resolver tras reiniciar el router"
        self.advance()

    def _moment(self, iso: str) -> str:
        when = dt.datetime.fromisoformat(iso)
        wording = self._reply.wording
        return f"{wording.day(when.date(), self._now.date())} {wording.at(when.time())}"

    def _callback(self) -> None:
        slots = self._state.of("callback")
        for slot, question in (("date", "ask_date"), ("time", "ask_time")):
            if not slots.get(slot):
                self._reply.ask(question)
                return
        moment = dt.datetime.fromisoformat(f"{slots['date']}T{slots['time']}")
        if moment <= self._now.replace(tzinfo=None):
            slots["refused_date"], slots["refused_time"] = slots.pop("date"), slots.pop("time")
            self._reply.say("date_past")
            self._reply.ask("ask_date")
            return
        if not slots.get("phone"):
            self._reply.ask("ask_phone", phrase="ask_phone_here" if self._state.caller else "")
            return
        self._state.ask = None
        self._reply.say("doing_it")
        self._reply.call(
            "schedule_callback",
            phone=slots["phone"],
            date=slots["date"],
            time=slots["time"],
            reason=slots.get("reason", ""),
            account_id=self._state.account,
        )

    def _soonest(self) -> dt.datetime:
        """Find the first half hour, an hour from now or later, at which somebody works."""
        moment = self._now.replace(tzinfo=None, second=0, microsecond=0) + dt.timedelta(minutes=_LEAD_MINUTES)
        moment += dt.timedelta(minutes=-moment.minute % 30)
        while not _works(moment):
            moment += dt.timedelta(minutes=30)
        return moment

    def _cancel(self) -> None:
        slots = self._state.of("cancel")
        if "reason" not in slots:
            self._reply.ask("ask_reason")
        elif "retention" not in slots:
            self._reply.ask("offer_retention")
        elif not self._state.account:
            self._reply.ask("ask_account")
        else:
            self._reply.ask(
                "confirm_cancel",
                self._state.account,
                account=self._reply.wording.digits(self._state.account),
                service=self._service(),
            )

    def _service(self) -> str:
        known = self._state.results.get("get_account_status") or self._state.results.get("get_account_balance") or {}
        return self._reply.wording.service(str(known.get("plan") or ""))

    def _contact(self) -> None:
        slots = self._state.of("contact")
        if not slots.get("field"):
            self._reply.ask("ask_field")
        elif not slots.get("value"):
            self._reply.ask("ask_new_phone" if slots["field"] == "phone" else "ask_new_email")
        elif not self._state.account:
            self._reply.ask("ask_account")
        elif slots["field"] == "phone":
            self._reply.ask("confirm_phone", slots["value"], phone=self._reply.wording.phone(slots["value"]))
        else:
            self._reply.ask("confirm_email", slots["value"], email=self._reply.wording.email(slots["value"]))


def _works(moment: dt.datetime) -> bool:
    if moment.weekday() == _SUNDAY:
        return False
    return _OPENS <= moment.hour < (_CLOSES_SATURDAY if moment.weekday() == _SATURDAY else _CLOSES)
