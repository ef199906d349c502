"""What an operator's file of functions holds."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError
from rapidfuzz import process

from ivr.language.intents import INTENTS

SLOT = re.compile(r"\{(\w+)(?::(\w+))?\}")
Kind = Literal[
    "string",
    "integer",
    "number",
    "boolean",
    "date",
    "time",
    "phone",
    "email",
    "account",
    "digits",
    "enum",
    "dni",
    "nie",
    "iban",
    "postal_code",
]
LONGEST_TIMEOUT = 30.0


class Part(BaseModel):
    """A mapping in the file; an unknown key is told together with those that are allowed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _known(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        for key in value:
            if key not in cls.model_fields:
                near = process.extractOne(str(key), list(cls.model_fields), score_cutoff=60)
                hint = f" (did you mean {near[0]}?)" if near else ""
                raise PydanticCustomError(
                    "unknown_key",
                    "{key} is no key here" + hint + "; allowed: {allowed}",
                    {"key": str(key), "allowed": ", ".join(cls.model_fields)},
                )
        return value


def _as_list(value: object) -> object:
    return value if isinstance(value, (list, tuple)) else [value]


def _pattern(value: object) -> object:
    try:
        re.compile(str(value))
    except re.error as error:
        raise PydanticCustomError(
            "pattern", "{text} is no regular expression ({why})", {"text": repr(value), "why": str(error)}
        ) from None
    return value


def _as_choices(value: object) -> object:
    """Take ``[small, large]``, or ``{small: [pequeña, chica], large: grande}``."""
    if isinstance(value, list):
        return {str(choice): (str(choice),) for choice in value}
    if isinstance(value, dict):
        return {str(choice): _as_list(words) for choice, words in value.items()}
    return value


Text = Annotated[str, Field(min_length=1, max_length=500)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(_as_list), Field(min_length=1, max_length=60)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class Parameter(Part):
    """A value that a function needs."""

    type: Kind = "string"
    description: str = Field("", max_length=300)
    required: bool = True
    pattern: Annotated[str, BeforeValidator(_pattern)] = ""
    length: int = Field(0, ge=0, le=30)
    choices: Annotated[dict[str, Texts], BeforeValidator(_as_choices)] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.type == "enum") != bool(self.choices):
            raise ValueError("type: enum and choices belong together; give both or neither")
        if self.length and self.type not in {"digits", "account"}:
            raise ValueError("length is for digits and account; use pattern for other types")
        return self


class Http(Part):
    """An endpoint; ``answer`` names what of its JSON may be spoken, by dots or as a JSON pointer."""

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "GET"
    url: Annotated[str, Field(pattern=r"^(https?://|\$\{)\S+$")]
    headers: dict[str, str] = Field(default_factory=dict)
    query: dict[str, str] = Field(default_factory=dict)
    body: dict[str, Any] | None = None
    answer: dict[Name, Text] = Field(default_factory=dict)


class Target(Part):
    """What does the work: an endpoint, or a Python function (``package.module:name`` or ``file.py:name``)."""

    http: Http | None = None
    python: Annotated[str, Field(pattern=r"^[\w./-]+:\w+$")] | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.http is None) == (self.python is None):
            raise ValueError("give one of http and python")
        return self


def _as_fail(value: object) -> object:
    return {"default": value} if isinstance(value, str) else value


class Local(Part):
    """How the built-in engine talks about it."""

    when: Annotated[tuple[Text, ...], BeforeValidator(_as_list), Field(max_length=60)] = ()
    intents: Annotated[tuple[str, ...], BeforeValidator(_as_list)] = ()
    ask: dict[str, Text] = Field(default_factory=dict)
    confirm: str = ""
    say: Texts
    words: dict[str, dict[str, Text]] = Field(default_factory=dict)
    fail: Annotated[dict[str, Text], BeforeValidator(_as_fail)] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if not (self.when or self.intents):
            raise ValueError("when is missing: give sentences of callers who want this")
        unknown = next((intent for intent in self.intents if intent not in INTENTS), None)
        if unknown is not None:
            raise ValueError(f"intents: {unknown!r} is none of {', '.join(INTENTS)}")
        return self


class Declaration(Part):
    """One function."""

    name: Name
    description: Annotated[str, Field(min_length=5, max_length=500)]
    parameters: dict[
        Name, Annotated[Parameter, BeforeValidator(lambda v: {"type": v} if isinstance(v, str) else v)]
    ] = Field(default_factory=dict, max_length=12)
    effect: Literal["read", "reversible", "irreversible"] = "read"
    identity: bool | Annotated[tuple[Name, ...], Field(min_length=1, max_length=4)] = False
    callers: Annotated[tuple[Text, ...], BeforeValidator(_as_list)] = ()
    timeout: float = Field(6.0, ge=0.2, le=LONGEST_TIMEOUT)
    filler: str = Field("", max_length=200)
    target: Target
    local: Local | None = None


class FunctionsFile(Part):
    """The file."""

    functions: Annotated[tuple[Declaration, ...], Field(min_length=1, max_length=100)]
