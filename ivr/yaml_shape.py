"""What is wrong with the shape of a YAML document, in plain words and all at once."""

from __future__ import annotations

import re
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import PydanticCustomError
from rapidfuzz import process

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pydantic_core import ErrorDetails

    from ivr.yaml_text import Place

_NEAR = 60
"""How alike, of 100, names must be to be taken for one another."""
NAME = r"^[a-z0-9][a-z0-9-]{0,39}$"
_MAPPING = "a mapping is wanted here: indented lines of 'key: value'"
_NUMBER = "a whole number is wanted here, in digits"
_DECIMAL = "a number is wanted here, with a point for decimals"
_LIST = "a list is wanted here: lines that begin with '- '"
_SWITCH = "yes or no is wanted here, without quotes"
_WORDED = {
    "string_type": "a text is wanted here, in quotes",
    "dict_type": _MAPPING,
    "model_type": _MAPPING,
    "list_type": _LIST,
    "tuple_type": _LIST,
    "bool_type": _SWITCH,
    "bool_parsing": _SWITCH,
    "int_parsing": _NUMBER,
    "int_type": _NUMBER,
    "int_from_float": _NUMBER,
    "float_parsing": _DECIMAL,
    "float_type": _DECIMAL,
    "string_too_short": "this is empty; write something, or take the line out",
}
_FORMS = {NAME: "only small letters without accents, digits and hyphens, 40 at most, make a name"}


class Part(BaseModel):
    """A mapping in a document, in which no other keys may stand."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def as_list(value: object) -> object:
    """Take one thing for a list of it."""
    return value if isinstance(value, (list, tuple)) else [value]


def demand_pattern(text: str) -> None:
    """Refuse what is no regular expression."""
    try:
        re.compile(text)
    except re.error as error:
        raise PydanticCustomError(
            "pattern", "{text} is no regular expression ({why})", {"text": repr(text), "why": str(error)}
        ) from None


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Find what somebody may have meant; None where nothing is like it."""
    found = process.extractOne(name, list(known), score_cutoff=_NEAR)
    return found[0] if found else None


def shape_problems(
    model: type[BaseModel], document: Mapping[Any, Any], also: tuple[str, ...] = ()
) -> Iterator[tuple[Place, str]]:
    """Tell where a document is not what ``model`` wants; ``also`` names keys that may stand beside its own."""
    try:
        model.model_validate(document)
    except ValidationError as error:
        found = error.errors()
    else:
        return
    # a list whose entries are wrong counts as too short besides
    above = {item["loc"][:depth] for item in found for depth in range(len(item["loc"]))}
    found = [item for item in found if item["type"] != "too_short" or item["loc"] not in above]
    near: dict[Place, str | None] = {}
    for item in found:
        if item["type"] == "extra_forbidden":
            near[item["loc"]] = nearest(str(item["loc"][-1]), _allowed(model, item["loc"], also))
    meant = {(*place[:-1], name) for place, name in near.items()}
    for item in found:
        place = item["loc"]
        if item["type"] == "extra_forbidden":
            hint = f"did you mean {near[place]!r}? " if near[place] else ""
            yield (
                place,
                f"no key is called {place[-1]!r} here; {hint}allowed: {', '.join(_allowed(model, place, also))}",
            )
        elif item["type"] != "missing" or place not in meant:
            yield place, _worded(item)


def _worded(item: ErrorDetails) -> str:
    kind, name, limits = item["type"], item["loc"][-1] if item["loc"] else "it", item.get("ctx", {})
    match kind:
        case "missing":
            return f"{name} is missing; add '{name}: ...'"
        case "too_long":
            return f"{limits['actual_length']} entries are too many; keep {limits['max_length']} at most"
        case "too_short":
            least = limits["min_length"]
            return f"{limits['actual_length']} entries are too few; give at least {least}, or take the key out"
        case "string_too_long":
            return f"more than {limits['max_length']} characters; say it shorter"
        case "greater_than_equal" | "less_than_equal" | "greater_than" | "less_than":
            bounds = {"ge": "at least", "le": "at most", "gt": "more than", "lt": "less than"}
            bound = " and ".join(f"{words} {limits[key]:g}" for key, words in bounds.items() if key in limits)
            return f"{item['input']!r} is out of range; give {bound}"
        case "string_pattern_mismatch":
            return _FORMS.get(limits["pattern"], f"{item['input']!r} does not have the form {limits['pattern']}")
        case "literal_error" | "enum":
            return f"{item['input']!r} is unknown; give one of {limits['expected']}"
        case "string_type":
            return f"{_WORDED[kind]} (YAML reads this as {_as_read(item['input'])})"
        case "value_error":
            return str(limits["error"])
        case _:
            return _WORDED.get(kind, item["msg"])


def _as_read(value: object) -> str:
    match value:
        case bool():
            return "yes or no"
        case None:
            return "nothing"
        case dict():
            return "a key and its value, for the colon"
        case list():
            return "a list"
        case _:
            return f"the {type(value).__name__} {value}"


def _allowed(model: type[BaseModel], place: Place, also: tuple[str, ...]) -> list[str]:
    """Name the keys that may stand beside the last step of a place."""
    if len(place) == 1:
        return [*model.model_fields, *also]
    inner: Any = model
    for step in place[:-1]:
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            inner = inner.model_fields[str(step)].annotation
        else:
            inner = next(arm for arm in reversed(get_args(inner)) if arm is not ...)
        while get_origin(inner) in {Annotated, Union, UnionType}:
            inner = next(arm for arm in get_args(inner) if arm is not NoneType)
    return [*inner.model_fields] if isinstance(inner, type) and issubclass(inner, BaseModel) else []
