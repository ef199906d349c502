"""Decides what to ask again before an engine, built-in or any LLM, acts on what was not heard well.

The state is a fold over the conversation, as the built-in engine's is: what was asked and what the caller answered is
settled into one entry, and the engine gets the settled conversation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ivr.dialogue.conversation import Expectation, Message, Speech
from ivr.dialogue.expectation import infer_expectation, slots_of
from ivr.language.answers import Answer, answer_to_readback
from ivr.language.clarification import (
    Asked,
    Clarification,
    ClarificationPolicy,
    Judgement,
    Strategy,
    doubtful,
    holds_value,
    judge,
    says_more,
)
from ivr.language.email_dictation import is_host_in_doubt, respelled, respelled_host
from ivr.language.identifiers import CHECKED
from ivr.language.numbers import heard_digits
from ivr.language.readback import read_back, spelled_email
from ivr.language.readings import READABLE, Reading, read_value
from ivr.language.spelling import spelled
from ivr.language.words import plain

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from ivr.dialogue.script import Script

HOST = "host"
"""As a kind that is spelled: what stands after the @ of an address."""
_PHRASES = {
    (Strategy.YES_NO, "cancel"): "clarify_wish",
    (Strategy.YES_NO, "confirm"): "clarify_answer",
    (Strategy.SPELL_OUT, HOST): "clarify_spell_host",
    (Strategy.SPELL_OUT, ""): "clarify_spell",
    (Strategy.EXPLICIT, "checked"): "clarify_check",
    (Strategy.EXPLICIT, ""): "clarify_again",
    (Strategy.IMPLICIT, ""): "clarify_noted",
    (Strategy.YES_NO, ""): "clarify_value",
}
_WITH_VALUE = frozenset({"clarify_wish", "clarify_answer", "clarify_noted", "clarify_value"})
_KEYED = {"1": Answer.YES, "2": Answer.NO}
_DECISIONS = frozenset({"confirm", "cancel"})
"""What is read back and is no value: a yes to it must be one from its first word to its last."""
_YES_AND = re.compile(
    r"(?:si|correcto|exacto|eso es|asi es)(?! (?:que )?no\b)"
    r"(?: (?!(?:\d+|es|esta|son|era|mal|numeros?|cifras?|ultim\w+|correct\w+|equivoc\w+|cuenta|asi|eso)\b)\w+){3,}"
)
"""A yes with which a caller goes on to something else than what was read back."""
_ANSWERS = {"yes": "sí", "no": "no"}


@dataclass(frozen=True, slots=True)
class _Open:
    """A question of ours that waits for its answer, and the entry that it is about."""

    clarification: Clarification
    speech: Speech
    entry: Message


@dataclass(slots=True)
class Case:
    """The conversation so far: settled entries for the engine, and what is to be said before it answers."""

    settled: list[Message] = field(default_factory=list)
    expects: Expectation = Expectation.ANY
    digits: int = 0
    open: _Open | None = None
    remark: Speech | None = None
    used: int = 0
    times: int = 0
    """How often the present value was asked for again."""
    spelled: str = ""
    """Which part of the present address was asked for letter by letter last."""
    denied: set[str] = field(default_factory=set)
    """Values that were read back and are wrong: none of them is read back again."""
    heard: list[str] = field(default_factory=list)
    """All readings of what was said to the present question before, the newest utterance's first."""


class CaseFold:
    """Replays a conversation.

    ``dictated`` kinds of value are read back whenever they are given, and asked for until they can be read.
    """

    def __init__(self, script: Script, policy: ClarificationPolicy, dictated: frozenset[str]) -> None:
        self._script = script
        self._policy = policy
        self._dictated = dictated

    def read(self, messages: Sequence[Message], now: dt.datetime) -> Case:
        """Give the case after the last entry."""
        case = Case()
        for message in messages:
            case.remark = None
            if message.role == "user":
                self._user(case, message, now)
            elif message.role != "assistant" or not message.text:
                case.settled.append(message)
            elif case.open is None:
                case.settled.append(message)
                if "?" in message.text:
                    case.expects, case.digits = infer_expectation(message.text, self._script.country)
                    case.times, case.spelled, case.heard = 0, "", []
        return case

    # --- the caller's entries -----------------------------------------------------------------

    def _user(self, case: Case, message: Message, now: dt.datetime) -> None:
        waiting, case.open = case.open, None
        if waiting is None:
            self._judged(case, message, now)
        elif waiting.clarification.strategy is Strategy.YES_NO:
            self._answered(case, waiting, message, now)
        elif waiting.clarification.kind == "person":
            self._settle(case, message, spelled(message.text).capitalize() or message.text)
        elif waiting.clarification.strategy is Strategy.SPELL_OUT and not message.by_keys:
            self._spelled(case, waiting, message)
        else:
            case.times += 1
            self._judged(case, message, now)

    def _judged(self, case: Case, message: Message, now: dt.datetime) -> None:
        """Take an entry, or ask about it."""
        if message.by_keys:
            self._settle(case, message, "")
            return
        closed = case.expects is Expectation.YES_NO
        kinds = slots_of(case.expects, case.digits, self._script.country)
        question = Asked(kinds, closed, case.times, frozenset(case.denied), self._script.country, case.digits)
        hypotheses = [message.text, *message.alternatives]
        before = case.heard if any(holds_value(kind, message.text) for kind in kinds & READABLE) else []
        judged = judge([*hypotheses, *before], message.words, question, now, self._policy)
        case.heard = hypotheses + case.heard
        asked = judged.clarification
        if asked is not None and (case.used >= self._policy.most or not self._insists(asked, message)):
            asked = None
        if asked is not None and asked.strategy is Strategy.IMPLICIT:
            case.used += 1
            case.remark = self._speech(case, asked)
            self._settle(case, message, "")
        elif asked is not None:
            case.used += 1
            case.open = _Open(asked, self._speech(case, asked), message)
        elif judged.value and judged.kind in self._dictated:
            self._confirm(case, judged, message)
        elif judged.denied and judged.kind in self._dictated:
            self._settle(case, message, _ANSWERS["no"])  # or the engine would take what the caller has denied
        else:
            self._settle(case, message, judged.value if judged.kind in self._dictated else "")

    def _insists(self, asked: Clarification, message: Message) -> bool:
        """Tell whether to ask again for a value that could not be read; an engine has its own words for most."""
        if asked.strategy is Strategy.YES_NO or asked.kind not in READABLE:
            return True
        return asked.kind in self._dictated or doubtful(message.words, self._policy)

    def _confirm(self, case: Case, judged: Judgement, message: Message) -> None:
        """Read a dictated value back; that is part of taking it, and no clarification."""
        asked = Clarification(Strategy.YES_NO, judged.kind, judged.value)
        case.open = _Open(asked, replace(self._speech(case, asked), clarifies=""), message)

    def _answered(self, case: Case, waiting: _Open, message: Message, now: dt.datetime) -> None:
        """Take the answer to what was read back."""
        asked = waiting.clarification
        verdict = _KEYED.get(message.text, Answer.UNCLEAR) if message.by_keys else answer_to_readback(message.text)
        if verdict is Answer.NO and asked.kind in READABLE:
            case.denied.add(asked.value)
        anew = "" if message.by_keys else _said_anew(asked.kind, message.text, now, self._script.country)
        if anew and (anew != asked.value or verdict is Answer.NO):
            case.times += 1
            self._judged(case, message, now)
        elif anew or verdict is Answer.YES:
            self._settle(case, waiting.entry, self._confirmed(waiting, now))
        elif asked.kind not in _DECISIONS and _YES_AND.fullmatch(plain(message.text)):
            value = self._confirmed(waiting, now) or waiting.entry.text
            self._settle(case, waiting.entry, f"{value}. {message.text}")
        elif verdict is Answer.NO:
            self._denied(case, waiting, message)
        elif case.used < self._policy.most and not says_more(message.text):
            case.used += 1
            case.open = replace(waiting, speech=self._speech(case, asked))
        else:
            self._settle(case, message, "")

    def _confirmed(self, waiting: _Open, now: dt.datetime) -> str:
        """Give the value that replaces an entry; none where the words hold it themselves, and perhaps more."""
        asked = waiting.clarification
        if asked.kind == "number" and asked.value != heard_digits(waiting.entry.text):
            return asked.value
        if asked.kind not in READABLE:
            return ""
        said = read_value(asked.kind, [waiting.entry.text], now, self._script.country)
        whole = said == [Reading(asked.value)] and asked.kind not in self._dictated
        return "" if whole else asked.value

    def _spelled(self, case: Case, waiting: _Open, message: Message) -> None:
        """Take an address that was spelled, with what was understood of it before."""
        case.times += 1
        asked = waiting.clarification
        read = respelled_host if asked.kind == HOST else respelled
        hypotheses = [message.text, *message.alternatives]
        values = read(hypotheses, [*([asked.value] if asked.value else []), *case.heard])
        case.heard = hypotheses + case.heard
        value = next((value for value in values if value not in case.denied), "")
        if value:
            self._confirm(case, Judgement(value, "email"), message)
        elif case.used < self._policy.most:
            case.used += 1
            case.open = replace(waiting, speech=self._speech(case, asked))
        else:
            self._settle(case, message, _ANSWERS["no"] if values else "")

    def _denied(self, case: Case, waiting: _Open, message: Message) -> None:
        asked = waiting.clarification
        if asked.kind == "confirm":
            if asked.value == "yes":
                self._settle(case, waiting.entry, _ANSWERS["no"])
            else:  # a no that is denied may be said twice: it is never made a yes
                self._settle(case, message, "")
        elif asked.kind not in READABLE or case.used >= self._policy.most:
            self._settle(case, message, "")
        else:
            again = Clarification(Strategy.EXPLICIT, asked.kind, asked.value)
            if asked.kind == "email":  # what was spelled once and is still wrong must be wrong in its other part
                host = is_host_in_doubt(asked.value) != (case.spelled == HOST)
                case.spelled = HOST if host else "email"
                again = Clarification(Strategy.SPELL_OUT, case.spelled, asked.value)
            case.used += 1
            case.open = _Open(again, self._speech(case, again), waiting.entry)

    @staticmethod
    def _settle(case: Case, message: Message, text: str) -> None:
        """Give an entry to the engine; ``text`` replaces what was recognised."""
        case.settled.append(replace(message, text=text, words=(), alternatives=()) if text else message)
        case.times, case.spelled, case.heard = 0, "", []

    # --- words --------------------------------------------------------------------------------

    def _speech(self, case: Case, asked: Clarification) -> Speech:
        checked = asked.strategy is Strategy.EXPLICIT and asked.kind in CHECKED and not asked.value
        kind = "checked" if checked else asked.kind
        name = _PHRASES.get((asked.strategy, kind)) or _PHRASES[asked.strategy, ""]
        slots = {"value": _aloud(asked, case.times)} if name in _WITH_VALUE else {}
        text = self._script.say(name, case.times, slots)
        expects: Expectation | None
        match asked.strategy:
            case Strategy.YES_NO:
                expects, digits = Expectation.YES_NO, 0
            case Strategy.SPELL_OUT:
                expects, digits = Expectation.SPELLING, 0
            case Strategy.IMPLICIT:
                expects, digits = None, 0
            case _:
                expects, digits = case.expects, case.digits
        return Speech(text, expects=expects, digits=digits, clarifies=asked.strategy.value)


def _aloud(asked: Clarification, times: int) -> str:
    if asked.kind == "confirm":
        return f"que {_ANSWERS[asked.value]}"
    if asked.kind == "email" and times > 0:
        return spelled_email(asked.value)
    return read_back(asked.kind, asked.value)


def _said_anew(kind: str, text: str, now: dt.datetime, country: str) -> str:
    """Give the value that the answer to what was read back holds itself ("no, es el 612..."); "" for none."""
    if kind not in READABLE or not holds_value(kind, text):
        return ""
    return next((reading.value for reading in read_value(kind, [text], now, country)), "")
