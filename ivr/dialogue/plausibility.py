"""Whether what a hosted model answers may reach a caller. Each check gives a sentence; empty = nothing wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from ivr.dialogue.tools import Effect
from ivr.language.firm_yes import is_firm_yes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jsonschema import ValidationError

    from ivr.dialogue.conversation import Message
    from ivr.dialogue.tools import Tool, ToolCall

_UNSPEAKABLE = re.compile(r"[{}<>|`\\]|\[/?[A-Z_]{3,}\]|\"\s*:")
"""Signs that nobody says: of JSON, markup, code and the templates that models are trained with."""
_VALUES = frozenset({"pattern", "format", "minLength", "maxLength", "minimum", "maximum"})
"""What a value must be like. The caller may have said it wrong: the function itself answers in words."""


def wrong_with_speech(text: str, tools: Sequence[Tool]) -> str:
    """Judge a clause: no JSON, markup or function's name belongs into an ear."""
    if _UNSPEAKABLE.search(text):
        return "it would have read code or markup out"
    named = next((tool.name for tool in tools if "_" in tool.name and tool.name in text), "")
    return f"it would have read out the function's name {named}" if named else ""


def wrong_with_call(call: ToolCall, tools: Sequence[Tool], messages: Sequence[Message]) -> str:
    """Judge a call: the function is offered, the arguments are its own, and nothing is undone without a yes."""
    tool = next((tool for tool in tools if tool.name == call.name), None)
    if tool is None:
        return f"it called {call.name!r:.60}, which is no function here"
    try:
        Draft202012Validator.check_schema(tool.parameters)
    except SchemaError as error:
        return f"the schema of {call.name} is wrong ({error.message:.80})"
    misfits = Draft202012Validator(tool.parameters).iter_errors(dict(call.arguments))
    misfit = next((error for error in misfits if _of_shape(error)), None)
    if misfit is not None:
        return f"it called {call.name} with arguments that do not fit ({misfit.message:.80})"
    heard = messages[-1] if messages else None
    if tool.effect is Effect.IRREVERSIBLE and not _says_yes(heard, to_cancel=not call.name.startswith("update_")):
        return f"it called {call.name} without the caller's yes"
    return ""


def _says_yes(heard: Message | None, *, to_cancel: bool) -> bool:
    return heard is not None and heard.role == "user" and is_firm_yes(heard.text, to_cancel=to_cancel)


def _of_shape(error: ValidationError) -> bool:
    """Tell a wrong shape from a wrong value; a number where its digits are wanted as text is neither."""
    if error.validator in _VALUES:
        return False
    if error.validator == "type" and _is_number(error.instance) and error.validator_value == "string":
        return False
    if error.context:  # of alternatives, one that only the value misses is enough
        branches = {inner.schema_path[0] for inner in error.context}
        return all(any(_of_shape(e) for e in error.context if e.schema_path[0] == branch) for branch in branches)
    return True


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
