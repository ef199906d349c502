"""Answers what interrupts without being the subject: "repeat that", "wait", "who are you", "forget it"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.dialogue.hearing import Act
from ivr.dialogue.wishes import takes_back

if TYPE_CHECKING:
    from ivr.dialogue.conversation import Speech
    from ivr.dialogue.goals import Goals
    from ivr.dialogue.hearing import Heard
    from ivr.dialogue.state import Reply

_SOCIAL = frozenset({"greeting", "farewell", "affirm", "deny", "other"})
_DROPPED = {"cancel": "cancel_dropped", "contact": "contact_dropped", "callback": "callback_dropped"}
"""Goals that would change something -> what is said when the caller takes them back."""


class Asides:
    """Leaves the open question open, unless its goal is given up."""

    def __init__(self, reply: Reply, goals: Goals) -> None:
        self._reply = reply
        self._state = reply.state
        self._goals = goals

    def take(self, heard: Heard) -> bool:
        """Deal with a turn that is one; False for any other."""
        state = self._state
        if Act.REPEAT in heard.acts and not heard.entities:
            self._repeat()
            return True
        if self._waits(heard):
            self._reply.say("wait_for_caller")
            return True
        if (
            (Act.GO_ON in heard.acts or heard.is_filler)
            and state.unheard
            and (state.ask is None or not state.ask.heard)
        ):
            self._say_again(state.unheard)
            return True
        if Act.WHO in heard.acts:
            self._reply.say("who_are_you")
            return True
        if Act.WHY in heard.acts and state.ask is not None and state.ask.name == "ask_account":
            self._reply.say("why_account")
            self._reply.ask("ask_account")
            return True
        offered = state.ask is not None and state.ask.name.startswith("offer_") and "hace falta" in heard.said
        guide = self._goals.guided.of(state.goal)
        undone = (
            state.goal in _DROPPED
            or (guide is not None and guide.writes)
            or (state.ask is not None and state.ask.name == "ask_account")
        )
        withdrawn = undone and not heard.entities and takes_back(heard.said)
        if state.goal and not offered and (withdrawn or Act.FORGET in heard.acts):
            self._abandon()
            return True
        return False

    def _waits(self, heard: Heard) -> bool:
        """Whether the caller only asks for time: "espere, mejor no" says more."""
        if Act.WAIT not in heard.acts or heard.intent.name not in _SOCIAL:
            return False
        return not (heard.digits or heard.entities or takes_back(heard.said))

    def _abandon(self) -> None:
        self._reply.say(_DROPPED.get(self._state.goal, "abandoned"))
        self._goals.drop()
        self._state.suspended.clear()
        self._reply.ask("anything_else")

    def _repeat(self) -> None:
        """Say the last reply again, without its courtesies; its question counts as asked once more."""
        state = self._state
        if not state.last_reply:
            self._reply.ask("how_can_i_help")
            return
        courtesies = self._reply.script.lines_of("repeating", "sure", "got_it", "callback_first")
        pieces = [piece for piece in state.last_reply if piece.text not in courtesies]
        if state.ask is None or not state.ask.is_worn:
            self._reply.say("repeating")
        elif state.ask.name != "anything_else":
            pieces = pieces[-1:]
        self._say_again(pieces)

    def _say_again(self, pieces: list[Speech]) -> None:
        state = self._state
        ask = state.ask
        question = pieces[-1] if pieces and pieces[-1].expects is not None and ask is not None else None
        self._reply.say_over(pieces if question is None else pieces[:-1])
        if question is None or ask is None:
            return
        self._reply.repeat_question(ask, question)
