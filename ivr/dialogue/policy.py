"""Decides what a caller turn means: urgent things first, then the open question, then new subjects."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ivr.dialogue.answers_to import Answers
from ivr.dialogue.asides import Asides
from ivr.dialogue.aspects import asks_status, is_follow_up
from ivr.dialogue.closed_answers import is_nothing_more
from ivr.dialogue.facts import BOOKED, FACT_INTENTS, Facts
from ivr.dialogue.goals import GOAL_OF_INTENT, TOOL_OF_GOAL
from ivr.dialogue.hearing import Act
from ivr.dialogue.lookup import Lookup, asks
from ivr.dialogue.state import MOST_TIMES
from ivr.dialogue.wishes import beyond_refusal, instead, parts
from ivr.language.answers import Answer
from ivr.language.intents import SURE

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.dialogue.goals import Goals
    from ivr.dialogue.hearing import Heard
    from ivr.dialogue.state import Reply

_CLEAR = 0.6
"""Confidence from which a subject may push another aside."""
_CERTAIN = 0.8
_CLOSE = 0.12
"""Two subjects nearer than this are asked about, unless one is certain."""
_SOCIAL = frozenset({"greeting", "farewell", "affirm", "deny", "other"})
_FOLLOWING = _SOCIAL | {"billing_inquiry", "sales", "payment"}
"""Subjects whose words also ask on about what was just told ("¿y qué tarifa tengo?")."""
_OPERATOR_KEY = "0"
_PATIENCE = 2
"""Angry turns after which a manager is offered."""

_WRONG_NUMBER = re.compile(
    r"\b(?:me (?:he )?equivo\w+ (?:de|al marcar)(?: el)? ?(?:numero|telefono)?|numero equivocado)$"
)
_ASIDE = frozenset({"anything_else", "offer_agent", "offer_manager"})
"""Questions that a no puts away, so that what follows it is a new wish."""
_WHO_IS_THERE = re.compile(
    r"^(?:\w+ ){0,3}(?:hablo|hablando) con (?:una? )?(?:persona|human[oa]|maquina|robot)(?: (?:real|de verdad|humana))?"
    r"(?: o (?:con )?(?:una? )?\w+)?$"
)
_FORMAL = re.compile(r"\b(?:reclam\w+|quejas?|quejarme|denunci\w+)\b")
"""Who wants to complain in form wants somebody to complain to."""
_FIRST = re.compile(r"\b(?:antes|primero|mientras tanto|un (?:momento|segundo)|esper[aeo]\w*|de paso)\b")
"""Says of something else that the present matter is not over."""
_IT_WORKS = re.compile(r"^(?:(?:si|ah|vale|pues|bueno|perfecto|genial) )*ya (?:esta|funciona|va)\b")


class Policy:
    """One turn's decision; it writes into the reply. ``hear`` reads a part of the turn by itself."""

    def __init__(self, reply: Reply, goals: Goals, hear: Callable[[str], Heard]) -> None:
        self._reply = reply
        self._state = reply.state
        self._goals = goals
        self._hear = hear
        self._answers = Answers(reply, goals)
        self._asides = Asides(reply, goals)
        self._facts = Facts(reply, goals)
        self._lookup = Lookup(reply)
        self._lost = 0

    def answer(self, heard: Heard, *, injected: bool = False) -> None:
        """Answer one caller turn; one that is ``injected`` against our rules is refused, whatever else it asks."""
        self._lost, self._state.lost = self._state.lost, 0
        if injected and not self._facts.is_told_rather(heard):
            self._reply.ask("out_of_scope")
            return
        if self._urgent(heard):
            return
        if subject := self.refused(heard):
            self._refuse(subject)
            return
        if self._asides.take(heard) or self._wishes_function(heard):
            return
        if self._refuses_and_wishes(heard):
            return
        if self._stays_and_wishes(heard):
            return
        if self._state.ask is not None and not self._changes_subject(heard) and self._answers.take(heard):
            return
        if self._reply.chosen:
            self.pursue(self._reply.chosen, heard)
        elif self._lookup.take(heard, named=bool(self._facts.named(heard))):
            self._state.lost = self._lost
        elif not self._subject(heard):
            self._small_talk(heard)

    # --- what cannot wait ---------------------------------------------------------------------

    def _urgent(self, heard: Heard) -> bool:
        state = self._state
        if heard.by_keys and heard.digits == _OPERATOR_KEY:
            self._reply.hand_over("transfer_to_agent", "pulsó 0")
            return True
        if self._facts.is_told_rather(heard):
            self._facts.tell(self._facts.named(heard))
            return True
        wants_person = heard.intent.name == "transfer_to_agent" and heard.intent.confidence >= _CERTAIN
        if wants_person and not _WHO_IS_THERE.search(heard.said):
            manager = re.search(r"\b(?:supervisor\w*|encargad\w+|responsable|jef[ea]|gerente|director)\b", heard.said)
            self._reply.hand_over("transfer_to_manager" if manager else "transfer_to_agent", heard.text)
            return True
        if Act.UPSET in heard.acts:
            state.upset += 1
            return self._soothe(heard)
        fixed = state.ask is not None and state.ask.name == "advise_reboot" and _IT_WORKS.search(heard.said)
        leaves = heard.intent.name == "farewell" and heard.intent.confidence >= _CERTAIN
        leaves = leaves or (not state.goal and _WRONG_NUMBER.search(heard.said) is not None)
        if leaves and not fixed and not heard.digits:  # "ya está: uno dos tres ..." is no goodbye
            self.end()
            return True
        return False

    def _soothe(self, heard: Heard) -> bool:
        """Meet anger: the reason for leaving goes straight to a manager, repeated anger is offered one."""
        state = self._state
        if state.goal == "cancel" and state.ask is not None and state.ask.name in {"ask_reason", "offer_retention"}:
            state.of("cancel")["reason"] = heard.text
            self._reply.say("empathy")
            self._reply.hand_over("transfer_to_manager", heard.text)
            return True
        if state.ask is not None and state.ask.name in {"offer_manager", "offer_agent"}:
            return False
        if self._serves_second(heard):
            return True
        if state.upset >= _PATIENCE or heard.intent.name == "complaint" or not self._names_goal(heard):
            if heard.answer is not Answer.UNCLEAR and heard.intent.name in _SOCIAL and state.upset < _PATIENCE:
                return False
            if (heard.entities or heard.digits) and state.ask is not None:
                return False
            self._reply.say("empathy")
            self._reply.ask("offer_manager")
            return True
        return False

    def _serves_second(self, heard: Heard) -> bool:
        """Serve what an angry caller wants besides complaining; one who says it again is offered a manager."""
        intent = heard.intent
        if intent.name != "complaint" or intent.second not in GOAL_OF_INTENT or intent.second_confidence < _CERTAIN:
            return False
        if _FORMAL.search(heard.said) or self._state.upset >= _PATIENCE or self._state.ask is not None:
            return False
        self._reply.say("empathy")
        self.pursue(intent.second, heard)
        return True

    @staticmethod
    def _names_goal(heard: Heard) -> bool:
        return heard.intent.name in GOAL_OF_INTENT or heard.intent.name in FACT_INTENTS

    def end(self) -> None:
        """Say goodbye and hang up."""
        self._state.ask = None
        self._state.goal = ""
        self._reply.say_protected("farewell")
        self._reply.call("end_call")

    def refused(self, heard: Heard) -> str:
        """Name the subject of a turn that the persona does not talk about; "" where it gives what was asked for."""
        ask = self._state.ask
        if heard.by_keys or (ask is not None and (ask.name == "ask_reason" or heard.digits or heard.entities)):
            return ""
        if self._goals.guided.fits(heard):
            return ""
        served = heard.intent.name in GOAL_OF_INTENT and heard.intent.confidence >= _CERTAIN
        return self._reply.script.subjects.asked(heard.said, heard.intent, served=served)

    def _refuse(self, subject: str) -> None:
        """Refuse a subject in the persona's words, then go back to what was open."""
        refusal, state = self._reply.script.refusal(subject), self._state
        if refusal:
            self._reply.tell(refusal)
        elif state.goal:
            self._reply.say("out_of_scope")
        if state.goal:
            self._goals.advance()
        else:
            self._reply.ask("how_can_i_help" if refusal else "out_of_scope")

    # --- subjects -----------------------------------------------------------------------------

    def _wishes_function(self, heard: Heard) -> bool:
        """Start a function of the operator's that the turn asks for, unless it answers what is open."""
        ask, guided = self._state.ask, self._goals.guided
        if ask is not None and ask.name in {"ask_reason", "clarify"}:
            return False
        guide = guided.wished(heard)
        if guide is None or guide.name == self._state.goal:
            return False
        guided.begin(guide, heard)
        return True

    def _refuses_and_wishes(self, heard: Heard) -> bool:
        """Take "no, pero quería ..." after an offer for the wish that it is."""
        ask = self._state.ask
        if ask is None or ask.name not in _ASIDE or heard.answer is not Answer.NO or heard.by_keys:
            return False
        wish = self._hear(beyond_refusal(heard.text))
        if wish.intent.name not in {*GOAL_OF_INTENT, *FACT_INTENTS} or wish.intent.confidence < _CLEAR:
            return False
        self._state.ask = None
        return self._subject(wish)

    def _stays_and_wishes(self, heard: Heard) -> bool:
        """Take "mejor no, dígame mi saldo", where a reason for leaving was asked for, for the wish that it is."""
        ask = self._state.ask
        if ask is None or ask.name not in {"ask_reason", "offer_retention"} or heard.by_keys:
            return False
        wish = self._hear(instead(heard.text))
        if wish.intent.name not in GOAL_OF_INTENT or wish.intent.confidence < _CLEAR:
            return False
        if GOAL_OF_INTENT[wish.intent.name] == self._state.goal:
            return False
        self._reply.say("cancel_dropped")
        self._goals.drop()
        return self._subject(wish)

    def _changes_subject(self, heard: Heard) -> bool:
        """Whether the turn clearly asks for something else than the open question's own goal."""
        ask = self._state.ask
        if ask is None or heard.by_keys or ask.name in {"ask_reason", "clarify"} or self._goals.guided.fits(heard):
            return False
        if heard.intent.name in _SOCIAL or heard.intent.confidence < _CERTAIN:
            if self._facts.named(heard):
                return True
            if heard.intent.name in _SOCIAL:
                return False
        goal = GOAL_OF_INTENT.get(heard.intent.name, heard.intent.name)
        if goal == "complaint" and heard.entities:
            return False  # an answer in anger is an answer
        if goal == self._state.goal or (ask.name == "offer_callback" and goal in {"callback", "support"}):
            return False
        if ask.name in {"ask_rebooted", "advise_reboot"} and goal in {"support", "callback"}:
            return False
        return heard.intent.confidence >= _CLEAR

    def _subject(self, heard: Heard) -> bool:
        """Start, or go back to, what the turn is about."""
        if heard.by_keys:
            return self._corrects_account(heard)
        name, confidence = heard.intent.name, heard.intent.confidence
        if asks_status(heard) and (name in _SOCIAL or (name in GOAL_OF_INTENT and confidence < _CERTAIN)):
            self._begin("support", heard)
            return True
        fact = self._facts.named(heard)
        if fact and (name in _SOCIAL or confidence < _CERTAIN):
            self._facts.tell(fact)
            return True
        if name in _FOLLOWING and (goal := is_follow_up(self._state.topic, heard)):
            self._begin(goal, heard)
            return True
        if name in _SOCIAL or confidence < SURE:
            return self._corrects_account(heard)
        if self._has_several(heard) or self._serves_second(heard):
            return True
        if self._is_ambiguous(heard):
            topics = self._reply.script.persona.topics
            first, second = topics[name], topics[heard.intent.second]
            self._reply.ask("clarify", f"{name} {heard.intent.second}", first=first, second=second)
            return True
        self.pursue(name, heard)
        return True

    def _has_several(self, heard: Heard) -> bool:
        """Serve two wishes in the order in which they were said: the later ones wait."""
        if heard.intent.second not in GOAL_OF_INTENT:
            return False
        wishes: dict[str, Heard] = {}
        for part in map(self._hear, parts(heard.text)):
            goal = GOAL_OF_INTENT.get(part.intent.name, "")
            if goal and part.intent.confidence >= _CLEAR:
                wishes.setdefault(goal, part)
        if len(wishes) < 2 or set(wishes) == {"support", "callback"}:  # noqa: PLR2004 - a technician's call is one wish
            return False
        (_, first), *others = wishes.items()
        for goal, part in reversed(others):
            self._goals.take(goal, part)
            self._state.suspended = [one for one in self._state.suspended if one != goal] + [goal]
        self.pursue(first.intent.name, first)
        return True

    def pursue(self, name: str, heard: Heard) -> None:
        """Act on an intent."""
        if name in FACT_INTENTS:
            self._facts.tell(name)
        elif name == "complaint":
            self._reply.say("empathy")
            self._reply.ask("offer_manager")
        elif name == "transfer_to_agent":
            self._reply.hand_over("transfer_to_agent", heard.text)
        elif name in GOAL_OF_INTENT:
            self._begin(GOAL_OF_INTENT[name], heard)
        else:
            self._reply.ask("how_can_i_help")

    def _begin(self, goal: str, heard: Heard) -> None:
        state = self._state
        if state.goal and state.goal != goal:
            state.suspended = [one for one in state.suspended if one != goal] + [state.goal]
            if not _FIRST.search(heard.said):
                state.strayed.add(state.goal)
        state.strayed.discard(goal)
        again = state.goal == goal
        state.goal, state.ask, state.partial = goal, None, ""
        self._goals.take(goal, heard)
        if not again:
            self._lead_in(goal, heard)
        self._goals.advance()

    def _lead_in(self, goal: str, heard: Heard) -> None:
        """Say something short and fixed before the first question of a goal."""
        if goal == "support":
            self._reply.say("sure" if asks_status(heard) else "empathy")
        elif goal == "callback":
            self._reply.say("callback_first")
        elif (goal == "balance" and not self._state.account) or (
            goal == "contact" and heard.value("phone") is None and self._state.of("contact").get("field")
        ):
            self._reply.say("sure")

    def _is_ambiguous(self, heard: Heard) -> bool:
        intent = heard.intent
        if intent.second in _SOCIAL or intent.confidence >= _CERTAIN:
            return False
        if GOAL_OF_INTENT.get(intent.name, intent.name) == GOAL_OF_INTENT.get(intent.second, intent.second):
            return False
        return intent.second_confidence >= SURE and intent.confidence - intent.second_confidence < _CLOSE

    def _corrects_account(self, heard: Heard) -> bool:
        """Take "no, es la 654321" after a result: look again."""
        state = self._state
        account = heard.value("account_id") or (heard.digits if self._answers.is_account(heard.digits) else None)
        if account is None:
            return False
        again = state.goal or state.topic
        if state.account and account != state.account:
            self._reply.say("correction_noted")
        self._goals.know_account(account)
        if again in TOOL_OF_GOAL:
            state.goal, state.ask = again, None
            self._goals.advance()
        else:
            self._reply.ask("how_can_i_help")
        return True

    # --- the rest -------------------------------------------------------------------------------

    def _small_talk(self, heard: Heard) -> None:
        state = self._state
        if self._lookup.take_unknown(heard):
            state.lost = self._lost
            return
        if heard.intent.name == "other" and heard.answer is Answer.UNCLEAR and not heard.is_filler:
            state.lost = self._lost + 1
        if state.goal and state.ask is not None:
            self._answers.insist()
        elif heard.intent.name == "greeting":
            self._reply.ask("greet_back")
        elif Act.THANKS in heard.acts and heard.answer is not Answer.NO:
            self._reply.say("welcome")
            self._reply.ask("anything_else")
        elif heard.answer is Answer.YES:
            self._reply.ask("yes_what")
        elif heard.answer is Answer.NO and state.topic and is_nothing_more(heard.said):
            self.end()
        elif heard.answer is Answer.NO and self._facts.is_about_booked_call(heard):
            self._facts.tell(BOOKED)
        elif heard.answer is Answer.NO:
            self._reply.say("nothing_pending")
        elif state.goal:
            self._goals.advance()
        elif state.lost > MOST_TIMES:
            self._reply.ask("offer_agent")
        elif state.question is not None and asks(heard):
            self._reply.say("not_known")
            self._reply.ask("offer_agent")
        else:
            self._reply.ask("out_of_scope" if not heard.is_short else "not_understood")
