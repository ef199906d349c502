"""The built-in dialogue engine: no key, no network, the same answer every time.

Its state is a fold over the conversation as it was heard, so it can take over a call that another model began:
what the caller was really asked comes from the assistant's entries, whoever wrote them.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from ivr.dialogue.context import ContextFold
from ivr.dialogue.goals import Goals
from ivr.dialogue.hearing import hear
from ivr.dialogue.lookup import is_found, tell_found
from ivr.dialogue.own_number import with_own_number
from ivr.dialogue.phrases import PHRASES
from ivr.dialogue.policy import Policy
from ivr.dialogue.questions import ask_of
from ivr.dialogue.results import tell_result
from ivr.dialogue.state import MOST_TIMES, Ask, Reply, State
from ivr.dialogue.tools import SEARCH, ToolCall
from ivr.language.gist import gist
from ivr.language.tongues import OTHER, UNNAMED, listed, wish_of
from ivr.language.words import plain

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import AsyncGenerator, Callable, Sequence

    from ivr.dialogue.context import Signals
    from ivr.dialogue.conversation import Message, Speech
    from ivr.dialogue.hearing import Heard
    from ivr.dialogue.script import Script
    from ivr.dialogue.tools import Tool, ToolResult

_PROMPTS = ("no_input", "go_ahead", "not_understood", "interject", "failed")
"""Lines that are said beside the dialogue: they leave the question open."""
_TAIL = 12
"""Characters that may be missing at the end of a question for it to count as heard."""


class LocalEngine:
    """The engine without any streaming: a conversation in, what to say and do next out."""

    def __init__(self, script: Script) -> None:
        self._script = script
        scripts = (script, *script.translations.values())
        self._prompts = frozenset(plain(line) for one in scripts for line in one.lines_of(*_PROMPTS))
        self._greetings = frozenset(plain(one.say("greeting")) for one in scripts)

    def offering(self, names: set[str]) -> LocalEngine:
        """Give the engine without the operator's functions and the documents that are not there for this caller."""
        kept = tuple(guide for guide in self._script.guides if guide.name in names)
        knows = self._script.knows and SEARCH in names
        same = kept == self._script.guides and knows == self._script.knows
        return self if same else LocalEngine(replace(self._script, guides=kept, knows=knows))

    def respond(self, messages: Sequence[Message], now: dt.datetime) -> list[Speech | ToolCall]:
        """Answer the conversation; never empty unless the last entry is a function that ends the call."""
        state, pieces = self.fold(messages, now)
        if pieces or self._ends(messages):
            return pieces
        reply = self._reply(state)
        self._open(reply, messages)
        return reply.pieces

    def understands(self, messages: Sequence[Message], now: dt.datetime) -> bool:
        """Say whether it knows what to make of the caller's last words, if only that a person must."""
        return not 0 < self.fold(messages, now)[0].lost <= MOST_TIMES

    def refuses(self, messages: Sequence[Message], now: dt.datetime) -> bool:
        """Say whether the caller's last words are about something that the persona does not talk about."""
        last = messages[-1] if messages else None
        if last is None or last.role != "user" or not self._script.persona.refuses:
            return False
        state, _ = self.fold(messages[:-1], now)
        reply, listen = self._reply(state), self._listener(now)
        heard = listen(gist(last.text, last.language), by_keys=last.by_keys)
        return Policy(reply, Goals(reply, now), listen).refused(heard) != ""

    def fold(self, messages: Sequence[Message], now: dt.datetime) -> tuple[State, list[Speech | ToolCall]]:
        """Replay the conversation; answer the state after it and the reply to its last entry, empty if that is ours."""
        state = State()
        reply = self._reply(state)
        context = ContextFold()
        for message in messages:
            signals = context.take(message)
            if message.role == "system":
                state.caller = message.caller or state.caller
                state.recalled = message.recalled or state.recalled
            elif message.role == "user":
                reply = self._hear(state, message, now, signals)
            elif message.role == "tool" and message.result is not None:
                reply = self._learn(state, message.result, now)
            elif message.role == "assistant" and message.text:
                self._heard(state, message.text)
                reply = self._reply(state)
        return state, reply.pieces

    def _reply(self, state: State) -> Reply:
        """Begin a reply in the language in which the caller spoke last."""
        return Reply(self._script.in_language(state.language), state)

    def _hear(self, state: State, message: Message, now: dt.datetime, signals: Signals) -> Reply:
        if state.intended:
            state.unheard, state.intended = state.intended, []
            state.replies[state.reply_key] -= 1
            if state.ask is not None:
                state.ask = Ask(state.ask.name, state.ask.about, state.ask.times, heard=False)
        state.turn += 1
        state.question = None
        before, state.language = state.language or self._script.persona.language, message.language
        reply = self._reply(state)
        listen = self._listener(now)
        goals = Goals(reply, now)
        if message.by_keys or not self._changes_language(message, before, reply, goals):
            said = message.text if message.by_keys else gist(with_own_number(message.text, state), message.language)
            heard = listen(said, by_keys=message.by_keys)
            if signals.person == "implied" and not state.goal:
                reply.ask("offer_agent")
            else:
                Policy(reply, goals, listen).answer(heard, injected=bool(signals.injection))
        if signals.repeats > 1:
            reply.offer_person()
        reply.limit()
        self._intend(reply)
        return reply

    def _changes_language(self, message: Message, before: str, reply: Reply, goals: Goals) -> bool:
        """Answer a turn that only asks for another language, and put the open question again in it."""
        wish = wish_of(message.text, before)
        unknown = wish == OTHER or (wish not in {"", UNNAMED} and wish not in self._script.languages)
        if not (unknown or (wish and message.language != before)):
            return False
        if unknown:
            own = reply.script.persona.language
            reply.say("languages_spoken", languages=listed(self._script.languages, own))
        else:
            reply.say("language_changed")
        state = reply.state
        ask, state.asked = state.ask, None
        if state.goal:
            goals.advance()
        elif ask is not None and not PHRASES[ask.name]:
            reply.ask(ask.name if ask.name not in {"greeting", "greet_back"} else "how_can_i_help")
        else:
            reply.ask("how_can_i_help")
        return True

    def _learn(self, state: State, result: ToolResult, now: dt.datetime) -> Reply:
        reply = self._reply(state)
        if result.name == SEARCH:
            self._learn_found(result, reply, now)
        else:
            if result.ok:
                state.replies.clear()
            tell_result(result, reply, Goals(reply, now), now)
            if not result.ok:
                reply.limit()
        self._intend(reply)
        return reply

    def _learn_found(self, result: ToolResult, reply: Reply, now: dt.datetime) -> None:
        """Tell what the documents say; where they say nothing, answer the turn without them."""
        state = reply.state
        if is_found(result, state.question):
            state.replies.clear()
            tell_found(result, reply, Goals(reply, now))
        elif state.question is not None:
            Policy(reply, Goals(reply, now), self._listener(now)).answer(state.question)
            reply.limit()

    def _listener(self, now: dt.datetime) -> Callable[..., Heard]:
        persona = self._script.persona
        return partial(hear, now=now, account_digits=persona.account_digits, products=persona.products)

    @staticmethod
    def _intend(reply: Reply) -> None:
        speeches = [piece for piece in reply.pieces if not isinstance(piece, ToolCall)]
        reply.state.intended = [*reply.state.intended, *speeches]
        if speeches:
            reply.state.last_reply = list(reply.state.intended)

    def _heard(self, state: State, text: str) -> None:
        """Take in what the caller heard of a reply, ours or another model's."""
        said = plain(text)
        meant = plain(" ".join(speech.text for speech in state.intended))
        if said in self._prompts and said != meant:
            if state.ask is not None:
                state.ask = Ask(state.ask.name, state.ask.about, state.ask.times, heard=False)
            return
        said = _own_words(said, meant)
        intended, state.intended = state.intended, []
        if not meant and said in self._greetings:
            return
        if meant and meant.startswith(said):
            state.unheard = _rest_of(intended, said)
            if state.ask is not None and len(said) < len(meant) - _TAIL:
                state.ask = Ask(state.ask.name, state.ask.about, state.ask.times, heard=False)
            return
        state.unheard = []
        if meant not in said:  # another model answered
            state.replies[state.reply_key] -= 1
        ask = ask_of(gist(text, state.language or self._script.persona.language), state.goal)
        state.ask = state.asked = ask
        if ask is not None and not state.goal:
            state.goal = _GOAL_OF_ASK.get(ask.name, "")

    def _open(self, reply: Reply, messages: Sequence[Message]) -> None:
        """Speak first, or again when nobody said anything since."""
        if any(message.role in {"user", "assistant"} for message in messages):
            reply.ask("how_can_i_help")
        else:
            reply.ask("greeting")

    @staticmethod
    def _ends(messages: Sequence[Message]) -> bool:
        last = messages[-1].result if messages else None
        return last is not None and last.ok and last.name in {"end_call", "transfer_to_agent", "transfer_to_manager"}


_GOAL_OF_ASK = {
    "ask_reason": "cancel",
    "offer_retention": "cancel",
    "confirm_cancel": "cancel",
    "ask_date": "callback",
    "ask_time": "callback",
    "ask_phone": "callback",
    "ask_new_phone": "contact",
    "ask_new_email": "contact",
    "ask_field": "contact",
    "ask_rebooted": "support",
}


def _own_words(said: str, meant: str) -> str:
    """Leave out what was said before the engine's own words: a number that is noted, a word of regret."""
    starts = [0, *(at + 1 for at, letter in enumerate(said) if letter == " ")]
    own = (said[at:] for at in starts if meant.startswith(said[at:]) and (at == 0 or len(said) - at >= _TAIL))
    return next(own, said)


def _rest_of(intended: list[Speech], said: str) -> list[Speech]:
    """List the pieces of a reply that were not heard to their end."""
    heard = len(said)
    for index, speech in enumerate(intended):
        length = len(plain(speech.text))
        if heard < length:
            return intended[index:]
        heard -= length + 1
    return []


class LocalDialogue:
    """The engine as a LanguageModel; ``now`` tells local time."""

    def __init__(self, script: Script, now: Callable[[], dt.datetime]) -> None:
        self._engine = LocalEngine(script)
        self._now = now

    async def reply(
        self, messages: Sequence[Message], tools: Sequence[Tool]
    ) -> AsyncGenerator[Speech | ToolCall, None]:
        """Answer the conversation; a function that is not in ``tools`` is never called."""
        offered = {tool.name for tool in tools}
        engine = self._engine.offering(offered) if offered else self._engine
        for piece in engine.respond(messages, self._now()):
            if isinstance(piece, ToolCall) and offered and piece.name not in offered:
                continue
            yield piece
