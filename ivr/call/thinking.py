"""Hosted models as calls share them: how long one waits for each, what they cost, what they did so far."""

from __future__ import annotations

from collections import Counter
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ivr.call.breaker import Breaker

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ivr.dialogue.chat_model import ChatModel, Usage
    from ivr.metadata import ModelRecord

    Note = Callable[[ModelRecord], None]

NOTE: ContextVar[Note] = ContextVar("note_model", default=lambda _record: None)
"""Where the running call writes down what models answered; a relay takes it when it is made, once a call."""

_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Price:
    """Dollars for a million tokens: read, read from the service's cache, written."""

    read: float = 0.0
    cached: float = 0.0
    written: float = 0.0

    def of(self, usage: Usage) -> float:
        """Add an answer up."""
        fresh = usage.read - usage.cached
        total = fresh * self.read + usage.cached * self.cached + usage.written * self.written
        return round(total / _MILLION, 8)


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: to the first sign of an answer, and between two signs."""

    first: float = 3.0
    between: float = 2.0


@dataclass(frozen=True, slots=True)
class Provider:
    """One hosted model, and how it is dealt with; ``price`` None = not known."""

    model: ChatModel
    patience: Patience = field(default_factory=Patience)
    breaker: Breaker = field(default_factory=Breaker)
    price: Price | None = None
    context: int = 8192
    """Tokens that instructions, functions, conversation and answer fit into together."""

    @property
    def name(self) -> str:
        """As the settings call it."""
        return self.model.provider


class Scoreboard:
    """Counts what the models of this process did, by provider."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()
        self._sums: dict[tuple[str, str], float] = {}

    def note(self, record: ModelRecord) -> None:
        """Add one answer, or its failure."""
        name = record.provider
        self._counts[name, record.outcome] += 1
        for kind in ("tokens_in", "tokens_cached", "tokens_out"):
            self._counts[name, kind] += getattr(record, kind) or 0
        self._add(name, "cost", record.cost)
        if record.ttft_ms is not None:
            self._counts[name, "first_tokens"] += 1
            self._add(name, "ttft_ms_sum", record.ttft_ms)

    def _add(self, name: str, kind: str, value: float | None) -> None:
        self._sums[name, kind] = self._sums.get((name, kind), 0.0) + (value or 0.0)

    def figures(self) -> dict[str, dict[str, float]]:
        """Give all counts and sums, by provider, as a worker's heartbeat carries them."""
        found: dict[str, dict[str, float]] = {}
        for (name, kind), value in (*self._counts.items(), *self._sums.items()):
            found.setdefault(name, {})[kind] = round(value, 6)
        return found


@dataclass(frozen=True, slots=True)
class Thinking:
    """What the calls of a process think with, besides the built-in engine."""

    providers: Sequence[Provider] = ()
    scoreboard: Scoreboard = field(default_factory=Scoreboard)

    def facts(self, now: float) -> dict[str, Any]:
        """Tell the heartbeat: what each did, and whether it is left alone."""
        figures = self.scoreboard.figures()
        for provider in self.providers:
            until = provider.breaker.open_until
            figures.setdefault(provider.name, {})["open"] = float(until is not None and now < until)
        return figures

    async def aclose(self) -> None:
        """Close all connections."""
        for provider in self.providers:
            await provider.model.aclose()
