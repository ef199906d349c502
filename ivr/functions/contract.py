"""The contract that holds for every business function and every model: a ToolRunner in front of all others.

It says what does not run: a function that does not exist or is not for this caller, wrong arguments, account data of
somebody who is not known, anything irreversible without a yes in the present turn. What runs has a time limit and
answers once: the same call again is given the first answer. Whatever a runner does, the call goes on.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.dialogue.permission import (
    MOST_PROOFS,
    NOT_ALLOWED,
    SPENT,
    UNKNOWN_FUNCTION,
    UNKNOWN_OUTCOME,
    WRONG_PROOF,
    Refusal,
    checked,
    earlier_result,
    may_call,
    speakable,
    times_done,
    unconfirmed,
    unproved,
    wrong_proofs,
)
from ivr.dialogue.tools import failed, key_of
from ivr.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.dialogue.tools import Tool, ToolCall, ToolResult
    from ivr.functions.identity import Identity
    from ivr.ports import CallContext, ToolRunner

log = logging.getLogger(__name__)


class Contract:
    """All functions of an installation; ``identity`` says whose account data a caller may hear."""

    def __init__(self, runners: Sequence[ToolRunner], identity: Identity) -> None:
        self._identity = identity
        self._running: dict[tuple[str, str], asyncio.Task[ToolResult]] = {}
        self._runners: dict[str, tuple[Tool, ToolRunner]] = {}
        for runner in runners:
            for tool in runner.tools:
                if tool.name in self._runners:
                    raise ConfigError(f"two functions are called {tool.name}; give one of them another name")
                self._runners[tool.name] = tool, runner

    @property
    def tools(self) -> Sequence[Tool]:
        """What can be called."""
        return tuple(tool for tool, _ in self._runners.values())

    async def run(self, call: ToolCall, context: CallContext) -> ToolResult:
        """Run one function if it may; whatever goes wrong is told in the result, in words."""
        if call.name not in self._runners:
            there = ", ".join(self._runners)
            return self._refused(
                call, Refusal(UNKNOWN_FUNCTION, f"no function is called {call.name!r:.60}; there are {there}")
            )
        tool, runner = self._runners[call.name]
        wanted = checked(call, tool)
        if isinstance(wanted, Refusal):
            return self._refused(call, wanted)
        if (before := earlier_result(wanted, tool, context.conversation)) is not None:
            return replace(before, call_id=call.call_id)
        if (refusal := await self._refusal(wanted, tool, context)) is not None:
            return self._refused(call, refusal)
        if tool.writes:
            key = key_of(wanted.name, wanted.arguments, times_done(wanted, tool, context.conversation))
            wanted = replace(wanted, call_id=key)
        result = await self._once(wanted, tool, runner, context)
        if result.code == WRONG_PROOF:
            log.warning("%s: what was to prove who calls does not fit", tool.name)
            if wrong_proofs(context.conversation) + 1 >= MOST_PROOFS:
                return self._refused(call, SPENT)
        return replace(result, call_id=call.call_id, data=speakable(result.data))

    async def _refusal(self, call: ToolCall, tool: Tool, context: CallContext) -> Refusal | None:
        if not may_call(tool, context.direction, context.caller):
            return Refusal(NOT_ALLOWED, f"{tool.name} is not there for this caller; offer something else")
        refusal = await self._identity.refusal(call, tool, context) or unproved(call, tool, context.conversation)
        return refusal or unconfirmed(tool, context.conversation)

    async def _once(self, call: ToolCall, tool: Tool, runner: ToolRunner, context: CallContext) -> ToolResult:
        """Run a function, or wait for the same call that is running already."""
        place = (context.call_id, call.call_id)
        if (running := self._running.get(place)) is not None:
            return await asyncio.shield(running)
        work = asyncio.ensure_future(self._within_time(call, tool, runner, context))
        self._running[place] = work
        work.add_done_callback(lambda _: self._running.pop(place, None))
        try:
            return await work
        finally:
            work.cancel()

    @staticmethod
    async def _within_time(call: ToolCall, tool: Tool, runner: ToolRunner, context: CallContext) -> ToolResult:
        work = asyncio.ensure_future(runner.run(call, context))
        try:
            done, _ = await asyncio.wait({work}, timeout=tool.timeout)
        finally:
            if not work.done():
                work.cancel()
        if not done:
            log.warning("%s did not answer within %g s; see why, or raise its timeout", call.name, tool.timeout)
            return _unanswered(call, tool)
        if work.cancelled() or (error := work.exception()) is not None:
            log.error("%s broke; mend it", call.name, exc_info=None if work.cancelled() else error)
            return failed(call, UNKNOWN_OUTCOME if tool.writes else "broken", _BROKEN)
        return work.result()

    @staticmethod
    def _refused(call: ToolCall, refusal: Refusal) -> ToolResult:
        return failed(call, refusal.code, refusal.sentence)


_BROKEN = "the function broke; say that it cannot be done now and offer a person"


def _unanswered(call: ToolCall, tool: Tool) -> ToolResult:
    if tool.writes:
        told = "nobody knows whether it was done: do not call it again, say so, and offer a person who looks after it"
        return failed(call, UNKNOWN_OUTCOME, f"{call.name} did not answer in time; {told}")
    return failed(call, "timeout", f"{call.name} did not answer in time; say that it cannot be looked up now")
