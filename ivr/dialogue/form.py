"""A dialogue engine that takes details down: it asks for each field of the persona's form, notes it, says goodbye.

It expects values in their normal form, as ``clarifying`` settles them once the caller has confirmed them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.dialogue.conversation import Speech
from ivr.dialogue.expectation import infer_expectation
from ivr.dialogue.hearing import hear
from ivr.dialogue.state import Reply, State
from ivr.language.readings import noted_as, read_value
from ivr.language.words import plain

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import AsyncGenerator, Callable, Sequence

    from ivr.dialogue.conversation import Message
    from ivr.dialogue.hearing import Heard
    from ivr.dialogue.script import Script
    from ivr.dialogue.tools import Tool, ToolCall

_SURE = 0.8
_TRIES = 2
_KEYED_IN_PART = frozenset({"dni"})
"""Kinds whose letter has no key and follows from the digits."""


class FormEngine:
    """Pure: a conversation in, what to say and do next out."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._details = script.persona.form
        self._questions = [plain(detail.ask) for detail in self._details]

    def respond(self, messages: Sequence[Message], now: dt.datetime) -> list[Speech | ToolCall]:
        """Answer the conversation."""
        reply = Reply(self._script, State(turn=sum(message.role == "user" for message in messages)))
        heard = next((message for message in reversed(messages) if message.role == "user"), None)
        place, tries = self._place(messages)
        if heard is None:
            reply.say("greeting")
            self._ask(reply, 0)
            return reply.pieces
        said = hear(heard.text, now, account_digits=self._script.persona.account_digits, by_keys=heard.by_keys)
        if messages[-1].role == "tool":
            self._ask(reply, place + 1)
        elif not self._leaves(reply, said):
            self._take(reply, place, tries, said, now)
        return reply.pieces

    def _place(self, messages: Sequence[Message]) -> tuple[int, int]:
        """Say which field was asked for last, and how often in a row."""
        place, tries = 0, 0
        for message in messages:
            if message.role != "assistant" or not message.text:
                continue
            said = plain(message.text)
            for number, question in enumerate(self._questions):
                if question in said:
                    place, tries = number, tries + 1 if number == place else 1
        return place, tries

    @staticmethod
    def _leaves(reply: Reply, said: Heard) -> bool:
        if said.intent.confidence < _SURE:
            return False
        if said.intent.name == "transfer_to_agent":
            reply.hand_over("transfer_to_agent", said.text)
            return True
        if said.intent.name == "farewell":
            _end(reply)
            return True
        return False

    def _take(self, reply: Reply, place: int, tries: int, said: Heard, now: dt.datetime) -> None:
        kind = self._details[place].kind
        readings = read_value(kind, [said.text], now, self._script.country)
        if said.by_keys and kind not in _KEYED_IN_PART:
            readings = [reading for reading in readings if reading.certain]  # a key is not misheard: nothing to mend
        if readings:
            reply.say("got_it")
            noted, value = noted_as(kind, readings[0].value)
            reply.call("note_detail", kind=noted, value=value)
        elif tries < _TRIES:
            reply.say("not_understood")
            self._ask(reply, place)
        else:
            self._ask(reply, place + 1)

    def _ask(self, reply: Reply, place: int) -> None:
        if place >= len(self._details):
            _end(reply)
        else:
            ask = self._details[place].ask
            expects, digits = infer_expectation(ask, self._script.country)
            reply.say_over([Speech(ask, expects=expects, digits=digits)])


def _end(reply: Reply) -> None:
    reply.say_protected("farewell")
    reply.call("end_call")


class FormDialogue:
    """The engine as a LanguageModel; ``now`` tells local time."""

    def __init__(self, script: Script, now: Callable[[], dt.datetime]) -> None:
        self._engine = FormEngine(script)
        self._now = now

    async def reply(
        self, messages: Sequence[Message], tools: Sequence[Tool]
    ) -> AsyncGenerator[Speech | ToolCall, None]:
        """Answer the conversation; a function that is not in ``tools`` is never called."""
        offered = {tool.name for tool in tools}
        for piece in self._engine.respond(messages, self._now()):
            if getattr(piece, "name", "") in offered or not hasattr(piece, "arguments"):
                yield piece
