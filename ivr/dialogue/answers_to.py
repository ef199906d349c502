"""Reads a caller turn as the answer to the question that is open."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ivr.dialogue.hearing import Act
from ivr.language.answers import Answer, is_firm_yes
from ivr.language.entities import phone as normal_phone
from ivr.language.spoken import digit_words

if TYPE_CHECKING:
    from ivr.dialogue.goals import Goals
    from ivr.dialogue.hearing import Heard
    from ivr.dialogue.state import Reply

_CONFIRMS = frozenset({"confirm_cancel", "confirm_phone", "confirm_email"})
_CLOSED = frozenset(
    {
        "offer_agent",
        "offer_manager",
        "ask_rebooted",
        "advise_reboot",
        "offer_callback",
        "offer_retention",
        "anything_else",
    }
)
_FEWEST_PHONE_DIGITS = 3
_REASON_WORDS = 2


class Answers:
    """Knows what each question can be answered with."""

    def __init__(self, reply: Reply, goals: Goals) -> None:
        self._reply = reply
        self._state = reply.state
        self._goals = goals

    def is_account(self, digits: str) -> bool:
        """Whether digits have the length of an account number."""
        return len(digits) == self._reply.script.persona.account_digits

    def take(self, heard: Heard) -> bool:
        """Answer the turn as an answer; False when it is none."""
        ask = self._state.ask
        if ask is None:
            return False
        if ask.name in _CONFIRMS:
            return self._confirmation(heard)
        if ask.name in _CLOSED:
            return self._closed(heard)
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
        if self._state.ask is not None and self._state.goal:
            self._goals.advance()
        else:
            self._reply.ask("offer_agent")

    # --- numbers ------------------------------------------------------------------------------

    def _joined(self, digits: str, wanted: int) -> str:
        """Put a number that came in two breaths together."""
        whole = self._state.partial + digits
        return whole if self._state.partial and len(digits) < wanted and len(whole) <= wanted else digits

    def _account(self, heard: Heard) -> bool:
        state = self._state
        if Act.DONT_KNOW in heard.acts and not heard.digits:
            self._reply.ask("offer_agent")
            return True
        if not heard.digits:
            return False
        wanted = self._reply.script.persona.account_digits
        digits = self._joined(heard.digits, wanted)
        if not self.is_account(digits):
            state.partial = digits if len(digits) < wanted else ""
            self._reply.say("account_length", digits=digit_words(digits[:15]))
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
            return self._contact(heard) if state.goal == "contact" and heard.value("email") else False
        wanted = self._reply.script.persona.phone_digits
        digits = self._joined(heard.digits, wanted)
        number = heard.value("phone") or normal_phone(digits)
        name = state.ask.name if state.ask else "ask_phone"
        if number is None:
            state.partial = digits if len(digits) < wanted else ""
            if len(digits) == wanted:
                self._reply.say("phone_wrong")
            else:
                self._reply.say("phone_length", digits=digit_words(digits[:15]))
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

    # --- closed questions ------------------------------------------------------------------------

    def _closed(self, heard: Heard) -> bool:
        state = self._state
        ask = state.ask
        if ask is None:
            return False
        if ask.name == "anything_else" and self.is_account(heard.digits):
            return False
        verdict = self._verdict(ask.name, heard)
        if not ask.heard and verdict is not Answer.UNCLEAR:
            return self._ask_properly()
        if verdict is Answer.UNCLEAR:
            if ask.name == "anything_else" or (heard.intent.name not in {"other", "greeting"}):
                return False
            if ask.name in {"offer_agent", "offer_manager"}:
                self._reply.ask(ask.name)
            else:
                self.insist()
            return True
        state.ask = None
        self._decided(ask.name, heard, yes=verdict is Answer.YES)
        return True

    def _ask_properly(self) -> bool:
        """Put a question whole: a yes to one that was cut off is no yes."""
        ask = self._state.ask
        pieces = [piece for piece in self._state.unheard if piece.expects is not None]
        if ask is None or not pieces:
            self.insist()
            return True
        self._reply.repeat_question(ask, pieces[-1])
        return True

    @staticmethod
    def _verdict(name: str, heard: Heard) -> Answer:
        if name == "ask_rebooted" and Act.REBOOTED in heard.acts:
            denied = re.search(
                r"\bno (?:lo |la )?(?:he|hemos) (?:reinici|apag|prob)\w+|\btodavia no\b|\baun no\b", heard.said
            )
            return Answer.NO if denied else Answer.YES
        if name == "advise_reboot":
            if re.search(
                r"\b(?:sigue|igual|lo mismo|no (?:me )?(?:funciona|va|anda|sirve|carga)|tampoco|nada)\b", heard.said
            ):
                return Answer.NO
            if re.search(r"\b(?:ya (?:me )?(?:funciona|va|anda|esta|carga)|funciona|perfecto|arreglado)\b", heard.said):
                return Answer.YES
        if name == "offer_callback" and (heard.value("date") or heard.value("time") or Act.SOONEST in heard.acts):
            return Answer.YES
        if name == "anything_else" and Act.THANKS in heard.acts and heard.answer is Answer.YES:
            return Answer.YES if heard.said.startswith("si") else Answer.UNCLEAR
        return heard.answer

    def _decided(self, name: str, heard: Heard, *, yes: bool) -> None:
        match name:
            case "anything_else":
                self._more_wanted(yes=yes)
            case "offer_agent" | "offer_manager":
                self._human_wanted(name, heard, yes=yes)
            case "ask_rebooted" | "advise_reboot" | "offer_callback":
                self._remedy_tried(name, heard, yes=yes)
            case _ if yes:
                self._reply.hand_over("transfer_to_manager", self._state.of("cancel").get("reason", "baja"))
            case _:
                self._state.of("cancel")["retention"] = "no"
                self._goals.advance()

    def _more_wanted(self, *, yes: bool) -> None:
        if yes:
            self._reply.ask("yes_what")
            return
        self._reply.say_protected("farewell")
        self._reply.call("end_call")

    def _human_wanted(self, name: str, heard: Heard, *, yes: bool) -> None:
        state = self._state
        if yes:
            self._reply.hand_over(name.replace("offer", "transfer_to"), state.goal or state.topic or heard.text)
            return
        self._goals.drop()
        self._reply.say("abandoned")
        self._reply.ask("anything_else")

    def _remedy_tried(self, name: str, heard: Heard, *, yes: bool) -> None:
        state = self._state
        match name:
            case "ask_rebooted" if yes:
                self._goals.escalate()
            case "ask_rebooted":
                self._reply.ask("advise_reboot")
            case "advise_reboot" if yes:
                self._reply.say("fixed_glad")
                self._goals.finish()
            case "advise_reboot":
                self._reply.ask("offer_callback")
            case _ if yes:
                state.topic, state.goal = state.goal or state.topic, "callback"
                state.of("callback").setdefault("reason", "avería")
                self._goals.take("callback", heard)
                self._reply.say("callback_first")
                self._goals.advance()
            case _:
                self._reply.say("callback_dropped")
                self._goals.finish()

    # --- confirmations -----------------------------------------------------------------------------

    def _confirmation(self, heard: Heard) -> bool:
        state = self._state
        ask = state.ask
        if ask is None:
            return False
        if state.goal == "contact" and (heard.value("phone") or heard.value("email")):
            state.ask = None
            self._reply.say("correction_noted")
            self._goals.take("contact", heard)
            self._goals.advance()
            return True
        if state.goal == "cancel" and self.is_account(heard.digits) and heard.digits != state.account:
            state.ask = None
            self._reply.say("correction_noted")
            self._goals.know_account(heard.digits)
            self._goals.advance()
            return True
        if heard.answer is Answer.UNCLEAR:
            if heard.intent.name not in {"other", "greeting", "cancellation", "update_contact_info"}:
                return False
            self.insist()
            return True
        if heard.answer is Answer.NO:
            self._refused()
        elif not ask.heard:
            return self._ask_properly()
        elif not (heard.by_keys or is_firm_yes(heard.text)):
            self.insist()
        else:
            self._confirmed()
        return True

    def _refused(self) -> None:
        state = self._state
        if state.goal == "contact" and state.ask is not None and state.ask.times == 1:
            state.of("contact").pop("value", None)
            self._reply.say("got_it")
            self._goals.advance()
            return
        self._reply.say("cancel_dropped" if state.goal == "cancel" else "contact_dropped")
        self._goals.drop()
        self._reply.ask("anything_else")

    def _confirmed(self) -> None:
        state = self._state
        slots = state.of(state.goal)
        state.ask = None
        self._reply.say("doing_it")
        if state.goal == "cancel":
            self._reply.call("cancel_service", account_id=state.account, reason=slots.get("reason", "")[:200])
        else:
            self._reply.call(
                "update_contact_info", account_id=state.account, field=slots["field"], value=slots["value"]
            )

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
