"""Business functions: what can be called, a call, its result."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel

SEARCH = "search_knowledge"
"""The function that answers questions from the company's documents."""
USUAL_TIMEOUT = 8.0
"""Seconds a function may take unless it says otherwise."""


class Effect(Enum):
    """What calling a function changes."""

    READ = "read"
    REVERSIBLE = "reversible"
    IRREVERSIBLE = "irreversible"
    """Needs a spoken confirmation first."""
    CALL = "call"
    """Acts on the call itself (transfer, end) once the speech before it has been heard."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A business function; ``parameters`` is a JSON schema of its arguments, ``arguments`` checks and normalises them.

    ``identity``: it tells or changes what belongs to a customer, whose account number is in the argument ``account``.
    ``proofs`` are arguments that prove who calls: the caller must have said them, and they are written down nowhere.
    ``callers`` may call it (inbound, outbound, patterns of numbers such as ``+34*``; none: anybody); ``timeout`` in
    seconds; ``filler`` is said when the answer takes long.
    """

    name: str
    description: str
    parameters: Mapping[str, Any]
    effect: Effect = Effect.READ
    arguments: type[BaseModel] | None = None
    identity: bool = False
    account: str = ""
    proofs: tuple[str, ...] = ()
    callers: tuple[str, ...] = ()
    timeout: float = USUAL_TIMEOUT
    filler: str = ""

    @property
    def writes(self) -> bool:
        """Whether it changes something outside the call."""
        return self.effect in {Effect.REVERSIBLE, Effect.IRREVERSIBLE}


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A request to run a function; ``call_id`` is its idempotency key."""

    name: str
    arguments: Mapping[str, Any]
    call_id: str


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What came of it. ``data`` may be spoken; of a failure ``data["code"]`` is the kind, ``error`` a sentence."""

    call_id: str
    name: str
    ok: bool
    data: Mapping[str, Any] = field(default_factory=dict)
    error: str = ""

    @property
    def code(self) -> str:
        """The kind of a failure; empty where all went well, or nobody says."""
        return "" if self.ok else str(self.data.get("code", ""))


def failed(call: ToolCall, code: str, sentence: str) -> ToolResult:
    """Make the result of a call that came to nothing."""
    return ToolResult(call.call_id, call.name, ok=False, data={"code": code}, error=sentence)


def key_of(name: str, arguments: Mapping[str, Any], turn: int) -> str:
    """Make a call's idempotency key: the same whenever, by whomever, the same is asked for in one turn."""
    key = json.dumps([name, arguments, turn], sort_keys=True)
    return f"{name}-{hashlib.sha256(key.encode()).hexdigest()[:16]}"
