"""Functions that an operator wrote in Python: found at the start, held against their declaration, run apart."""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import inspect
import json
import logging
import sys
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ivr.dialogue.permission import UNKNOWN_OUTCOME, WRONG_PROOF
from ivr.dialogue.tools import ToolResult, failed
from ivr.errors import ConfigError, ToolError, WrongProof

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from ivr.dialogue.tools import Tool, ToolCall
    from ivr.ports import CallContext

_NO_PROOF = "what the caller gave to prove who they are does not fit; ask for it again, and tell nothing of what would"

log = logging.getLogger(__name__)

MOST_THREADS = 16
"""Plain functions that may run, or hang, at once; more are refused."""
_GIVEN = frozenset({"context", "idempotency_key"})
"""Further parameters that a function may take: the CallContext, and the key that makes a write happen once."""
_threads = threading.BoundedSemaphore(MOST_THREADS)


@dataclass(frozen=True, slots=True)
class PythonTarget:
    """``given``: which of the further parameters the function takes."""

    function: Callable[..., Any]
    given: frozenset[str]

    async def run(self, call: ToolCall, tool: Tool, context: CallContext) -> ToolResult:
        """Run it, a plain one in a thread of its own; whatever it raises or returns, a result comes of it."""
        values = dict(call.arguments)
        if tool.arguments is not None:
            model = tool.arguments.model_validate(values)
            values = {name: getattr(model, name) for name in values}
        further = {"context": context, "idempotency_key": f"{context.call_id}:{call.call_id}"}
        values |= {name: further[name] for name in self.given}
        if inspect.iscoroutinefunction(self.function):
            work = asyncio.ensure_future(self.function(**values))
        elif _threads.acquire(blocking=False):
            work = _in_thread(self.function, values)
        else:
            log.error("%s: %d functions hang; mend them and restart", call.name, MOST_THREADS)
            return failed(call, "unavailable", "too much is going on; say that it cannot be done now")
        try:
            await asyncio.wait({work})
        finally:
            work.cancel()
        return _result(call, tool, work)


def _result(call: ToolCall, tool: Tool, work: asyncio.Future[Any]) -> ToolResult:
    error = work.exception()
    if isinstance(error, WrongProof):
        return failed(call, WRONG_PROOF, _NO_PROOF)
    if isinstance(error, ToolError):  # the operator's own words
        return failed(call, "refused", str(error))
    if error is not None:
        log.error("%s raised; mend it", call.name, exc_info=error)
        return failed(call, UNKNOWN_OUTCOME if tool.writes else "broken", "the function broke; offer a person")
    answer = work.result()
    if answer is None:
        return ToolResult(call.call_id, call.name, ok=True)
    try:
        data = json.loads(json.dumps(answer, default=str, allow_nan=False))
    except (TypeError, ValueError, RecursionError):
        data = None
    if isinstance(data, dict):
        return ToolResult(call.call_id, call.name, ok=True, data=data)
    log.error("%s returned %s; return a dict of plain values, or None", call.name, type(answer).__name__)
    if tool.writes:
        return ToolResult(call.call_id, call.name, ok=True)
    return failed(call, "nonsense", "the function returned nonsense; say that it cannot be looked up now")


def _in_thread(function: Callable[..., Any], values: Mapping[str, Any]) -> asyncio.Future[Any]:
    """Run a plain function in a thread that nobody waits for at the end of the process: it may hang for ever."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Any] = loop.create_future()

    def settle(outcome: Any, error: BaseException | None) -> None:
        if future.done():
            return
        if error is None:
            future.set_result(outcome)
        else:
            future.set_exception(error)

    def work() -> None:
        outcome, failure = None, None
        try:
            outcome = function(**values)
        except Exception as error:  # noqa: BLE001 - the operator's code may raise anything
            failure = error
        finally:
            _threads.release()
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, outcome, failure)

    threading.Thread(target=work, daemon=True, name=f"function {function.__name__}").start()
    return future


def find_function(target: str, folder: Path) -> Callable[..., Any]:
    """Import ``package.module:name`` or ``file.py:name`` (beside the declaring file); ConfigError says the mend."""
    place, _, name = target.partition(":")
    try:
        module = _module(folder / place) if place.endswith(".py") else importlib.import_module(place)
    except Exception as error:
        raise ConfigError(f"{place} cannot be imported ({type(error).__name__}: {error}); mend it") from error
    found = getattr(module, name, None)
    if not callable(found):
        raise ConfigError(f"{place} has no function {name!r}; write it, or name one that is there")
    function: Callable[..., Any] = found
    return function


def _module(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(f"ivr_functions_{path.stem}", path)
    if spec is None or spec.loader is None or not path.is_file():
        raise FileNotFoundError(f"there is no file {path}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def held_against(function: Callable[..., Any], parameters: Mapping[str, bool]) -> frozenset[str]:
    """Say which further parameters a function takes; ConfigError unless it takes ``parameters`` (name: required)."""
    taken = inspect.signature(function).parameters
    open_ended = any(one.kind is one.VAR_KEYWORD for one in taken.values())
    named = {name: one for name, one in taken.items() if one.kind in {one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY}}
    where = f"{getattr(function, '__name__', 'the function')}({', '.join(taken)})"
    lacking = [name for name in parameters if name not in named]
    if lacking and not open_ended:
        raise ConfigError(
            f"{where} does not take {', '.join(lacking)}, which parameters declares; add it to one of both"
        )
    for name, one in named.items():
        if one.default is not one.empty or name in _GIVEN - parameters.keys():
            continue
        if name not in parameters:
            raise ConfigError(
                f"{where} needs {name}, which parameters does not declare; declare it or give it a default"
            )
        if not parameters[name]:
            raise ConfigError(f"{where} needs {name}, which is not required; give it a default, or make it required")
    return frozenset(name for name in _GIVEN if name in named and name not in parameters)
