"""What the agent knows and only has to tell: the persona's facts, and when one answers better than a function."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.dialogue.goals import Goals
    from ivr.dialogue.hearing import Heard
    from ivr.dialogue.state import Reply

FACT_INTENTS = frozenset({"payment", "sales", "order_status", "opening_hours", "security"})
"""Intents that are answered by the fact of their name."""
BOOKED = "booked_call"
"""The fact about calls that are arranged already."""
_WITH_OFFER = frozenset({"sales", "order_status", "security", "address", BOOKED})
"""Facts after which a human may be wanted."""
_RATHER: dict[str, frozenset[str]] = {
    "privacy": frozenset(),
    BOOKED: frozenset({"cancellation", "appointment"}),
    "address": frozenset({"update_contact_info"}),
    "bank_account": frozenset({"payment", "billing_inquiry", "update_contact_info"}),
    "instalments": frozenset({"payment"}),
    "bill_copy": frozenset({"billing_inquiry"}),
}
"""Facts of a persona that answer better than these intents, which their words speak of as well; none: than any."""
_CERTAIN = 0.8
_ANOTHER_MOMENT = re.compile(r"\b(?:dia|hora|momento|tarde|temprano|pronto)\b")


class Facts:
    """Tells facts into the reply."""

    def __init__(self, reply: Reply, goals: Goals) -> None:
        self._reply = reply
        self._state = reply.state
        self._goals = goals

    def named(self, heard: Heard) -> str:
        """Name the persona's own fact that the turn asks for."""
        spoken = set(heard.said.split())
        return next((name for name, asked in self._reply.script.fact_words if asked <= spoken), "")

    def tell(self, name: str) -> None:
        """Tell a fact; then go back to the question that was open."""
        state = self._state
        self._reply.tell(self._reply.script.fact(name))
        if state.goal:
            if state.ask is None or state.ask.times < 2:  # noqa: PLR2004 - asked twice, it stays open unsaid
                self._goals.advance()
        elif name in _WITH_OFFER:
            self._reply.ask("offer_agent")
        else:
            state.topic = name
            self._reply.ask("anything_else")

    def is_told_rather(self, heard: Heard) -> bool:
        """Whether a fact is asked for in words that speak of something that we do."""
        ask = self._state.ask
        fact = self.named(heard)
        if fact not in _RATHER or heard.by_keys or (ask is not None and ask.name == "ask_reason"):
            return False
        if fact == BOOKED and (self._state.goal == "callback" or heard.wants("cancellation") >= _CERTAIN):
            return False
        return not _RATHER[fact] or heard.intent.name in _RATHER[fact]

    def is_about_booked_call(self, heard: Heard) -> bool:
        """Whether a call that was just arranged does not suit after all."""
        if self._state.topic != "callback" or BOOKED not in self._reply.script.persona.facts:
            return False
        named = any(heard.value(kind) for kind in ("date", "time", "phone"))
        return named or _ANOTHER_MOMENT.search(heard.said) is not None
