"""What a section of ``ivr bench speech`` gives back, and how it is written for people."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, field
from typing import Any, TypeAlias

Cell: TypeAlias = str | float | int | None


@dataclass(frozen=True)
class Section:
    """A table with named figures; ``notes`` say how it was measured."""

    name: str
    columns: tuple[str, ...]
    rows: list[tuple[Cell, ...]]
    figures: dict[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def cell(value: Cell) -> str:
    """Write one value: what is not there is a dash, fractions have three digits that count."""
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"  # noqa: PLR2004 - three digits
    return str(value)


def markdown(section: Section) -> str:
    """Write a section as Markdown: heading, table, notes."""
    lines = [f"## {section.name}", "", _line(section.columns), _line(["---"] * len(section.columns))]
    lines += [_line([cell(value) for value in row]) for row in section.rows]
    lines += [f"\n{note}" for note in section.notes]
    return "\n".join(lines) + "\n"


def record(section: Section) -> dict[str, Any]:
    """Give a section as JSON takes it: what could not be measured (NaN) is null."""

    def known(value: Cell) -> Cell:
        return None if isinstance(value, float) and not math.isfinite(value) else value

    rows = [[known(value) for value in row] for row in section.rows]
    return asdict(section) | {"rows": rows, "figures": {name: known(value) for name, value in section.figures.items()}}


def _line(values: tuple[str, ...] | list[str]) -> str:
    return "| " + " | ".join(value.replace("|", "\\|") for value in values) + " |"
