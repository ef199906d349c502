"""Reads an operator's file of functions, and runs them: every mistake is told at once, by line and key."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ivr.db.crm_tools import ARGUMENTS as OWN
from ivr.dialogue.guide import Guide, Slot
from ivr.dialogue.tools import Effect, Tool
from ivr.errors import ConfigError
from ivr.functions.arguments import arguments_of
from ivr.functions.http_target import HttpTarget
from ivr.functions.mistakes import mistakes
from ivr.functions.python_target import PythonTarget, find_function, held_against
from ivr.functions.schema import FunctionsFile
from ivr.yaml_shape import shape_problems
from ivr.yaml_text import FileRefused, Source, read_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from ivr.dialogue.tools import ToolCall, ToolResult
    from ivr.functions.schema import Declaration, Http
    from ivr.ports import CallContext

_ENVIRONMENT = re.compile(r"\$\{(\w+)\}")
_SCHEME = re.compile(r"^https?://[^/{}?#]+(?:[/?]|$)")


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the file: what is called, what does the work, how the built-in engine talks about it."""

    tool: Tool
    target: HttpTarget | PythonTarget
    guide: Guide | None = None


class DeclaredFunctions:
    """The operator's functions as a ToolRunner."""

    def __init__(self, functions: Sequence[Function]) -> None:
        self._functions = {function.tool.name: function for function in functions}

    @property
    def tools(self) -> Sequence[Tool]:
        """What can be called."""
        return tuple(function.tool for function in self._functions.values())

    @property
    def guides(self) -> tuple[Guide, ...]:
        """What the built-in engine can lead callers through."""
        return tuple(function.guide for function in self._functions.values() if function.guide is not None)

    async def run(self, call: ToolCall, context: CallContext) -> ToolResult:
        """Run one function."""
        function = self._functions[call.name]
        return await function.target.run(call, function.tool, context)


def load_functions(path: Path, environment: Mapping[str, str]) -> DeclaredFunctions:
    """Read a file; ``environment`` holds what ``${NAMES}`` stand for. ConfigError tells every mistake and its mend."""
    try:
        text = read_text(path)
    except OSError as error:
        raise ConfigError(f"FUNCTIONS: {path} cannot be read ({error.strerror}); set it to a YAML file") from None
    source = Source(text, str(path))
    if not isinstance(source.document, dict):
        raise FileRefused(
            source.name, [source.fault((), "the file is a mapping with functions; see docs/functions.md")]
        )
    if shapes := [*shape_problems(FunctionsFile, source.document)]:
        raise FileRefused(source.name, (source.fault(place, problem) for place, problem in shapes))
    document = FunctionsFile.model_validate(source.document)
    problems = [source.fault(place, problem) for place, problem in mistakes(document, frozenset(OWN))]
    found: list[Function] = []
    for number, declaration in enumerate(document.functions):
        try:
            found.append(_function(declaration, path.parent, environment))
        except ConfigError as error:
            kind = "http" if declaration.target.http else "python"
            problems.append(source.fault(("functions", number, "target", kind), str(error)))
    if problems:
        raise FileRefused(source.name, problems)
    return DeclaredFunctions(found)


def _function(declaration: Declaration, folder: Path, environment: Mapping[str, str]) -> Function:
    model = arguments_of(declaration)
    account = next((name for name, one in declaration.parameters.items() if one.type == "account"), "")
    tool = Tool(
        declaration.name,
        declaration.description,
        model.model_json_schema(),
        Effect(declaration.effect),
        arguments=model,
        identity=bool(declaration.identity),
        account=account,
        proofs=_proofs(declaration),
        callers=declaration.callers,
        timeout=declaration.timeout,
        filler=declaration.filler,
    )
    if declaration.target.http is not None:
        return Function(tool, _http(declaration.target.http, environment), _guide(declaration))
    function = find_function(declaration.target.python or "", folder)
    given = held_against(function, {name: one.required for name, one in declaration.parameters.items()})
    return Function(tool, PythonTarget(function, given), _guide(declaration))


def _proofs(declaration: Declaration) -> tuple[str, ...]:
    """Name what proves who calls, besides the account."""
    named = declaration.identity if isinstance(declaration.identity, tuple) else ()
    known = declaration.parameters
    return tuple(name for name in named if name in known and known[name].type != "account")


def _http(http: Http, environment: Mapping[str, str]) -> HttpTarget:
    url = _with_secrets(http.url, environment)
    if _SCHEME.match(url) is None:
        raise ConfigError(f"url: {http.url} is no address; http:// or https://, a host without placeholders, a path")
    headers = {name: _with_secrets(value, environment) for name, value in http.headers.items()}
    query = {name: _with_secrets(value, environment) for name, value in http.query.items()}
    return HttpTarget(http.method, url, headers, query, http.body, http.answer)


def _with_secrets(text: str, environment: Mapping[str, str]) -> str:
    def value(name: re.Match[str]) -> str:
        if not environment.get(name[1]):
            raise ConfigError(f"${{{name[1]}}} is not set; set {name[1]} in .env or the environment")
        return environment[name[1]]

    return _ENVIRONMENT.sub(value, text)


def _guide(declaration: Declaration) -> Guide | None:
    local = declaration.local
    if local is None:
        return None
    slots: list[Any] = [
        Slot(
            name,
            one.type,
            local.ask.get(name, ""),
            required=one.required,
            digits=one.length,
            pattern=one.pattern,
            choices=one.choices,
        )
        for name, one in declaration.parameters.items()
    ]
    return Guide(
        declaration.name,
        declaration.effect != "read",
        tuple(slots),
        local.when,
        frozenset(local.intents),
        local.confirm,
        local.say,
        local.words,
        local.fail,
        _proofs(declaration),
    )
