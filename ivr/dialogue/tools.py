"""The contract of business functions: what can be called, a call, its result."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


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
    """A business function; ``parameters`` is a JSON schema of its arguments."""

    name: str
    description: str
    parameters: Mapping[str, Any]
    effect: Effect = Effect.READ


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A request to run a function; ``call_id`` is its idempotency key."""

    name: str
    arguments: Mapping[str, Any]
    call_id: str


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What came of it. ``error`` is a sentence; ``data`` is what may be spoken."""

    call_id: str
    name: str
    ok: bool
    data: Mapping[str, Any] = field(default_factory=dict)
    error: str = ""


def key_of(name: str, arguments: Mapping[str, Any], turn: int) -> str:
    """Make a call's idempotency key: the same whenever, by whomever, the same is asked for in one turn."""
    key = json.dumps([name, arguments, turn], sort_keys=True)
    return f"{name}-{hashlib.sha256(key.encode()).hexdigest()[:16]}"
