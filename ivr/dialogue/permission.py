"""What must hold before a business function runs, whoever asks for it. Pure: a conversation in, a refusal out."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from ivr.dialogue.confirmation import is_confirmed
from ivr.dialogue.tools import Effect
from ivr.language.numbers import digit_runs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ivr.dialogue.conversation import Message
    from ivr.dialogue.tools import Tool, ToolCall, ToolResult

DIRECTIONS = frozenset({"inbound", "outbound"})
UNKNOWN_FUNCTION, NOT_ALLOWED, ARGUMENTS = "unknown_function", "not_allowed", "arguments"
IDENTITY, CONFIRMATION = "identity", "confirmation"
WRONG_PROOF, PROOFS_SPENT = "wrong_proof", "proofs_spent"
"""What proves who calls does not fit; it did not fit so often that nothing more is tried in this call."""
MOST_PROOFS = 3
UNKNOWN_OUTCOME = "unknown"
"""Nobody knows whether a write was done: it must not be done again."""
REFUSALS = frozenset({UNKNOWN_FUNCTION, NOT_ALLOWED, ARGUMENTS, IDENTITY, CONFIRMATION, PROOFS_SPENT})
"""Failures of calls that never ran."""
_MOST_TEXT, _MOST_ITEMS, _MOST_CHARACTERS, _DEEPEST = 2000, 20, 8000, 5
"""What of a result may reach a model, and an ear."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a function does not run: ``code`` for the dialogue, ``sentence`` for a model, which asks on."""

    code: str
    sentence: str


def explain(error: ValidationError) -> str:
    """Say in words what is wrong with the arguments of a call."""
    return "; ".join(
        f"{'.'.join(str(part) for part in item['loc']) or 'arguments'}: {item['msg'].removeprefix('Value error, ')}"
        for item in error.errors()
    )


def checked(call: ToolCall, tool: Tool) -> ToolCall | Refusal:
    """Put the arguments in their normal form, or say in words which one must be asked for again."""
    if tool.arguments is None:
        return call
    try:
        wanted = tool.arguments.model_validate(dict(call.arguments))
    except ValidationError as error:
        return Refusal(ARGUMENTS, f"{explain(error)}; ask the caller for it again")
    return replace(call, arguments=wanted.model_dump(mode="json", exclude_none=True, exclude_unset=True))


def may_call(tool: Tool, direction: str, caller: str) -> bool:
    """Tell whether a function is there for a caller."""
    ways = [entry for entry in tool.callers if entry in DIRECTIONS]
    numbers = [entry for entry in tool.callers if entry not in DIRECTIONS]
    if ways and direction not in ways:
        return False
    return not numbers or any(fnmatchcase(caller, pattern) for pattern in numbers)


def unconfirmed(tool: Tool, conversation: Sequence[Message]) -> Refusal | None:
    """Refuse what cannot be undone until the caller has said yes to it in the present turn."""
    if tool.effect is not Effect.IRREVERSIBLE or is_confirmed(conversation):
        return None
    return Refusal(
        CONFIRMATION,
        f"{tool.name} cannot be undone and the caller has not said yes to it in this turn; "
        "say what will be done, ask whether they confirm it, and call it after a clear yes",
    )


def wrong_proofs(conversation: Sequence[Message]) -> int:
    """Count how often in this call what was to prove who calls did not fit."""
    codes = [message.result.code for message in conversation if message.result is not None]
    return sum(code in {WRONG_PROOF, PROOFS_SPENT} for code in codes)


def unproved(call: ToolCall, tool: Tool, conversation: Sequence[Message]) -> Refusal | None:
    """Refuse what the caller has not proved to be theirs: each proof must have been said, and few may be wrong."""
    if not tool.proofs:
        return None
    if wrong_proofs(conversation) >= MOST_PROOFS:
        return SPENT
    lacking = [name for name in tool.proofs if not has_said(str(call.arguments.get(name, "")), conversation)]
    if not lacking:
        return None
    return Refusal(IDENTITY, f"the caller has not said {', '.join(lacking)} in this call: ask for it, never fill it in")


SPENT = Refusal(PROOFS_SPENT, "what proves who calls was wrong too often: ask for it no more, and offer a person")


def without_proofs(call: ToolCall, tools: Iterable[Tool]) -> dict[str, Any]:
    """Give the arguments of a call as they may be written down."""
    secret = next((tool.proofs for tool in tools if tool.name == call.name), ())
    return {name: "***" if name in secret else value for name, value in call.arguments.items()}


def has_said(number: str, conversation: Sequence[Message]) -> bool:
    """Tell whether the caller has said or keyed a number, in one breath or several."""
    said = "".join(
        message.text if message.by_keys else "".join(run.digits for run in digit_runs(message.text))
        for message in conversation
        if message.role == "user"
    )
    digits = re.sub(r"\D", "", number)
    return digits != "" and digits in said


def earlier_result(call: ToolCall, tool: Tool, conversation: Sequence[Message]) -> ToolResult | None:
    """Give what the same call answered before, where running it again would repeat it.

    ``call`` is in its normal form. Within the caller's turn a function answers once; a write of which nobody knows
    whether it was done is never done again in the call, nor is what cannot be undone.
    """
    in_turn = True
    for asked, result in _ran_before(conversation):
        if asked is None:
            in_turn = False
            continue
        if result is None or not _same(asked, call, tool) or result.code in REFUSALS:
            continue
        if in_turn and (result.ok or tool.writes):
            return result
        if (tool.writes and result.code == UNKNOWN_OUTCOME) or (tool.effect is Effect.IRREVERSIBLE and result.ok):
            return result
    return None


def times_done(call: ToolCall, tool: Tool, conversation: Sequence[Message]) -> int:
    """Count how often the same call was done in this conversation."""
    return sum(
        result is not None and result.ok and _same(asked, call, tool)
        for asked, result in _ran_before(conversation)
        if asked is not None
    )


def _ran_before(conversation: Sequence[Message]) -> Iterator[tuple[ToolCall | None, ToolResult | None]]:
    """List calls with their results, the newest first; (None, None) where the caller spoke."""
    results: dict[str, ToolResult] = {}
    for message in reversed(conversation):
        if message.role == "user":
            yield None, None
        elif message.result is not None:
            results[message.result.call_id] = message.result
        elif message.call is not None:
            yield message.call, results.pop(message.call.call_id, None)


def _same(asked: ToolCall, other: ToolCall, tool: Tool) -> bool:
    if asked.name != other.name:
        return False
    one = checked(asked, tool)
    return not isinstance(one, Refusal) and _texts(one.arguments) == _texts(other.arguments)


def _texts(arguments: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in arguments.items() if value is not None and value != ""}


def speakable(data: Mapping[str, Any]) -> dict[str, Any]:
    """Cut a result to what may be spoken: plain values, short texts, few items."""
    kept: dict[str, Any] = {}
    room = _MOST_CHARACTERS
    for name, value in list(data.items())[: _MOST_ITEMS * 2]:
        cut = _cut(value, 0)
        room -= len(str(cut))
        if room < 0:
            break
        kept[str(name)] = cut
    return kept


def _cut(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return value if len(value) <= _MOST_TEXT else value[:_MOST_TEXT].rsplit(" ", 1)[0] + " …"
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if depth >= _DEEPEST:
        return "…"
    if isinstance(value, dict):
        return {str(key): _cut(item, depth + 1) for key, item in list(value.items())[:_MOST_ITEMS]}
    if isinstance(value, (list, tuple)):
        return [_cut(item, depth + 1) for item in value[:_MOST_ITEMS]]
    return str(value)[:_MOST_TEXT]
