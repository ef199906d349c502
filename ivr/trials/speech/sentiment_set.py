"""Sentences with how their callers feel, from four countries: one set to fit the lexicon on, one to report on."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Literal

import yaml

if TYPE_CHECKING:
    from ivr.language.sentiment import Level

SetName = Literal["tuning", "reporting"]


@dataclass(frozen=True, slots=True)
class Feeling:
    """A sentence, its true level, and the country whose Spanish it is (es, mx, ar, co)."""

    text: str
    level: Level
    country: str


def read_feelings(name: SetName) -> list[Feeling]:
    """Read a set."""
    document = files(__package__).joinpath(f"sentiment_{name}.yaml").read_text(encoding="utf-8")
    return [
        Feeling(text, level, country)
        for level, countries in yaml.safe_load(document).items()
        for country, texts in countries.items()
        for text in texts
    ]
