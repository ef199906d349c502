"""Keeps a call going whatever its models do: a LanguageModel in front of hosted ones, the built-in engine last.

Each has so long for its first sign and so long between two; whoever is slow, breaks off or answers nonsense is
left, and the next goes on from what the caller has heard. Where silence would grow, a filler is said.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.call.attempt import Answer, Attempt, Known, Told
from ivr.call.reading import Reading
from ivr.call.thinking import NOTE
from ivr.dialogue.abroad import with_notices
from ivr.dialogue.chat_model import Usage
from ivr.dialogue.context import Annotator
from ivr.dialogue.conversation import Message, Speech
from ivr.dialogue.guardrails import grounds_of
from ivr.dialogue.plausibility import known_numbers
from ivr.dialogue.prompt import secret_part
from ivr.dialogue.sentences import ClauseSplitter
from ivr.dialogue.subjects import Subjects
from ivr.dialogue.tools import ToolCall
from ivr.dialogue.window import Window, tokens_of, tokens_of_tools
from ivr.errors import EngineError, EngineTimeout
from ivr.metadata import ModelRecord

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Sequence

    from ivr.call.attempt import Bridge
    from ivr.call.thinking import Provider, Thinking
    from ivr.dialogue.tools import Tool
    from ivr.ports import LanguageModel

log = logging.getLogger(__name__)

MOST_RESULTS = 4
"""Functions that a hosted model may run in one turn of the caller; then the built-in engine tells what came of them."""
ANSWER_TOKENS = 400
"""Kept free in a model's context for what it answers."""
FILLER = Speech("", interruptible=False)
"""Told apart by identity: time for a filler."""


class Relay:
    """One call's. ``last`` always answers; ``brief`` are the hosted models' instructions, ``subjects`` are refused."""

    def __init__(
        self,
        thinking: Thinking,
        last: LanguageModel,
        brief: str,
        bridge: Bridge,
        subjects: Subjects | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._thinking = thinking
        self._last = last
        self._brief = Message("system", brief)
        self._bridge = bridge
        self._clock = clock
        self._subjects = subjects or Subjects({})
        self._secret = secret_part(brief)
        self._windows: dict[str, Window] = {}
        self._annotator = Annotator()
        self._note = NOTE.get()
        self._told = Told(0.0, bridge)
        self._turns = 0
        self._language = ""
        """What the caller spoke last."""
        self._read_ahead()

    async def reply(
        self, messages: Sequence[Message], tools: Sequence[Tool]
    ) -> AsyncGenerator[Speech | ToolCall, None]:
        """Answer the conversation; before the caller has spoken the persona's own greeting does."""
        conversation = self._without_fillers(messages)
        if not any(message.role == "user" for message in conversation):
            async with aclosing(self._last.reply(conversation, tools)) as greeting:
                async for part in greeting:
                    yield part
            return
        told = self._begin(conversation)
        for provider in () if _runs_in_circles(conversation) else self._thinking.providers:
            if not provider.breaker.admits(self._clock()):
                continue
            try:
                async with aclosing(self._ask(provider, conversation, tools, told)) as pieces:
                    async for piece in pieces:
                        yield piece
            except EngineError as error:
                log.warning("%s is left: %s", provider.name, error)
            else:
                return
            if told.text.endswith("?"):
                return  # the caller has been asked something: that is a turn
        async with aclosing(self._fall_back(conversation, tools, told)) as rest:
            async for part in rest:
                yield part

    def _begin(self, conversation: Sequence[Message]) -> Told:
        """Start a reply; after a function what was said before it still sounds."""
        now = self._clock()
        last = self._told
        self._language = next((one.language for one in reversed(conversation) if one.role == "user"), "")
        if conversation[-1].role == "tool":
            spoke = last.spoke_before or bool(last.clauses)
            self._told = Told(max(now, last.sounds_until), self._bridge, fillers=last.fillers, spoke_before=spoke)
        else:
            self._told = Told(now, self._bridge)
            self._turns += 1
        return self._told

    def _without_fillers(self, messages: Sequence[Message]) -> tuple[Message, ...]:
        """Take our fillers out of what the agent said: they are nobody's answer."""
        kept = []
        for message in messages:
            text = message.text
            if message.role == "assistant" and message.call is None:
                for filler in self._bridge.every:
                    text = text.replace(filler, "").strip()
                if not text:
                    continue
            kept.append(replace(message, text=text) if text != message.text else message)
        return tuple(kept)

    # --- a hosted model ---------------------------------------------------------------------

    async def _ask(
        self, provider: Provider, conversation: Sequence[Message], tools: Sequence[Tool], told: Told
    ) -> AsyncGenerator[Speech | ToolCall, None]:
        said = [Message("assistant", told.text)] if told.clauses else []
        asked = (self._brief, *self._fitted(provider, conversation, tools), *said)
        attempt = Attempt(provider, self._clock)
        answer = Answer(told, tools, self._known(conversation), provider.name)
        reading = Reading(provider.model.reply(asked, tools))
        try:
            async with aclosing(self._pieces(reading, attempt, told)) as pieces:
                async for piece in pieces:
                    if piece is FILLER:
                        yield self._fill(told)
                        continue
                    for part in answer.take(piece):
                        self._spoken(part, told)
                        if isinstance(part, ToolCall):
                            attempt.answered()
                        yield part
            for rest in answer.finish():
                self._spoken(rest, told)
                yield rest
            attempt.answered()
        except EngineError as error:
            attempt.failed(error)
            raise
        finally:
            await reading.aclose()
            self._write_down(attempt.record)

    def _read_ahead(self) -> None:
        """Have the instructions and the rules read once a process, so that no caller's first turn waits for that."""
        known_numbers(self._known(()).messages)
        Annotator().annotate((Message("user", "hola"),))

    def _fitted(
        self, provider: Provider, conversation: Sequence[Message], tools: Sequence[Tool]
    ) -> tuple[Message, ...]:
        """Give the conversation as this model can take it in, with notes on what the caller's turns show."""
        window = self._windows.get(provider.name)
        if window is None:
            taken = tokens_of(self._brief.text) + tokens_of_tools(tools) + ANSWER_TOKENS
            window = self._windows[provider.name] = Window(provider.context - taken)
        head, start = window.fit(conversation)
        return (*head, *with_notices(self._annotator.annotate(conversation))[start:])

    def _known(self, conversation: Sequence[Message]) -> Known:
        now = dt.datetime.now()  # noqa: DTZ005 - local time
        messages = (self._brief, *conversation)
        return Known(messages, grounds_of(messages, self._secret, now), now, self._subjects)

    async def _pieces(
        self, reading: Reading[Speech | ToolCall | Usage], attempt: Attempt, told: Told
    ) -> AsyncGenerator[Speech | ToolCall, None]:
        """Give what comes in time, and FILLER whenever silence has lasted long enough; EngineTimeout."""
        while True:
            now = self._clock()
            if not await reading.came(min(attempt.deadline, told.fill_at) - now):
                if self._clock() >= attempt.deadline:
                    raise EngineTimeout(f"{attempt.waited_for}; raise its limit or take a faster model", attempt.name)
                yield FILLER
                continue
            piece = reading.take()
            if piece is None:
                return
            attempt.sign(piece)
            if not isinstance(piece, Usage):
                yield piece

    def _fill(self, told: Told) -> Speech:
        fillers = self._bridge.abroad.get(self._language, self._bridge.fillers)
        text = fillers[(self._turns + told.fillers) % len(fillers)]
        told.fillers += 1
        told.sounds(text, self._clock())
        return Speech(text)

    def _spoken(self, part: Speech | ToolCall, told: Told) -> None:
        if isinstance(part, Speech):
            told.clauses.append(part.text)
            told.sounds(part.text, self._clock())

    def _write_down(self, record: ModelRecord) -> None:
        self._thinking.scoreboard.note(record)
        self._note(record)

    # --- the built-in engine ------------------------------------------------------------------

    async def _fall_back(
        self, conversation: Sequence[Message], tools: Sequence[Tool], told: Told
    ) -> AsyncGenerator[Speech | ToolCall, None]:
        """Have the built-in engine answer, without what a hosted model has told already."""
        self._write_down(ModelRecord(provider="local", ttft_ms=0.0))
        async with aclosing(self._last.reply(conversation, tools)) as pieces:
            async for piece in pieces:
                if isinstance(piece, ToolCall):
                    yield piece
                    continue
                splitter = ClauseSplitter(begins_reply=False)  # whole sentences: half of one is none
                sentences = [*splitter.feed(piece.text), *splitter.flush()]
                fresh = [sentence for sentence in sentences if not told.repeats(sentence)]
                if fresh:
                    yield replace(piece, text=" ".join(fresh))


def _runs_in_circles(conversation: Sequence[Message]) -> bool:
    """Say whether function after function ran since the caller spoke."""
    results = 0
    for message in reversed(conversation):
        if message.role == "user":
            break
        results += message.role == "tool"
    return results >= MOST_RESULTS
