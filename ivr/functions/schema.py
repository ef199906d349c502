"""What an operator's file of functions holds."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, PlainValidator, TypeAdapter, model_validator

from ivr.language.intents import INTENTS
from ivr.yaml_shape import Part, as_list, demand_pattern

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


def _pattern(value: object) -> object:
    demand_pattern(str(value))
    return value


def _as_choices(value: object) -> object:
    """Take ``[small, large]``, or ``{small: [pequeña, chica], large: grande}``."""
    if isinstance(value, list):
        return {str(choice): (str(choice),) for choice in value}
    if isinstance(value, dict):
        return {str(choice): as_list(words) for choice, words in value.items()}
    return value


Text = Annotated[str, Field(min_length=1, max_length=500)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(as_list), Field(min_length=1, max_length=60)]
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

    when: Annotated[tuple[Text, ...], BeforeValidator(as_list), Field(max_length=60)] = ()
    intents: Annotated[tuple[str, ...], BeforeValidator(as_list)] = ()
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


_PROOFS = TypeAdapter(Annotated[tuple[Name, ...], Field(min_length=1, max_length=4)])


def _switch_or_proofs(value: object) -> object:
    """Choose by the kind of the value, so that a mistake is told once, not for each of the two."""
    if isinstance(value, bool):
        return value
    if isinstance(value, (list, tuple)):
        return _PROOFS.validate_python(value)
    raise ValueError("yes, no or a list of parameters is wanted here, such as [account_id, postal_code]")


class Declaration(Part):
    """One function."""

    name: Name
    description: Annotated[str, Field(min_length=5, max_length=500)]
    parameters: dict[
        Name, Annotated[Parameter, BeforeValidator(lambda v: {"type": v} if isinstance(v, str) else v)]
    ] = Field(default_factory=dict, max_length=12)
    effect: Literal["read", "reversible", "irreversible"] = "read"
    identity: Annotated[bool | tuple[str, ...], PlainValidator(_switch_or_proofs)] = False
    callers: Annotated[tuple[Text, ...], BeforeValidator(as_list)] = ()
    timeout: float = Field(6.0, ge=0.2, le=LONGEST_TIMEOUT)
    filler: str = Field("", max_length=200)
    target: Target
    local: Local | None = None


class FunctionsFile(Part):
    """The file."""

    functions: Annotated[tuple[Declaration, ...], Field(min_length=1, max_length=100)]
