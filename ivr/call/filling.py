"""What is said while a business function takes its time, so that nobody listens to silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

FILL_AFTER, FILL_AGAIN = 1.0, 2.0
"""Seconds of silence before the first words and before further ones."""


def without(heard: str, fillers: Iterable[str]) -> str:
    """Take fillers out of what was heard, the last one cut off perhaps: they answer nothing and ask nothing."""
    for filler in fillers:
        if filler in heard:
            heard = heard.replace(filler, "", 1)
            continue
        words = filler.split()
        for count in range(len(words) - 1, 0, -1):
            begun = " ".join(words[:count])
            if heard == begun or heard.endswith(f" {begun}"):
                heard = heard.removesuffix(begun)
                break
    return " ".join(heard.split())
