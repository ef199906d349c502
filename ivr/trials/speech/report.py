"""What a section of ``ivr bench speech`` gives back."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Section:
    """A table with named figures; ``notes`` say how it was measured."""

    name: str
    columns: tuple[str, ...]
    rows: list[tuple[str | float | int | None, ...]]
    figures: dict[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
