"""Whether what a hosted model answers may reach a caller. Each check gives a sentence; empty = nothing wrong."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from ivr.dialogue.tools import Effect
from ivr.language.amounts import find_amounts
from ivr.language.firm_yes import is_firm_yes
from ivr.language.numbers import digit_runs, numerals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jsonschema import ValidationError

    from ivr.dialogue.conversation import Message
    from ivr.dialogue.tools import Tool, ToolCall

_UNSPEAKABLE = re.compile(r"[{}<>|`\\]|\[/?[A-Z_]{3,}\]|\"\s*:")
"""Signs that nobody says: of JSON, markup, code and the templates that models are trained with."""
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
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
    if made_up := _made_up(call, messages):
        return f"it called {call.name} with a number that nobody said, {made_up}"
    heard = messages[-1] if messages else None
    if tool.effect is Effect.IRREVERSIBLE and not _says_yes(heard, to_cancel=not call.name.startswith("update_")):
        return f"it called {call.name} without the caller's yes"
    return ""


def known_numbers(messages: Sequence[Message]) -> frozenset[Decimal]:
    """Collect every number that the instructions, either side or a function's result have told."""
    known: set[Decimal] = set()
    for message in messages:
        known |= _numbers(message.text)
        if message.result is not None:
            known |= {Decimal(number) for number in _NUMBER.findall(str(dict(message.result.data)))}
    return frozenset(known)


@lru_cache(maxsize=4096)
def _numbers(text: str) -> frozenset[Decimal]:
    """Read a text once: a conversation only grows."""
    return frozenset({Decimal(numeral.digits) for numeral in numerals(text)} | _amounts(text))


def wrong_with_amount(text: str, known: frozenset[Decimal]) -> str:
    """Judge a clause that names money: what nobody has told the model it has made up."""
    made_up = next((amount for amount in _amounts(text) if amount not in known), None)
    return f"it would have named an amount that nobody told it, {made_up}" if made_up is not None else ""


def _amounts(text: str) -> set[Decimal]:
    found = find_amounts(text)
    whole = [
        one
        for one in found
        if not any(other is not one and other.start <= one.start and one.end <= other.end for other in found)
    ]
    return {Decimal(one.value.split()[0]) for one in whole}


def _made_up(call: ToolCall, messages: Sequence[Message]) -> str:
    """Give a number of five digits or more among the arguments that the caller did not say, and no result told."""
    said = "".join(run.digits for message in messages if message.role == "user" for run in digit_runs(message.text))
    told = " ".join(str(dict(message.result.data)) for message in messages if message.result is not None)
    for value in call.arguments.values():
        digits = re.sub(r"[\s+]", "", str(value))
        if re.fullmatch(r"\d{5,}", digits) and digits not in said and digits not in told:
            return digits
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
