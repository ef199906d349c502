"""Reads a caller turn as the answer to a closed question: yes, no, or neither."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ivr.dialogue.goals import other_detail
from ivr.dialogue.hearing import Act
from ivr.language.answers import Answer
from ivr.language.firm_yes import is_firm_yes

if TYPE_CHECKING:
    from ivr.dialogue.goals import Goals
    from ivr.dialogue.hearing import Heard
    from ivr.dialogue.state import Reply

CONFIRMS = frozenset({"confirm_cancel", "confirm_phone", "confirm_email"})
_NOTHING_MORE = re.compile(
    r"(?:(?:eh|pues|bueno|vale|perfecto|ok|de acuerdo|entendido|genial|muy bien|ya|si|creo que) )*(?:no|nada)"
    r"(?: (?:no|nada|mas|que va|eso(?: es)? todo|es todo|eso era(?: todo)?|ya esta|(?:asi )?(?:ya )?esta (?:todo )?bien"
    r"|con eso|(?:me )?basta|por (?:ahora|hoy|mi parte|el momento|todo)|de momento|(?:muchas |mil )?gracias|muy amable"
    r"|adios|hasta (?:luego|otra|pronto)|senorita|laura|de verdad"
    r"|(?:que )?(?:tenga |pase |este |le vaya )?(?:usted )?(?:un |una )?(?:muy )?"
    r"(?:bien|(?:buen[oa]?s?|lind[oa]|feliz) (?:dia|tarde|noche|semana|finde)s?)"
    r"|en absoluto|(?:no )?(?:hace falta|necesito|quiero)(?: nada)?(?: mas)?|la verdad|me has? ayudado mucho))*"
)
"""A no to "¿algo más?" that means goodbye; any other begins something."""
_THAT_WAS_ALL = re.compile(
    r"\b(?:era|es|seria|queria) (?:solo|solamente|nada mas) (?:eso|esto)\b|\bsolo (?:era|queria|es) (?:eso|esto)\b"
    r"|\bcon eso (?:ya )?(?:me )?(?:vale|basta|sirve|es suficiente|tengo suficiente)\b"
    r"|\bque (?:este|esten|tengan?|pasen?|le vaya)(?: usted| ustedes| un| una| muy)* (?:bien|buen\w*|lind\w+|feliz)\b"
)
"""What means the same without a no."""
_REMEDIES = frozenset({"ask_rebooted", "advise_reboot"})
_CANNOT = re.compile(
    r"\bno (?:es|tengo|hay|uso) (?:el |un |ningun )?(?:router|modem)\b|\bno (?:estoy|estamos) (?:en|ahi)\b"
    r"|\bno (?:puedo|podemos|se|sabria|alcanzo|llego)(?: \w+){0,2} (?:reiniciar|apagar|hacer|desenchufar)\w*\b"
    r"|^(?:ahora )?no puedo\b"
)
"""Why restarting the router is no remedy."""
_DONE = re.compile(r"^(?:(?:si|vale|pues|bueno|ah|ok) )*(?:ya (?:esta hecho|termine|he terminado)|listo|hecho)\b")
_FAILS = re.compile(r"\b(?:sigue|igual|lo mismo|no (?:me )?(?:funciona|va|anda|sirve|carga)|tampoco|nada)\b")
_STILL_FAILS = re.compile(r"\bsigue (?:igual|lo mismo|sin|fallando)\b|\bigual que antes\b")
"""Said of a router, it has been restarted, whatever was heard of the word for that."""
_WORKS = re.compile(r"\b(?:ya (?:me )?(?:funciona|va|anda|esta|carga)(?! hecho)|funciona|perfecto|arreglado)\b")
CLOSED = frozenset(
    {
        "offer_agent",
        "offer_manager",
        "ask_rebooted",
        "advise_reboot",
        "offer_callback",
        "offer_retention",
        "anything_else",
        "recall",
        "pick_up",
    }
)


def is_nothing_more(said: str) -> bool:
    """Tell whether folded words refuse any further help, and nothing else."""
    return _NOTHING_MORE.fullmatch(said) is not None


class ClosedAnswers:
    """Acts on a yes or a no; nothing irreversible happens without a firm one to a question heard whole."""

    def __init__(self, reply: Reply, goals: Goals) -> None:
        self._reply = reply
        self._state = reply.state
        self._goals = goals

    def insist(self) -> None:
        """Put the open question again, or give way."""
        if self._state.ask is not None and self._state.goal:
            self._goals.advance()
        else:
            self._reply.ask("offer_agent")

    def _is_other_account(self, digits: str) -> bool:
        return len(digits) == self._reply.script.persona.account_digits and digits != self._state.account

    def take(self, heard: Heard) -> bool:
        """Answer the turn as an answer; False when it is none."""
        state = self._state
        ask = state.ask
        if ask is None:
            return False
        if ask.name == "anything_else" and self._is_other_account(heard.digits):
            return False
        if ask.name in _REMEDIES and _CANNOT.search(heard.said):
            self._reply.ask("offer_callback")
            return True
        if ask.name == "advise_reboot" and self._was_only_applied(heard):
            self._reply.ask("advise_reboot")
            return True
        if ask.name == "recall":
            return self._comes_back(ask.about, heard)
        if ask.name == "pick_up":
            return self._picks_up(ask.about, heard)
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

    def _comes_back(self, matter: str, heard: Heard) -> bool:
        """Go on with what the last call left open, or ask what else."""
        self._state.ask = None
        if heard.answer is Answer.NO and is_nothing_more(heard.said):
            self._reply.ask("anything_else")
            return True
        if heard.said.startswith("si") or heard.answer is Answer.YES:
            self._reply.chosen = matter
        return False

    def _picks_up(self, goal: str, heard: Heard) -> bool:
        """Go on with what was left half done, or drop it; another wish drops it unsaid."""
        self._state.ask = None
        if heard.answer is Answer.NO:
            self._state.slots.pop(goal, None)
            self._reply.say("abandoned")
            self._reply.ask("anything_else")
        elif heard.answer is Answer.YES or heard.digits or heard.entities or Act.GO_ON in heard.acts:
            self._state.goal = goal
            self._goals.take(goal, heard)
            self._goals.advance()
        else:
            return False
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
    def _was_only_applied(heard: Heard) -> bool:
        """Whether the remedy was applied, and whether it helped is yet to be told."""
        applied = Act.REBOOTED in heard.acts or _DONE.search(heard.said)
        return bool(applied) and not (_FAILS.search(heard.said) or _WORKS.search(heard.said))

    @staticmethod
    def _verdict(name: str, heard: Heard) -> Answer:
        if name == "ask_rebooted" and Act.REBOOTED in heard.acts:
            denied = re.search(
                r"\bno (?:lo |la )?(?:he|hemos) (?:reinici|apag|prob)\w+|\btodavia no\b|\baun no\b", heard.said
            )
            return Answer.NO if denied else Answer.YES
        if name == "ask_rebooted" and _STILL_FAILS.search(heard.said):
            return Answer.YES
        if name == "advise_reboot":
            if _FAILS.search(heard.said):
                return Answer.NO
            if _WORKS.search(heard.said):
                return Answer.YES
        if name == "offer_callback" and (heard.value("date") or heard.value("time") or Act.SOONEST in heard.acts):
            return Answer.YES
        if name == "anything_else" and heard.answer is Answer.NO and not heard.by_keys:
            return Answer.NO if is_nothing_more(heard.said) else Answer.UNCLEAR
        if name == "anything_else" and _THAT_WAS_ALL.search(heard.said):
            return Answer.NO
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

    def take_confirmation(self, heard: Heard) -> bool:
        """Do what was read back, drop it, or correct it; False when the turn is no answer."""
        state = self._state
        ask = state.ask
        if ask is None:
            return False
        if state.goal == "contact" and self._corrects_contact(heard):
            state.ask = None
            self._reply.say("correction_noted")
            self._goals.advance()
            return True
        if state.goal == "cancel" and self._is_other_account(heard.digits):
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
        elif not (heard.by_keys or is_firm_yes(heard.text, to_cancel=state.goal == "cancel")):
            self.insist()
        else:
            self._confirmed()
        return True

    def _corrects_contact(self, heard: Heard) -> bool:
        """Take another value, or the other detail instead; one that is to change as well waits."""
        slots = self._state.of("contact")
        before = dict(slots)
        if heard.answer is Answer.YES and not (heard.value("phone") or heard.value("email")):
            other = other_detail(heard, slots["field"])
            if other:
                slots["also"] = other
            return False
        self._goals.take("contact", heard)
        return slots != before or bool(heard.value("phone") or heard.value("email"))

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
