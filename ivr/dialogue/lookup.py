"""When a question is looked up in the company's documents, and how what was found there is told."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ivr.dialogue.facts import FACT_INTENTS
from ivr.dialogue.goals import GOAL_OF_INTENT
from ivr.dialogue.hearing import Act
from ivr.dialogue.tools import SEARCH
from ivr.language.answers import Answer
from ivr.language.question import question_of

if TYPE_CHECKING:
    from ivr.dialogue.goals import Goals
    from ivr.dialogue.hearing import Heard
    from ivr.dialogue.state import Reply
    from ivr.dialogue.tools import ToolResult

_CERTAIN = 0.75
"""Confidence of an answer from which on it is told instead of what the turn's words would start by themselves."""
_ASKS = re.compile(
    r"^(?:(?:hola|oiga|oye|perdone|disculpe|buen[oa]s|dias|tardes|y|e|a ver|mire|pues|una pregunta|sabe|digame"
    r"|(?:queria|quisiera|me gustaria|necesito|quiero) saber) )*(?:(?:a|en|por|de) )?"
    r"(?:cuant[oa]s? |que (?:pasa|cuesta|vale|precio|me cobran|significa|es eso|dia del mes|velocidad)\b"
    r"|como (?:se|pongo|cambio|funciona)\b|donde |(?:hay|tienen|tienes|venden|ofrecen|hacen|dan|aceptan|reparan) "
    r"|se puede|por que |me cobran |me pagan |cuesta )"
)
_OWN = re.compile(
    r"\b(?:debo|mi (?:saldo|factura|cuenta|recibo|linea|averia|cita|pedido|deuda)|tengo (?:que pagar|pendiente))\b"
)
_FEWEST_WORDS = 2
_IN_QUESTIONS = frozenset({"date", "time", "amount"})
"""Values that are part of questions too; others are given, not asked about."""
_IDENTIFIER = 5
"""Digits from which on a number is dictated, not part of a question."""
_QUIET = frozenset({Act.UPSET, Act.THANKS, Act.FORGET, Act.WAIT, Act.GO_ON, Act.DONT_KNOW})


class Lookup:
    """Looks a turn up, once: what is not found is answered as if nobody had looked."""

    def __init__(self, reply: Reply) -> None:
        self._reply = reply
        self._state = reply.state

    def take(self, heard: Heard, *, named: bool) -> bool:
        """Look up a question about something else than what we do; ``named``: a fact of the persona answers it."""
        doubtful = heard.intent.name in {*FACT_INTENTS, *GOAL_OF_INTENT, "complaint"}
        if not self._may(heard) or (named and doubtful) or not doubtful or _gives_detail(heard):
            return False
        if not _ASKS.search(heard.said) or _OWN.search(heard.said):
            return False
        self._look_up(heard)
        return True

    def take_unknown(self, heard: Heard) -> bool:
        """Look up what nothing else was made of."""
        if not self._may(heard) or heard.answer is not Answer.UNCLEAR or _gives_detail(heard):
            return False
        self._look_up(heard)
        return True

    def _may(self, heard: Heard) -> bool:
        state = self._state
        if not self._reply.script.knows or state.question is not None or state.goal or heard.by_keys:
            return False
        return len(heard.said.split()) >= _FEWEST_WORDS and not heard.acts & _QUIET and len(heard.digits) < _IDENTIFIER

    def _look_up(self, heard: Heard) -> None:
        self._state.question = heard
        self._reply.call(SEARCH, question=heard.text[:400])


def asks(heard: Heard) -> bool:
    """Whether the turn wants to know something."""
    return _ASKS.search(heard.said) is not None or question_of(heard.text).asks


def _gives_detail(heard: Heard) -> bool:
    return "arroba" in heard.said or any(entity.type not in _IN_QUESTIONS for entity in heard.entities)


def is_found(result: ToolResult, heard: Heard | None) -> bool:
    """Whether the documents answer; for words that would start something by themselves they must be certain."""
    if not result.ok or not result.data.get("answer"):
        return False
    unsure = heard is not None and heard.intent.name in {*FACT_INTENTS, *GOAL_OF_INTENT, "complaint"}
    return not unsure or float(result.data.get("confidence", 0.0)) >= _CERTAIN


def tell_found(result: ToolResult, reply: Reply, goals: Goals) -> None:
    """Say the answer, then ask whether there is more, or go back to what was open."""
    reply.say("found_out")
    reply.tell(str(result.data["answer"]))
    if reply.state.goal:
        goals.advance()
    else:
        reply.state.ask, reply.state.topic = None, SEARCH
        reply.ask("anything_else")
