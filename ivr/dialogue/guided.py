"""Leads a caller through an operator's function: knows the wish, asks for what is lacking, confirms, calls, tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.dialogue.confirmation import says_yes
from ivr.dialogue.conversation import Expectation
from ivr.dialogue.guided_values import read_slot
from ivr.dialogue.guided_wishes import SEVERAL, strength
from ivr.dialogue.guided_words import told
from ivr.dialogue.hearing import Act
from ivr.dialogue.permission import ARGUMENTS, CONFIRMATION, IDENTITY, PROOFS_SPENT, WRONG_PROOF
from ivr.language.answers import Answer

if TYPE_CHECKING:
    import datetime as dt

    from ivr.dialogue.goals import Goals
    from ivr.dialogue.guide import Guide, Slot
    from ivr.dialogue.hearing import Heard
    from ivr.dialogue.state import Ask, Reply
    from ivr.dialogue.tools import ToolResult

ASK, CONFIRM = "ask_parameter", "confirm_function"
"""Questions that are the operator's own."""
_NOT_FOUND = "not_found"
_EXPECTS = {
    "boolean": Expectation.YES_NO,
    "date": Expectation.DATE,
    "time": Expectation.DATE,
    "email": Expectation.EMAIL,
    "dni": Expectation.DOCUMENT,
    "nie": Expectation.NIE,
    "iban": Expectation.IBAN,
    "postal_code": Expectation.POSTAL_CODE,
    **dict.fromkeys(("integer", "number", "phone", "account", "digits"), Expectation.DIGITS),
}
_COUNTS = frozenset({"digits", "account", "phone"})
"""Kinds whose answer has so many digits."""
_UNCLEAR_INTENTS = frozenset({"other", "greeting", "affirm", "deny"})


class Guided:
    """One turn's dealings with the operator's functions; ``now`` is local time."""

    def __init__(self, reply: Reply, goals: Goals, now: dt.datetime) -> None:
        self._reply = reply
        self._state = reply.state
        self._goals = goals
        self._now = now

    def of(self, name: str) -> Guide | None:
        """Give the guide of a function, or goal, of that name."""
        return next((guide for guide in self._reply.script.guides if guide.name == name), None)

    def wished(self, heard: Heard) -> Guide | None:
        """Tell which function a turn asks for; None where it asks for none, or answers."""
        if heard.by_keys or self._is_text_wanted():
            return None
        found = [(strength(guide, heard), place) for place, guide in enumerate(self._reply.script.guides)]
        best, place = max(found, key=lambda item: (item[0], -item[1]), default=(0, 0))
        return self._reply.script.guides[place] if best >= (SEVERAL if self.fits(heard) else 1) else None

    def _is_text_wanted(self) -> bool:
        asked = self._asked()
        return asked is not None and asked[1].kind == "string"

    def fits(self, heard: Heard) -> bool:
        """Tell whether a turn holds the value that is asked for."""
        asked = self._asked()
        return asked is not None and self._read(asked[1], heard, asked=True) != ""

    # --- moving on ---------------------------------------------------------------------------

    def begin(self, guide: Guide, heard: Heard) -> None:
        """Start a function with what the wish itself says."""
        state = self._state
        if state.goal and state.goal != guide.name:
            state.suspended = [one for one in state.suspended if one != guide.name] + [state.goal]
        state.goal, state.ask, state.partial = guide.name, None, ""
        self._take(guide, heard)
        self.advance(guide)

    def advance(self, guide: Guide) -> None:
        """Ask for what is lacking, then for the yes, then call."""
        slots = self._state.of(guide.name)
        for slot in guide.slots:
            if slot.kind == "account" and self._state.account:
                slots.setdefault(slot.name, self._state.account)
            if slot.name in slots or not (slot.required or slot.ask):
                continue
            if slot.ask:
                self._put(guide, slot)
            else:
                self._reply.ask("ask_account")
            return
        if guide.confirm:
            text = told(guide, guide.confirm, slots, self._now) or guide.confirm
            self._reply.put(CONFIRM, text, str(sorted(slots.items())), Expectation.YES_NO)
        else:
            self._call(guide)

    def _put(self, guide: Guide, slot: Slot) -> None:
        about = f"{guide.name} {slot.name}"
        before = self._state.asked
        again = before is not None and (before.name, before.about) == (ASK, about)
        sorry = self._reply.script.say("clarify_again").partition(".")[0] + ". " if again else ""
        digits = 0
        if slot.kind in _COUNTS:
            script = self._reply.script
            usual = {"account": script.persona.account_digits, "phone": script.phone_digits}
            digits = slot.digits or usual.get(slot.kind, 0)
        self._reply.put(ASK, sorry + slot.ask, about, _EXPECTS.get(slot.kind, Expectation.ANY), digits)

    def _call(self, guide: Guide) -> None:
        self._state.ask = None
        self._reply.say("doing_it" if guide.writes else "one_moment")
        self._reply.call(guide.name, **self._state.of(guide.name))

    # --- answers -----------------------------------------------------------------------------

    def _asked(self) -> tuple[Guide, Slot] | None:
        ask = self._state.ask
        if ask is None or ask.name != ASK:
            return None
        name, _, wanted = ask.about.partition(" ")
        guide = self.of(name)
        slot = next((one for one in guide.slots if one.name == wanted), None) if guide else None
        return (guide, slot) if guide and slot else None

    def answer(self, heard: Heard) -> bool:
        """Take a turn as the answer to a question of the operator's; False when it is none."""
        ask, guide = self._state.ask, self.of(self._state.goal)
        if ask is None or guide is None:
            return False
        if ask.name == CONFIRM:
            return self._confirmed(guide, ask, heard)
        asked = self._asked()
        return asked is not None and self._given(*asked, heard)

    def _given(self, guide: Guide, slot: Slot, heard: Heard) -> bool:
        state = self._state
        slots = state.of(guide.name)
        value = self._read(slot, heard, asked=True)
        if value:
            slots[slot.name], state.ask, state.partial = value, None, ""
            self._take(guide, heard)
        elif not slot.required and (heard.answer is Answer.NO or heard.acts & {Act.DONT_KNOW, Act.SOONEST}):
            slots[slot.name], state.ask = "", None
        elif Act.DONT_KNOW in heard.acts and not heard.digits:
            self._reply.ask("offer_agent")
            return True
        elif heard.digits or heard.intent.name in _UNCLEAR_INTENTS:
            state.partial = heard.digits if slot.kind in _COUNTS and len(heard.digits) < slot.digits else ""
        else:
            return False
        self.advance(guide)
        return True

    def _confirmed(self, guide: Guide, ask: Ask, heard: Heard) -> bool:
        question = told(guide, guide.confirm, self._state.of(guide.name), self._now) or guide.confirm
        if heard.answer is not Answer.YES and self._corrects(guide, heard):
            self._state.ask = None
            self._reply.say("correction_noted")
            self.advance(guide)
        elif heard.answer is Answer.NO:
            self._reply.say("abandoned")
            self._goals.drop()
            self._reply.ask("anything_else")
        elif ask.heard and says_yes(question, heard.text, by_keys=heard.by_keys):
            self._call(guide)
        elif heard.intent.name in _UNCLEAR_INTENTS or heard.answer is Answer.YES:
            self.advance(guide)
        else:
            return False
        return True

    def _corrects(self, guide: Guide, heard: Heard) -> bool:
        """Take other values than those that were read back."""
        slots = self._state.of(guide.name)
        before = dict(slots)
        for slot in guide.slots:
            if (value := self._read(slot, heard, asked=False)) and slot.kind != "account":
                slots[slot.name] = value
        return slots != before

    def _take(self, guide: Guide, heard: Heard) -> None:
        """Fill what a turn says besides; digits go to the first that they fit."""
        slots = self._state.of(guide.name)
        used = set(slots.values())
        for slot in guide.slots:
            value = "" if slot.name in slots else self._read(slot, heard, asked=False)
            if value and value not in used:
                slots[slot.name] = value
                used.add(value)
            if value and slot.kind == "account":
                self._goals.know_account(value)

    def _read(self, slot: Slot, heard: Heard, *, asked: bool) -> str:
        partial = self._state.partial if asked else ""
        return read_slot(slot, heard, self._now, self._reply.script, partial=partial, asked=asked)

    # --- results -----------------------------------------------------------------------------

    def tell(self, guide: Guide, result: ToolResult) -> None:
        """Say what came of a call."""
        state = self._state
        state.goal = state.goal or guide.name
        slots = state.of(guide.name)
        if not result.ok:
            self._tell_failure(guide, result)
            return
        values = {**slots, **result.data}
        sentence = next((text for say in guide.say if (text := told(guide, say, values, self._now))), None)
        state.slots.pop(guide.name, None)
        if sentence is None and not guide.writes:
            self._reply.say("tool_failed")
            self._goals.drop()
            self._reply.ask("offer_agent")
            return
        if sentence is None:
            self._reply.say("got_it")
        else:
            self._reply.tell(sentence)
        self._goals.finish()

    def _tell_failure(self, guide: Guide, result: ToolResult) -> None:
        slots, code = self._state.of(guide.name), result.code
        if code == CONFIRMATION:
            self.advance(guide)
            return
        if code == IDENTITY:
            self._state.account = ""
            for slot in guide.slots:
                if slot.kind == "account":
                    slots.pop(slot.name, None)
            self._reply.ask("ask_account")
            return
        if code in {WRONG_PROOF, PROOFS_SPENT}:
            self._tell_wrong_proof(guide, spent=code == PROOFS_SPENT)
            return
        named = guide.fail.get(code)
        sentence = told(guide, named or guide.fail.get("default", ""), slots, self._now)
        if sentence:
            self._reply.tell(sentence)
        if code in {_NOT_FOUND, ARGUMENTS} and slots:
            slots.clear()
            self.advance(guide)
            return
        if not sentence:
            self._reply.say("tool_failed")
        if named:
            slots.clear()
            self._goals.finish()
        else:
            self._goals.drop()
            self._reply.ask("offer_agent")

    def _tell_wrong_proof(self, guide: Guide, *, spent: bool) -> None:
        """Ask again for what proves who calls; after too many wrong ones offer a person."""
        for name in guide.proofs:
            self._state.of(guide.name).pop(name, None)
        sorry = guide.fail.get(WRONG_PROOF) or self._reply.script.say("clarify_check").partition(".")[0] + "."
        self._reply.tell(sorry)
        if spent:
            self._goals.drop()
            self._reply.ask("offer_agent")
        else:
            self.advance(guide)
