"""What a suite holds: callers, what each says step by step, and what is expected of the agent.

A suite::

    voice: em_alex                    # of all its callers, in real calls
    scenarios:
      - name: the bill
        steps:
          - expect: "asistente virtual"                   # the greeting
          - say: ["¿Cuánto debo?", "Quiero mi saldo."]    # variants, taken in turn by seed and repetition
            expect: "número de cuenta"
          - dtmf: "123456"
            calls: [{tool: get_account_balance, arguments: {account_id: "123456"}}]
            expect: {all_of: ["cuarenta y cinco", "cincuenta"]}
            absent: "no encuentro"
            within_ms: 2000
          - say: "Gracias, adiós."
            interrupt_after: 800                          # ms into the agent's speech
        ends: completed
        database: [{table: customers, where: {account_id: "123456"}, has: {status: active}}]
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from ivr.dialogue.outcome import Outcome  # noqa: TC001 - pydantic needs it at run time
from ivr.trials.evaluation.matching import bare
from ivr.yaml_shape import Part, as_list, demand_pattern, shape_problems
from ivr.yaml_text import FileRefused, Source

TABLES = Literal["customers", "callbacks", "contact_changes", "cancellations"]


def _pattern(value: object) -> object:
    if isinstance(value, str):
        demand_pattern(bare(value))
    return value


Text = Annotated[str, Field(min_length=1, max_length=2000)]
Pattern = Annotated[str, BeforeValidator(_pattern), Field(min_length=1, max_length=500)]
Patterns = Annotated[tuple[Pattern, ...], BeforeValidator(as_list), Field(max_length=50)]
Variants = Annotated[tuple[Text, ...], BeforeValidator(as_list), Field(min_length=1, max_length=20)]


class Expected(Part):
    """What the agent must have said: one of ``any_of`` where there are any, and each of ``all_of``."""

    any_of: Patterns = ()
    all_of: Patterns = ()


class CalledFor(Part):
    """A function that must run, with at least these arguments, ``times`` times; once or more where none is given."""

    tool: Annotated[str, Field(min_length=1)]
    arguments: dict[str, Any] = Field(default_factory=dict)
    times: Annotated[int, Field(ge=0, le=20)] | None = None


def _expected(value: object) -> object:
    return value if isinstance(value, (dict, Expected)) else {"any_of": value}


def _called(value: object) -> object:
    return {"tool": value} if isinstance(value, str) else value


Calls = tuple[Annotated[CalledFor, BeforeValidator(_called)], ...]
ACTIONS = ("say", "dtmf", "silence")


class Step(Part):
    """One thing that the caller does, and what is expected of the agent's answer to it."""

    say: Variants | None = None
    dtmf: Annotated[str, Field(pattern=r"^[0-9*#]{1,20}$")] | None = None
    silence: Annotated[float, Field(gt=0, le=120)] | None = None
    interrupt_after: Annotated[int, Field(ge=0, le=60_000)] | None = None
    """Milliseconds into the agent's speech; without it the caller lets the agent finish."""
    expect: Annotated[Expected, BeforeValidator(_expected)] = Expected()
    absent: Patterns = ()
    calls: Calls | None = None
    """Functions that run in this turn; an empty list: none may."""
    within_ms: Annotated[int, Field(gt=0, le=120_000)] | None = None

    @property
    def acts(self) -> list[str]:
        """Name what the caller does."""
        return [name for name in ACTIONS if getattr(self, name) is not None]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if len(self.acts) > 1:
            raise ValueError(f"{' and '.join(self.acts)} in one step; make a step of each")
        if self.interrupt_after is not None and not (self.say or self.dtmf):
            raise ValueError("interrupt_after needs say or dtmf beside it")
        return self


class Row(Part):
    """A row of the customer database after the call: those ``where`` fits, what one of them ``has``, how many."""

    table: TABLES
    where: dict[str, Any] = Field(default_factory=dict)
    has: dict[str, Any] = Field(default_factory=dict)
    count: Annotated[int, Field(ge=0)] | None = None


class EarlierCall(Part):
    """A call that the customer made before, as it is remembered (MEMORY_DAYS)."""

    account_id: Annotated[str, Field(pattern=r"^[0-9]{3,20}$")]
    about: Annotated[str, Field(pattern=r"^[a-z_]+$")]
    """The intent."""
    days_ago: Annotated[int, Field(ge=0, le=3650)] = 1
    left_open: bool = True


class Scenario(Part):
    """One caller's call."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    about: str = ""
    voice: str = ""
    speed: Annotated[float, Field(ge=0.5, le=2)] = 1.0
    noise: Annotated[float, Field(ge=-90, le=0)] | None = None
    """dBFS of the line's noise in a real call; none: a silent line."""
    steps: Annotated[tuple[Step, ...], Field(min_length=1, max_length=60)]
    calls: Calls = ()
    """Functions that run in the whole call."""
    ends: Annotated[tuple[Outcome, ...], BeforeValidator(as_list)] = ()
    database: tuple[Row, ...] = ()
    earlier_calls: tuple[EarlierCall, ...] = ()

    @property
    def variants(self) -> int:
        """Count the ways in which the call can be held."""
        return max(len(step.say or ("",)) for step in self.steps)

    @model_validator(mode="after")
    def _acting(self) -> Self:
        for number, step in enumerate(self.steps[1:], 2):
            if not step.acts:
                raise ValueError(f"step {number} says nothing: give it one of {', '.join(ACTIONS)}")
        return self


class _Document(Part):
    voice: str = "em_alex"
    scenarios: Annotated[tuple[Scenario, ...], Field(min_length=1, max_length=500)]


class Suite:
    """A file of scenarios; ``line`` tells where something in it stands."""

    def __init__(self, source: Source, document: _Document) -> None:
        self.name = source.name
        self.scenarios = document.scenarios
        self._voice = document.voice
        self._source = source

    def voice(self, scenario: Scenario) -> str:
        """Say in which voice a caller speaks."""
        return scenario.voice or self._voice

    def line(self, scenario: Scenario, *place: str | int) -> int:
        """Give the line of a part of a scenario."""
        return self._source.line(("scenarios", self.scenarios.index(scenario), *place))


def parse_suite(text: str, name: str) -> Suite:
    """Read a suite; FileRefused names the line, the key and the mend of every mistake."""
    source = Source(text, name)
    if not isinstance(source.document, dict):
        raise FileRefused(name, [source.fault((), "a suite is a mapping with scenarios; see docs/evals.md")])
    if faults := [source.fault(place, problem) for place, problem in shape_problems(_Document, source.document)]:
        raise FileRefused(name, faults)
    document = _Document.model_validate(source.document)
    names: set[str] = set()
    for number, scenario in enumerate(document.scenarios):
        if scenario.name in names:
            faults.append(
                source.fault(("scenarios", number, "name"), f"another is called {scenario.name!r}; rename one")
            )
        names.add(scenario.name)
    if faults:
        raise FileRefused(name, faults)
    return Suite(source, document)
