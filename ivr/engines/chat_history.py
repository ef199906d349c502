"""The conversation as hosted models want it: roles in turn, each function's result beside its call, once."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.dialogue.conversation import Message
    from ivr.dialogue.tools import ToolCall, ToolResult

BEGINS = "[Entra la llamada.]"
GO_ON = "[Sigue justo donde lo has dejado, sin repetir nada de lo dicho.]"
KEYED = "[En el teclado del teléfono] "
LARGEST_RESULT = 4000
"""Characters of a function's result that a model is shown."""


@dataclass(frozen=True, slots=True)
class Said:
    """What one side said, all of it up to where the other spoke or a function ran."""

    role: Literal["user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class Ran:
    """A function that ran; ``number`` counts them from 1, so that ids are unique and the same in every request."""

    number: int
    call: ToolCall
    result: ToolResult

    @property
    def id(self) -> str:
        """An id that every service takes."""
        return f"call_{self.number}"


def system_of(messages: Sequence[Message]) -> str:
    """Join the instructions."""
    return "\n\n".join(message.text for message in messages if message.role == "system")


def turn_of(messages: Sequence[Message]) -> int:
    """Say which of the caller's turns is being answered."""
    return sum(message.role == "user" for message in messages)


def history(messages: Sequence[Message]) -> list[Said | Ran]:
    """Tell the conversation so that it begins and ends with the other side, as services ask for.

    Two entries of one side in a row are one; a result without its call, or told twice, is left out. Where the
    assistant spoke last it is asked to go on.
    """
    results = {message.result.call_id: message.result for message in messages if message.result is not None}
    told: list[Said | Ran] = []
    for message in messages:
        if message.call is not None:
            result = results.pop(message.call.call_id, None)
            if result is not None:
                told.append(Ran(1 + sum(isinstance(item, Ran) for item in told), message.call, result))
        elif message.text and message.role in {"user", "assistant"}:
            _say(told, "user" if message.role == "user" else "assistant", message)
    if not told or not isinstance(told[0], Said) or told[0].role != "user":
        told.insert(0, Said("user", BEGINS))
    if isinstance(told[-1], Said) and told[-1].role == "assistant":
        told.append(Said("user", GO_ON))
    return told


def _say(told: list[Said | Ran], role: Literal["user", "assistant"], message: Message) -> None:
    text = KEYED + message.text if message.by_keys else message.text
    last = told[-1] if told else None
    if isinstance(last, Said) and last.role == role:
        told[-1] = Said(role, f"{last.text} {text}")
    else:
        told.append(Said(role, text))


def result_text(result: ToolResult) -> str:
    """Write a function's result as JSON, cut to a size that no conversation chokes on."""
    document = {**result.data} if result.ok else {**result.data, "error": result.error}
    return json.dumps(document, ensure_ascii=False, default=str)[:LARGEST_RESULT]
