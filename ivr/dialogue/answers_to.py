"""Reads a caller turn as the answer to the question that is open."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ivr.dialogue.closed_answers import CLOSED, CONFIRMS, ClosedAnswers
from ivr.dialogue.guided import ASK, CONFIRM
from ivr.dialogue.hearing import Act
from ivr.language.answers import Answer
from ivr.language.identifiers import phone as normal_phone
from ivr.language.numbers import heard_digits

if TYPE_CHECKING:
    from ivr.dialogue.goals import Goals
    from ivr.dialogue.hearing import Heard
    from ivr.dialogue.state import Reply

_FEWEST_PHONE_DIGITS = 3
_REASON_WORDS = 2
_BARE_DIGITS = re.compile(r"[\d\s.,:-]+")
"""Digits alone, asked for: "4.56" is then no hour."""
_NO_CUSTOMER = re.compile(
    r"\b(?:no|todavia no|aun no) (?:soy|somos) (?:\w+ )?client\w+|\bno tengo (?:nada|contrato|servicio)\b"
)


class Answers:
    """Knows what each question can be answered with."""

    def __init__(self, reply: Reply, goals: Goals) -> None:
        self._reply = reply
        self._state = reply.state
        self._goals = goals
        self._closed = ClosedAnswers(reply, goals)

    def is_account(self, digits: str) -> bool:
        """Whether digits have the length of an account number."""
        return len(digits) == self._reply.script.persona.account_digits

    def take(self, heard: Heard) -> bool:
        """Answer the turn as an answer; False when it is none."""
        ask = self._state.ask
        if ask is None:
            return False
        if ask.name in {ASK, CONFIRM}:
            return self._goals.guided.answer(heard)
        if ask.name in CONFIRMS:
            return self._closed.take_confirmation(heard)
        if ask.name in CLOSED:
            return self._closed.take(heard)
        match ask.name:
            case "ask_account":
                return self._account(heard)
            case "ask_phone" | "ask_new_phone":
                return self._phone(heard)
            case "ask_new_email" | "ask_field":
                return self._contact(heard)
            case "ask_date" | "ask_time":
                return self._moment(heard)
            case "ask_reason":
                return self._reason(heard)
            case "clarify":
                return self._clarified(heard)
            case _:
                return False

    def insist(self) -> None:
        """Put the open question again, or give way."""
        self._closed.insist()

    # --- numbers ------------------------------------------------------------------------------

    def _joined(self, digits: str, wanted: int) -> str:
        """Put a number that came in two breaths together."""
        whole = self._state.partial + digits
        return whole if self._state.partial and len(digits) < wanted and len(whole) <= wanted else digits

    def _account(self, heard: Heard) -> bool:
        state = self._state
        if _NO_CUSTOMER.search(heard.said):
            self._goals.drop()
            self._reply.tell(self._reply.script.fact("sales"))
            self._reply.ask("offer_agent")
            return True
        if Act.DONT_KNOW in heard.acts and not heard.digits:
            self._reply.ask("offer_agent")
            return True
        said = heard.digits or (heard_digits(heard.text) if _BARE_DIGITS.fullmatch(heard.text) else "")
        if not said:
            return False
        wanted = self._reply.script.persona.account_digits
        digits = self._joined(said, wanted)
        if not self.is_account(digits):
            state.partial = digits if len(digits) < wanted else ""
            self._reply.say("account_length", digits=self._reply.wording.digits(digits[:15]))
            self._reply.ask("ask_account")
            return True
        state.partial, state.ask = "", None
        self._goals.know_account(digits)
        if state.goal:
            self._goals.advance()
        else:
            self._reply.ask("how_can_i_help")
        return True

    def _phone(self, heard: Heard) -> bool:
        state = self._state
        if Act.DONT_KNOW in heard.acts and not heard.digits:
            self._reply.ask("offer_agent")
            return True
        if len(heard.digits) < _FEWEST_PHONE_DIGITS and not state.partial:
            if state.goal == "callback":
                return self._moment(heard)
            return self._contact(heard)
        if state.goal == "callback":
            self._goals.take_moment(heard)
        wanted = self._reply.script.phone_digits
        digits = self._joined(heard.digits, wanted)
        number = heard.value("phone") or normal_phone(digits)
        name = state.ask.name if state.ask else "ask_phone"
        if number is None:
            state.partial = digits if len(digits) < wanted else ""
            if len(digits) == wanted:
                self._reply.say("phone_wrong")
            else:
                self._reply.say("phone_length", digits=self._reply.wording.digits(digits[:15]))
            self._reply.ask(name)
            return True
        state.partial, state.ask = "", None
        slots = state.of(state.goal)
        slots["value" if name == "ask_new_phone" else "phone"] = number
        self._goals.advance()
        return True

    # --- contact, moments ------------------------------------------------------------------------

    def _contact(self, heard: Heard) -> bool:
        state = self._state
        before = dict(state.of("contact"))
        if state.goal != "contact":
            return False
        self._goals.take("contact", heard)
        if state.of("contact") == before:
            return False
        state.ask = None
        self._goals.advance()
        return True

    def _moment(self, heard: Heard) -> bool:
        slots = self._state.of("callback")
        before = dict(slots)
        self._goals.take("callback", heard)
        if self._state.ask and self._state.ask.name == "ask_time" and not heard.value("time") and slots == before:
            bare = heard.digits if heard.is_short else ""
            if bare and len(bare) <= 2 and int(bare) < 24:  # noqa: PLR2004 - an hour in two digits
                hour = int(bare) + (12 if 0 < int(bare) < 8 else 0)  # noqa: PLR2004 - nobody works at three
                slots["time"] = f"{hour:02}:00"
        if slots == before:
            return False
        self._state.ask = None
        self._goals.advance()
        return True

    def _reason(self, heard: Heard) -> bool:
        unwilling = Act.DONT_KNOW in heard.acts or re.search(
            r"\bno (?:quiero|te|le|se) (?:lo )?(?:dec|inter|cont)\w+", heard.said
        )
        bare = len(heard.said.split()) < _REASON_WORDS
        if bare and not unwilling and heard.answer is Answer.UNCLEAR and heard.is_filler:
            return False
        if bare and heard.answer is Answer.YES:
            self._reply.ask("ask_reason")
            return True
        self._state.of("cancel")["reason"] = "" if unwilling else heard.text
        self._state.ask = None
        self._goals.advance()
        return True

    def _clarified(self, heard: Heard) -> bool:
        ask = self._state.ask
        if ask is None:
            return False
        first, _, second = ask.about.partition(" ")
        scores = {name: heard.wants(name) for name in (first, second)}
        if re.search(r"\b(?:primer[oa]|lo primero)\b", heard.said):
            scores[first] = 1.0
        elif re.search(r"\b(?:segund[oa]|ultim[oa]|otr[oa])\b", heard.said):
            scores[second] = 1.0
        if scores[first] == scores[second]:
            return False
        self._state.ask = None
        self._reply.chosen = max(scores, key=lambda name: scores[name])
        return False
