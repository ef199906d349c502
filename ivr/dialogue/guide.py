"""How the built-in engine leads a caller through an operator's function: values, filled from the operator's file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Slot:
    """A value the function needs: its kind, the question for it, and what it must be like.

    ``digits`` is how many digits it has (0 = any number); ``choices`` are values with the words that choose them.
    """

    name: str
    kind: str
    ask: str = ""
    required: bool = True
    digits: int = 0
    pattern: str = ""
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Guide:
    """A function's side of the conversation.

    ``when`` are sentences of callers who want it, ``intents`` those of the closed list that mean it. ``say`` are
    sentences about the result, of which the first is told whose values are all there; ``words`` say a value (by field,
    then by value) as people do; ``fail`` are sentences by the kind of failure.
    """

    name: str
    writes: bool
    slots: tuple[Slot, ...]
    when: tuple[str, ...] = ()
    intents: frozenset[str] = frozenset()
    confirm: str = ""
    say: tuple[str, ...] = ()
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    fail: Mapping[str, str] = field(default_factory=dict)
    proofs: tuple[str, ...] = ()
    """Slots that prove who calls; asked for again when they do not fit."""
