"""One model's try at a reply: its watch, and what of its answer may go out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ivr.dialogue.chat_model import Usage
from ivr.dialogue.conversation import Expectation, Speech
from ivr.dialogue.expectation import infer_expectation
from ivr.dialogue.guardrails import wrong_with_claim
from ivr.dialogue.plausibility import known_numbers, wrong_with_amount, wrong_with_call, wrong_with_speech
from ivr.dialogue.sentences import ClauseSplitter
from ivr.dialogue.subjects import Subjects
from ivr.errors import EngineBusy, EngineError, UnusableAnswer
from ivr.language.words import words
from ivr.metadata import ModelRecord

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence

    from ivr.call.thinking import Provider
    from ivr.dialogue.conversation import Message
    from ivr.dialogue.guardrails import Grounds
    from ivr.dialogue.tools import Tool, ToolCall

LETTERS_A_SECOND = 15
"""How fast speech goes, about, to know when what was written has been said."""
_HEARD_BEFORE = 0.75
"""Share of a clause's words that were just said, from which it would repeat them."""


@dataclass(frozen=True, slots=True)
class Bridge:
    """What is said into silence: after so many seconds at the beginning of a turn, after so many in the middle."""

    fillers: Sequence[str]
    after: float = 1.2
    again: float = 2.5
    abroad: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Fillers in the other languages that callers may speak."""

    @property
    def every(self) -> tuple[str, ...]:
        """All fillers of all languages."""
        return (*self.fillers, *(filler for fillers in self.abroad.values() for filler in fillers))


@dataclass(slots=True)
class Told:
    """What a reply has given out so far."""

    sounds_until: float
    bridge: Bridge
    clauses: list[str] = field(default_factory=list)
    fillers: int = 0
    spoke_before: bool = False
    """Whether something was said in this turn of the agent before a function ran."""

    @property
    def text(self) -> str:
        """All of it, without fillers."""
        return " ".join(self.clauses)

    @property
    def fill_at(self) -> float:
        """When silence will have lasted long enough for a filler."""
        begun = self.fillers or self.clauses or self.spoke_before
        return self.sounds_until + (self.bridge.again if begun else self.bridge.after)

    def sounds(self, text: str, now: float) -> None:
        """Note that a text goes out."""
        self.sounds_until = max(self.sounds_until, now) + len(text) / LETTERS_A_SECOND

    def repeats(self, clause: str) -> bool:
        """Say whether a clause tells no more than what was just said."""
        heard, new = set(words(self.text)), set(words(clause))
        added = new - heard
        return bool(new) and len(added) <= len(new) * (1 - _HEARD_BEFORE) and not any(map(_has_digit, added))


def _has_digit(word: str) -> bool:
    return any(map(str.isdigit, word))


class Attempt:
    """One model's try at a reply, with its watch."""

    def __init__(self, provider: Provider, clock: Callable[[], float]) -> None:
        self._provider = provider
        self._clock = clock
        self._began = clock()
        self.name = provider.name
        self.record = ModelRecord(provider=provider.name, model=provider.model.model, outcome="dropped")
        self.deadline = self._began + provider.patience.first
        self.waited_for = f"{self.name} gave no sign within {provider.patience.first:g} s (LLM_FIRST_TOKEN_TIMEOUT)"

    def sign(self, piece: Speech | ToolCall | Usage) -> None:
        """Note that something came, and wait for the next."""
        now, patience = self._clock(), self._provider.patience
        self.deadline = now + patience.between
        self.waited_for = f"{self.name} stood still for {patience.between:g} s in an answer (LLM_TOKEN_TIMEOUT)"
        if isinstance(piece, Usage):
            self.record.tokens_in, self.record.tokens_cached = piece.read, piece.cached
            self.record.tokens_out = piece.written
            self.record.cost = self._provider.price.of(piece) if self._provider.price is not None else None
        elif self.record.ttft_ms is None:
            self.record.ttft_ms = round((now - self._began) * 1000, 1)

    def answered(self) -> None:
        """Note that the answer is good."""
        self.record.outcome = "answered"
        self._provider.breaker.succeeded()

    def failed(self, error: EngineError) -> None:
        """Note that it is none, and why."""
        self.record.outcome, self.record.reason = "failed", type(error).__name__
        now = self._clock()
        self._provider.breaker.failed(now)
        if isinstance(error, EngineBusy):
            self._provider.breaker.rest(now, error.retry_after)


@dataclass(frozen=True, slots=True)
class Known:
    """What an answer is judged by: all that was said, what of it grounds a claim, and when (local time)."""

    messages: Sequence[Message]
    grounds: Grounds
    now: dt.datetime
    subjects: Subjects = field(default_factory=lambda: Subjects({}))
    """What the persona does not talk about."""


class Answer:
    """Makes clauses of a model's words, and lets through only what may reach a caller; UnusableAnswer.

    A clause that must not be spoken ends the model's turn: whoever is asked next knows the functions' results as well,
    and goes on from what was said; the built-in engine, which is last, says nothing that they did not tell.
    """

    def __init__(self, told: Told, tools: Sequence[Tool], known: Known, engine: str) -> None:
        self._splitter = ClauseSplitter(begins_reply=not told.clauses)
        self._continues = told if told.clauses else None
        self._tools = tools
        self._judged_by = known
        self._engine = engine
        self._known = known_numbers(known.messages)
        self._sentence = ""
        self._empty = True

    def take(self, piece: Speech | ToolCall) -> list[Speech | ToolCall]:
        """Take what came; answer what can be spoken or run by now."""
        if isinstance(piece, Speech):
            self._refuse(wrong_with_speech(piece.text, self._tools))
            return [*self._speak(self._splitter.feed(piece.text + " ") if piece.text else [])]
        self._refuse(wrong_with_call(piece, self._tools, self._judged_by.messages))
        self._empty = False
        return [*self._speak(self._splitter.flush()), piece]

    def finish(self) -> list[Speech]:
        """Give the last clause."""
        rest = self._speak(self._splitter.flush())
        if self._empty:
            self._refuse("it answered nothing")
        return rest

    def _speak(self, found: list[str]) -> list[Speech]:
        spoken = []
        for clause in found:
            self._refuse(wrong_with_amount(clause, self._known))
            self._refuse(wrong_with_claim(clause, self._judged_by.grounds, self._judged_by.now))
            if subject := self._judged_by.subjects.told(clause):
                self._refuse(f"it would have talked about {subject}, which the persona refuses")
            self._empty = False
            if self._continues is not None and self._continues.repeats(clause):
                continue
            self._sentence = f"{self._sentence} {clause}".strip()
            expects, digits = infer_expectation(self._sentence)
            asks = "?" in clause or expects is not Expectation.ANY
            spoken.append(Speech(clause, expects=expects, digits=digits) if asks else Speech(clause))
            if clause[-1] not in ",;:":
                self._sentence = ""
        return spoken

    def _refuse(self, reason: str) -> None:
        if reason:
            raise UnusableAnswer(f"{self._engine} talks nonsense: {reason}; try another model", self._engine)
