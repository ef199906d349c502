"""Whether a text, or the values of a call or a row, are as a scenario wants them. Accents and case do not count."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def bare(text: str) -> str:
    """Take the accents away and make every space one blank; case stays: it means something in a pattern."""
    decomposed = unicodedata.normalize("NFD", text)
    return " ".join("".join(char for char in decomposed if not unicodedata.combining(char)).split())


def says(pattern: str, text: str) -> bool:
    """Tell whether a pattern is found in a text."""
    return re.search(bare(pattern), bare(text), re.IGNORECASE) is not None


def same(wanted: object, found: object) -> bool:
    """Compare a value as people do: a list names alternatives, ``{matches: ...}`` a pattern, the rest is compared."""
    if isinstance(wanted, list):
        return any(same(one, found) for one in wanted)
    if isinstance(wanted, dict) and set(wanted) == {"matches"}:
        return found is not None and says(str(wanted["matches"]), str(found))
    if wanted is None or found is None:
        return wanted is found
    return bare(str(wanted)).casefold() == bare(str(found)).casefold()


def different(wanted: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    """List, in words, each wanted value that is missing or another; what is there besides does not count."""
    return [
        f"{name} is {_told(found[name])}, not {_told(value)}" if name in found else f"{name} is missing"
        for name, value in wanted.items()
        if not same(value, found.get(name))
    ]


def _told(value: object) -> str:
    if isinstance(value, dict) and set(value) == {"matches"}:
        return f"something like {value['matches']!r}"
    if isinstance(value, list):
        return " or ".join(_told(one) for one in value)
    return repr(value)


def alternatives(patterns: Sequence[str]) -> str:
    """Write patterns down as one choice."""
    return " or ".join(f"«{pattern}»" for pattern in patterns)
