"""What the engine knows at one point of a conversation, and the reply under construction."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ivr.dialogue.conversation import Speech
from ivr.dialogue.phrases import question_of
from ivr.dialogue.tools import ToolCall, key_of
from ivr.language.tongues import NAMES
from ivr.language.wording import wording_of

if TYPE_CHECKING:
    from ivr.dialogue.conversation import Expectation
    from ivr.dialogue.hearing import Heard
    from ivr.dialogue.memory import Remembered
    from ivr.dialogue.script import Script

MOST_TIMES = 2
"""How often in a row one question may be asked."""
_OPEN = frozenset({"greet_back", "how_can_i_help", "yes_what", "not_understood", "out_of_scope"})
_EXITS = frozenset({"offer_agent", "offer_manager"})


@dataclass(frozen=True, slots=True)
class Ask:
    """A question: the phrase that asks it, what it is about, how often in a row, and whether it was really heard."""

    name: str
    about: str = ""
    times: int = 1
    heard: bool = True

    @property
    def key(self) -> tuple[str, str]:
        """What makes two questions the same one."""
        return ("open" if self.name in _OPEN else self.name, self.about)

    @property
    def is_worn(self) -> bool:
        """Whether it was heard as often as one question may be."""
        return self.heard and self.times >= MOST_TIMES


@dataclass(slots=True)
class State:
    """The conversation so far, folded."""

    turn: int = 0
    account: str = ""
    goal: str = ""
    suspended: list[str] = field(default_factory=list)
    strayed: set[str] = field(default_factory=set)
    """Suspended goals that the caller left for something else, and has yet to be asked about."""
    asked_back: set[str] = field(default_factory=set)
    """Goals that were asked about."""
    slots: dict[str, dict[str, str]] = field(default_factory=dict)
    results: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Data of the last successful run of each function, for the present account."""
    ask: Ask | None = None
    """The question that waits for an answer."""
    asked: Ask | None = None
    """The last question that was put, for counting."""
    topic: str = ""
    partial: str = ""
    """Digits of a number that was broken off."""
    upset: int = 0
    intended: list[Speech] = field(default_factory=list)
    """What the present reply says; nobody has heard it yet."""
    last_reply: list[Speech] = field(default_factory=list)
    unheard: list[Speech] = field(default_factory=list)
    """What was cut off the last reply."""
    replies: Counter[str] = field(default_factory=Counter)
    """How often each reply was given since something was last achieved."""
    reply_key: str = ""
    """What the last reply was, whatever its variants."""
    lost: int = 0
    """How many turns in a row were not understood, up to the last."""
    language: str = ""
    """The language in which the caller spoke last."""
    question: Heard | None = None
    """What the caller said that is being looked up, or was looked up in vain, in this turn."""
    caller: str = ""
    """The number that the call comes from, where it can be called back."""
    recalled: Remembered | None = None
    """What the customer's last call came to, until it was asked about."""
    is_alone: bool = False
    """Whether no human could be reached in this call."""

    def of(self, goal: str) -> dict[str, str]:
        """Give the slots of a goal."""
        return self.slots.setdefault(goal, {})


class Reply:
    """The reply under construction. Variants of statements follow the turn, those of questions their repetition."""

    def __init__(self, script: Script, state: State) -> None:
        self.script = script
        self.state = state
        self.wording = wording_of(script.persona.language)
        """How values are said in the language of the script."""
        self.pieces: list[Speech | ToolCall] = []
        self.keys: list[str] = []
        """What is said, whichever variant says it."""
        self.chosen = ""
        """The intent that the caller chose when asked which one it was."""

    def say(self, name: str, **slots: str) -> None:
        """Add a statement; not in the words of the last reply, if there are others for it."""
        text = self.script.say(name, self.state.turn, slots)
        if self._was_just_said(text):
            text = self.script.say(name, self.state.turn + 1, slots)
        self._add(Speech(text, expects=None), f"{name} {slots}")

    def _was_just_said(self, text: str) -> bool:
        return any(speech.text == text for speech in self.state.last_reply)

    def say_protected(self, name: str) -> None:
        """Add a statement that may not be interrupted: the call is about to end or move."""
        self._add(Speech(self.script.say(name, self.state.turn), interruptible=False))

    def tell(self, text: str) -> None:
        """Add a fact; told a second time in a row, it begins by saying so."""
        if self._was_just_said(text):
            self.say("repeating")
        self._add(Speech(text))

    def say_over(self, pieces: list[Speech]) -> None:
        """Add what was said before."""
        for piece in pieces:
            self._add(piece)

    def ask(self, name: str, about: str = "", phrase: str = "", **slots: str) -> None:
        """Add a question, which another phrase may word.

        Asked twice already, it gives way to a human (or to silence, if it was only politeness).
        """
        ask = self._counted(Ask(name, about))
        if ask is None:
            return
        expects, digits = question_of(name, self.script.persona.account_digits, self.script.phone_digits)
        text = self.script.say(phrase or name, ask.times - 1, slots)
        self._add(Speech(text, expects=expects, digits=digits), f"{name} {about}")

    def put(self, name: str, text: str, about: str, expects: Expectation, digits: int = 0) -> None:
        """Add a question in words of the operator's; asked twice already, it gives way as well."""
        if self._counted(Ask(name, about)) is not None:
            self._add(Speech(text, expects=expects, digits=digits), f"{name} {about}")

    def _counted(self, ask: Ask) -> Ask | None:
        """Open a question, counted; None where it gave way."""
        before = self.state.asked
        if before is not None and before.key == ask.key:
            ask = replace(ask, times=before.times + 1)
        if ask.times > MOST_TIMES:
            self._give_way(ask.name)
            return None
        self.state.ask = self.state.asked = ask
        return ask

    def repeat_question(self, ask: Ask, question: Speech) -> None:
        """Put the open question again in the words it had; asked twice already, it gives way."""
        times = ask.times + 1 if ask.heard else ask.times
        if times > MOST_TIMES:
            self._give_way(ask.name)
            return
        self._add(question)
        self.state.ask = self.state.asked = replace(ask, times=times, heard=True)

    def call(self, name: str, **arguments: str) -> None:
        """Add a function call; its id is the same whenever the same conversation asks for the same thing."""
        given = {key: value for key, value in arguments.items() if value}
        self.pieces.append(ToolCall(name, given, key_of(name, given, self.state.turn)))

    def hand_over(self, name: str, reason: str) -> None:
        """Say goodbye to a human's care and transfer."""
        self.state.ask = None
        self.say_protected(name)
        if self.state.language not in {"", "es"}:
            reason = f"habla {NAMES['es'][self.state.language]}: {reason}"
        self.call(name, reason=reason[:200])

    def offer_person(self) -> None:
        """Offer a human in place of asking what else: what was answered so far did not serve the caller."""
        if self.state.is_alone or any(isinstance(piece, ToolCall) for piece in self.pieces):
            return
        ask = self.state.ask
        if ask is not None and ask.name != "anything_else" and ask.key[0] != "open":
            return
        if ask is not None:
            self.pieces.pop()
            self.keys.pop()
        self.ask("offer_agent")

    def limit(self) -> None:
        """Give way when this reply was given twice already and nothing has come of it."""
        state = self.state
        if any(isinstance(piece, ToolCall) for piece in self.pieces):
            state.reply_key = ""
            return
        key = state.reply_key = "|".join(self.keys)
        if not key:
            return
        state.replies[key] += 1
        if state.replies[key] > MOST_TIMES:
            self.pieces.clear()
            self.keys.clear()
            self._exit()

    def _exit(self) -> None:
        """Offer a human, or hand over when that was offered too; without one to be had, say goodbye."""
        state = self.state
        state.replies["exit"] += 1
        if state.is_alone:
            state.ask = None
            self.say_protected("never_stops")
            self.call("end_call")
        elif state.replies["exit"] > MOST_TIMES:
            self.hand_over("transfer_to_agent", "no entendido")
        else:
            self.ask("offer_agent")

    def _give_way(self, name: str) -> None:
        self.state.ask = None
        if name == "anything_else":
            self.state.asked = None
        elif name in _EXITS and not self.state.is_alone:
            self.state.asked = None
            self.hand_over("transfer_to_manager" if name == "offer_manager" else "transfer_to_agent", "no entendido")
        else:
            self._exit()

    def _add(self, speech: Speech, key: str = "") -> None:
        self.pieces.append(speech)
        self.keys.append(key or speech.text)
