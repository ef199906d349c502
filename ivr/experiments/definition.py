"""What an experiment is: variants of persona, voice, pace or model among which calls are shared out.

A file::

    name: saludo-corto
    about: Does a shorter greeting keep more callers with the agent?
    share: 0.5                    # of the calls; the rest is served as always
    by: caller                    # the same caller always meets the same variant; without it each call is drawn
    variants:
      como-siempre: {}            # the first is what the others are compared with
      corto:
        persona: {phrases: {greeting: "Hola, soy {agent}, asistente virtual. Dígame."}}
        speed: 1.1
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ivr.dialogue.persona import Persona  # noqa: TC001 - pydantic needs it at run time
from ivr.dialogue.persona_file import parse_persona, persona_of, persona_path, read_persona
from ivr.errors import ConfigError
from ivr.yaml_shape import NAME, shape_problems
from ivr.yaml_text import FileRefused, Source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ivr.yaml_text import Fault, Place

Name = Annotated[str, Field(pattern=NAME)]
Goal = Literal["contained", "completed"]


class Change(BaseModel):
    """What differs from how calls are served otherwise; None = nothing. The persona is whole, as it was read."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    persona: Persona | None = None
    voice: Annotated[str, Field(min_length=1, max_length=80)] | None = None
    speed: Annotated[float, Field(ge=0.5, le=2.0)] | None = None
    model: Annotated[str, Field(min_length=1, max_length=120)] | None = None
    """PROVIDER or PROVIDER:MODEL, or local: the built-in engine alone."""

    @property
    def fields(self) -> frozenset[str]:
        """Name what is changed."""
        return frozenset(name for name in Change.model_fields if getattr(self, name) is not None)

    def over(self, other: Change) -> Change:
        """Put this change over another."""
        return Change(**{name: getattr(self if name in self.fields else other, name) for name in Change.model_fields})

    def described(self) -> str:
        """Say in a few words what is changed."""
        told = [f"{name} {getattr(self, name)}" for name in ("voice", "speed", "model") if name in self.fields]
        if self.persona is not None:
            told.insert(0, f"persona {self.persona.agent} of {self.persona.company}")
        return ", ".join(told) or "nothing"


class Variant(Change):
    """A change, and how many calls get it beside the others."""

    weight: float = Field(1.0, gt=0, le=1000)

    @property
    def change(self) -> Change:
        """Give it without its weight."""
        return Change(**{name: getattr(self, name) for name in Change.model_fields})


class Experiment(BaseModel):
    """Calls are shared out among ``variants``; the first is the one that the others are compared with."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: Name
    about: Annotated[str, Field(max_length=1000)] = ""
    by: Literal["call", "caller"] = "call"
    """What is drawn: each call, or each caller, who then always meets the same variant."""
    share: float = Field(1.0, gt=0, le=1)
    """Of the calls that take part."""
    goal: Goal = "contained"
    detect: float = Field(0.05, ge=0.01, le=0.5)
    """The smallest difference of the goal's share that is worth knowing; so many calls are needed."""
    variants: Annotated[dict[Name, Variant], Field(min_length=2, max_length=8)]

    @model_validator(mode="after")
    def _differ(self) -> Self:
        seen: dict[str, str] = {}
        for name, variant in self.variants.items():
            twin = seen.setdefault(variant.change.model_dump_json(), name)
            if twin != name:
                raise ValueError(f"{twin} and {name} are the same; change persona, voice, speed or model in one")
        return self

    @property
    def fields(self) -> frozenset[str]:
        """Name what any of its variants changes."""
        return frozenset[str]().union(*(variant.fields for variant in self.variants.values()))


def parse_experiment(text: str, source: str, folder: Path, usual: str) -> Experiment:
    """Read an experiment; FileRefused has all mistakes.

    Persona files are looked for beside it in ``folder``; a persona written in place builds on ``usual``, unless it
    says another.
    """
    yaml_source = Source(text, source)
    document = yaml_source.document
    if not isinstance(document, dict):
        raise FileRefused(source, [yaml_source.fault((), "an experiment is a mapping with name and variants")])
    variants = document.get("variants")
    resolved: dict[Any, Any] = {}
    faults: list[Fault] = []
    for name, variant in variants.items() if isinstance(variants, dict) else ():
        resolved[name] = {} if variant is None else variant
        if not isinstance(variant, dict) or variant.get("persona") is None:
            continue
        try:
            persona = _persona(yaml_source, ("variants", name, "persona"), folder, usual)
        except FileRefused as refused:
            faults += refused.faults if refused.name == source else [_elsewhere(yaml_source, name, refused)]
            persona = None
        resolved[name] = variant | {"persona": persona}
    whole = document | ({"variants": resolved} if isinstance(variants, dict) else {})
    faults += [yaml_source.fault(place, problem) for place, problem in _problems(whole, faulty=bool(faults))]
    if faults:
        raise FileRefused(source, faults)
    return Experiment.model_validate(whole)


def _problems(whole: dict[Any, Any], *, faulty: bool) -> Iterator[tuple[Place, str]]:
    for place, problem in shape_problems(Experiment, whole):
        if place or not faulty:  # with a persona left out, variants may only seem to be the same
            yield place, problem


def _persona(source: Source, place: Place, folder: Path, usual: str) -> Persona:
    given = source.document
    for step in place:
        given = given[step]
    own = (folder / source.name).absolute()
    if isinstance(given, dict):
        return persona_of(source, place, (own,), usual)
    if not isinstance(given, str):
        raise FileRefused(source.name, [source.fault(place, "name a persona, or write what changes, indented")])
    path = persona_path(given, folder)
    try:
        return parse_persona(read_persona(path, given), str(path))
    except FileRefused:
        raise
    except ConfigError as error:
        raise FileRefused(source.name, [source.fault(place, str(error))]) from None


def _elsewhere(source: Source, name: object, refused: FileRefused) -> Fault:
    """Tell the mistakes of a persona's file where the experiment names it."""
    return source.fault(("variants", str(name), "persona"), f"{refused}")
