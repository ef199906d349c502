"""The persona: who the agent is, every phrase it says and the facts it knows, from one YAML file.

A reply begins with a fixed clause ("Ya lo tengo.") and brings its slots later, so that its first sound is
ready-made audio: ``fixed_phrases`` lists what can be synthesised before the first call.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from rapidfuzz import process

from ivr.dialogue.conversation import Speech
from ivr.dialogue.phrases import FACTS, PHRASES, TOPICS, question_of
from ivr.dialogue.sentences import ClauseSplitter
from ivr.errors import ConfigError
from ivr.language.identifiers import HOME, PHONE_LENGTHS
from ivr.language.words import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PERSONAS = Path(__file__).with_name("personas")
_SLOT = re.compile(r"\{(\w*)\}")
_ALWAYS = frozenset({"company", "agent"})


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


Variants = Annotated[
    list[Annotated[str, Field(min_length=1)]], BeforeValidator(_as_list), Field(min_length=1, max_length=12)
]


class Fact(BaseModel):
    """Something the agent can tell: asked for by any of ``words`` (all words of one entry must be heard)."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    words: Annotated[list[str], BeforeValidator(_as_list)] = Field(default_factory=list)
    say: Annotated[str, Field(min_length=1)]


class Detail(BaseModel):
    """Something a form asks callers for: its kind, as entities are called, and the question."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    kind: Literal["phone", "dni", "nie", "email", "amount", "date", "iban", "curp", "cuit", "card", "postal_code"]
    ask: Annotated[str, Field(min_length=1)]


class Persona(BaseModel):
    """What the file holds; with a ``form`` the agent takes details down and does nothing else."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    language: str = "es"
    company: Annotated[str, Field(min_length=1)]
    agent: Annotated[str, Field(min_length=1)]
    voice: str = "ef_dora"
    account_digits: int = Field(6, ge=3, le=20)
    phone_digits: int = Field(9, ge=6, le=15)
    products: list[str] = Field(default_factory=list, max_length=20)
    phrases: dict[str, Variants]
    topics: dict[str, Annotated[str, Field(min_length=1)]]
    facts: dict[str, Fact]
    form: list[Detail] = Field(default_factory=list, max_length=20)


PROTECTED = frozenset({"interject", "never_stops", "no_input_goodbye", "time_limit"})
"""Lines that nobody can interrupt."""


@dataclass(frozen=True)
class Script:
    """A persona, ready to speak. Variants are picked by turn number, so a call can be told again exactly."""

    persona: Persona
    country: str = HOME

    @property
    def phone_digits(self) -> int:
        """How many digits a phone number has: the country's, at home what the persona says."""
        return self.persona.phone_digits if self.country == HOME else PHONE_LENGTHS[self.country]

    def say(self, name: str, turn: int = 0, slots: Mapping[str, str] | None = None) -> str:
        """Give the variant of phrase ``name`` for this turn, with its slots filled in."""
        variants = self.persona.phrases[name]
        return self._fill(variants[turn % len(variants)], slots or {})

    def line(self, name: str, turn: int = 0) -> Speech:
        """Give a phrase without slots as speech that knows what answer it asks for."""
        expects, digits = question_of(name, self.persona.account_digits, self.phone_digits)
        return Speech(self.say(name, turn), name not in PROTECTED, expects=expects, digits=digits)

    @property
    def vocabulary(self) -> tuple[str, ...]:
        """The house's own names, which callers say and a recogniser does not know."""
        return (self.persona.company, self.persona.agent, *self.persona.products)

    def fact(self, name: str) -> str:
        """Tell a fact."""
        return self._fill(self.persona.facts[name].say, {})

    @cached_property
    def fact_words(self) -> tuple[tuple[str, frozenset[str]], ...]:
        """Each fact with the folded words that ask for it together."""
        facts = self.persona.facts.items()
        return tuple((name, frozenset(words(entry))) for name, fact in facts for entry in fact.words)

    def lines_of(self, *names: str) -> frozenset[str]:
        """List every variant of slotless phrases, as they are spoken."""
        return frozenset(self._fill(text, {}) for name in names for text in self.persona.phrases[name])

    def fixed_phrases(self) -> list[str]:
        """List every clause without slots, as replies are cut for speech; the most urgent first."""
        found: dict[str, None] = {}
        for text in self._texts():
            for begins_reply in (True, False):
                splitter = ClauseSplitter(begins_reply=begins_reply)
                for clause in (*splitter.feed(text + " "), *splitter.flush()):
                    if not _SLOT.search(clause):
                        found[clause] = None
        return list(found)

    def _texts(self) -> Iterator[str]:
        for name in PHRASES:
            for variant in self.persona.phrases[name]:
                yield self._fill(variant, {})
        for name in self.persona.facts:
            yield self.fact(name)
        for detail in self.persona.form:
            yield detail.ask

    def _fill(self, template: str, slots: Mapping[str, str]) -> str:
        values = {"company": self.persona.company, "agent": self.persona.agent, **slots}
        return _SLOT.sub(lambda slot: values.get(slot[1], slot[0]), template)


def load_script(name: str) -> Script:
    """Read a persona by its name in ``personas/`` or by its path; ConfigError names the line and the mend."""
    path = PERSONAS / f"{name}.yaml" if re.fullmatch(r"[\w-]+", name) else Path(name).expanduser()
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        known = ", ".join(sorted(file.stem for file in PERSONAS.glob("*.yaml")))
        raise ConfigError(
            f"persona {name!r}: {path} cannot be read ({error.strerror}); set PERSONA to {known} or to a YAML file"
        ) from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not UTF-8 ({error.reason} at byte {error.start}); save the file as UTF-8") from None
    return parse_script(text, str(path))


def parse_script(text: str, source: str) -> Script:
    """Read a persona from YAML text; ``source`` names it in errors."""
    try:
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}" if mark else "the file"
        problem = getattr(error, "problem", None) or error
        raise ConfigError(
            f"{source}, {place}: not valid YAML ({problem}); mend the indentation or the quotes"
        ) from None
    if not isinstance(document, dict):
        raise ConfigError(f"{source}: a persona is a mapping with company, agent, phrases and facts; copy es.yaml")
    try:
        persona = Persona.model_validate(_extended(document, source))
    except ValidationError as error:
        first = error.errors()[0]
        raise ConfigError(_complain(source, tree, first["loc"], first["msg"])) from None
    for location, problem in _problems(persona):
        raise ConfigError(_complain(source, tree, location, problem))
    return Script(persona)


def _extended(document: dict[str, Any], source: str) -> dict[str, Any]:
    """Put a persona over the one that it extends; of the phrases, topics and facts only those it has itself."""
    own = dict(document)
    name = own.pop("extends", None)
    if name is None:
        return own
    path = PERSONAS / f"{name}.yaml"
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in PERSONAS.glob("*.yaml")))
        raise ConfigError(f"{source}: extends {name!r}, which is no persona; set it to one of {known}")
    base = _extended(yaml.safe_load(path.read_text(encoding="utf-8")), str(path))
    parts = {part: base[part] | (own.get(part) or {}) for part in ("phrases", "topics", "facts")}
    return base | own | parts


def _problems(persona: Persona) -> Iterator[tuple[tuple[str, ...], str]]:
    for name, variants in persona.phrases.items():
        if name not in PHRASES:
            near = process.extractOne(name, PHRASES.keys())
            yield ("phrases", name), f"no phrase is called {name!r}; did you mean {near[0] if near else 'another'!r}?"
            continue
        for variant in variants:
            unknown = set(_SLOT.findall(variant)) - PHRASES[name] - _ALWAYS
            if unknown:
                yield ("phrases", name), f"unknown slot {_list(unknown)}; it may use {_list(PHRASES[name] | _ALWAYS)}"
            lacking = PHRASES[name] - set(_SLOT.findall(variant))
            if lacking:
                yield ("phrases", name), f"a variant does not say {_list(lacking)}; add it to {variant!r}"
    for name, slots in PHRASES.items():
        if name not in persona.phrases:
            yield ("phrases",), f"phrase {name!r} is missing; add it (slots: {_list(slots)})"
    for name in sorted(set(TOPICS) - persona.topics.keys()):
        yield ("topics",), f"topic {name!r} is missing; add it in the caller's words"
    for name in sorted(FACTS - persona.facts.keys()):
        yield ("facts",), f"fact {name!r} is missing; add it with a 'say' sentence"


def _list(slots: set[str] | frozenset[str]) -> str:
    return ", ".join(f"{{{slot}}}" for slot in sorted(slots)) or "none"


def _complain(source: str, tree: Any, location: tuple[str | int, ...], problem: str) -> str:
    """Name the deepest node of the YAML tree on the way to a wrong value."""
    node, line = tree, tree.start_mark.line
    for step in location:
        if isinstance(node, yaml.MappingNode):
            pair = next(((key, value) for key, value in node.value if key.value == step), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line
    key = ".".join(str(step) for step in location) or "the file"
    return f"{source}, line {line + 1}, {key}: {problem}; mend the file or start again from es.yaml"
