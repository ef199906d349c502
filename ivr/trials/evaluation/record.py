"""What happened in a scenario's call, the same whether it was held in text or on a real line."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Called:
    """A function that ran."""

    name: str
    arguments: Mapping[str, Any]
    ok: bool = True


@dataclass(frozen=True, slots=True)
class Clarified:
    """A question of the agent that the scenario does not speak of, what the caller answered, and how it was heard."""

    asked: str
    answered: str
    heard: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """One step: what the caller said or keyed, how it was heard, and what the caller heard of the answer."""

    said: str
    heard: str
    answer: str
    calls: tuple[Called, ...] = ()
    ms: float | None = None
    """Until the answer began: in text from the question, on a line from the caller's last sound."""
    cut: bool = False
    """Whether the caller interrupted the answer."""
    clarified: tuple[Clarified, ...] = ()
    """What the agent asked again before the next step; on a line only."""

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON-able values."""
        return {
            "said": self.said,
            "heard": self.heard,
            "answer": self.answer,
            "calls": [{"tool": call.name, "arguments": dict(call.arguments), "ok": call.ok} for call in self.calls],
            "ms": None if self.ms is None else round(self.ms, 1),
            "cut": self.cut,
            "clarifications": [asdict(one) for one in self.clarified],
        }


@dataclass(slots=True)
class CallRecord:
    """The call: an exchange for each step that could be done, how it ended, and the rows of the database after it."""

    exchanges: list[Exchange] = field(default_factory=list)
    outcome: str = ""
    rows: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    failure: str = ""
    """Why the call could not go on, besides its being over."""
    models: list[Mapping[str, Any]] = field(default_factory=list)
    """What each hosted model did, in order."""
    recording: str = ""

    @property
    def clarifications(self) -> int:
        """Count what was asked again."""
        return sum(len(exchange.clarified) for exchange in self.exchanges)
