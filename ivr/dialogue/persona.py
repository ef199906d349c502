"""What a persona file holds."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Text = Annotated[str, Field(min_length=1, max_length=600)]


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


Variants = Annotated[list[Text], BeforeValidator(_as_list), Field(min_length=1, max_length=12)]


class Fact(BaseModel):
    """Something the agent can tell: asked for by any of ``words`` (all words of one entry must be heard)."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    words: Annotated[list[Text], BeforeValidator(_as_list)] = Field(default_factory=list)
    say: Text


class Refused(BaseModel):
    """A subject that the agent does not talk about: named by any of ``words`` (all words of one entry must be heard).

    Words of ``unless`` make it another subject; ``intents`` are refused too; ``say`` refuses, else ``out_of_scope``.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    words: Annotated[list[Text], BeforeValidator(_as_list)] = Field(default_factory=list, max_length=200)
    unless: Annotated[list[Text], BeforeValidator(_as_list)] = Field(default_factory=list, max_length=200)
    intents: Annotated[list[Text], BeforeValidator(_as_list)] = Field(default_factory=list, max_length=20)
    say: Annotated[str, Field(max_length=600)] = ""


class Detail(BaseModel):
    """Something a form asks callers for: its kind, as entities are called, and the question."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    kind: Literal["phone", "dni", "nie", "email", "amount", "date", "iban", "curp", "cuit", "card", "postal_code"]
    ask: Text


class Persona(BaseModel):
    """Who the agent is; with a ``form`` it takes details down and does nothing else."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    language: str = "es"
    company: Text
    agent: Text
    voice: str = "ef_dora"
    account_digits: int = Field(6, ge=3, le=20)
    phone_digits: int = Field(9, ge=6, le=15)
    products: list[Text] = Field(default_factory=list, max_length=20)
    style: Annotated[str, Field(max_length=600)] = ""
    """How a hosted model is to speak, in plain words."""
    instructions: Annotated[list[Text], BeforeValidator(_as_list)] = Field(default_factory=list, max_length=40)
    """What a hosted model is told besides, one rule each; the rules that keep callers safe stand above them."""
    about: Annotated[list[Text], BeforeValidator(_as_list)] = Field(default_factory=list, max_length=40)
    """All that a hosted model is to talk about, in plain words; none: whatever has to do with the company."""
    refuses: dict[str, Refused] = Field(default_factory=dict, max_length=40)
    """What callers are refused by every engine, and no model may go into."""
    phrases: dict[str, Variants]
    topics: dict[str, Text]
    facts: dict[str, Fact]
    translations: dict[Literal["es", "en", "ca", "gl", "pt"], Text] = Field(default_factory=dict)
    """Language -> the persona that speaks it to callers who switch, by name or path; no extension has it."""
    form: list[Detail] = Field(default_factory=list, max_length=20)
