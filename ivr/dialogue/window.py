"""Makes a long call fit a model's context: older turns give way to their summary and what functions told in them.

What is cut stays cut, and is cut in large steps: from one turn to the next the request begins with the same words, so
that servers keep what they have read.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ivr.dialogue.conversation import Message
from ivr.dialogue.summary import SummaryFold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.dialogue.tools import Tool, ToolResult

LETTERS_A_TOKEN = 2.8
"""Fewer than the 3 to 4 of Spanish in the models we know: an estimate that is wrong must be wrong on the safe side."""
OVERHEAD = 8
"""Tokens that mark where a message begins and ends."""
KEPT = 0.5
"""Share of the budget that is left after a cut, so that the next one is far."""
LEAST = 400
"""Tokens under which no conversation can be held: more is asked for than the context has, and the service decides."""
_READS = frozenset({"get_account_balance", "get_account_status"})
"""Functions whose last result for the present account stays whole; what others did is in the summary."""


def tokens_of(text: str) -> int:
    """Estimate how many tokens a text takes, rather too many."""
    return OVERHEAD + int(len(text) / LETTERS_A_TOKEN)


def tokens_of_tools(tools: Sequence[Tool]) -> int:
    """Estimate what offering functions takes."""
    return sum(tokens_of(tool.name + tool.description + json.dumps(dict(tool.parameters))) for tool in tools)


class Window:
    """One call's, for one model; ``budget`` is what the conversation itself may take, in tokens."""

    def __init__(self, budget: int, account_digits: int = 6) -> None:
        self._budget = max(LEAST, budget)
        self._account_digits = account_digits
        self._start = 0
        self._last: Message | None = None
        self._head: tuple[Message, ...] = ()
        self._dropped = SummaryFold(account_digits)
        self._systems: list[Message] = []
        self._kept: dict[str, tuple[Message, Message]] = {}
        """The last result of each reading function among what was dropped, with its call."""

    def fit(self, messages: Sequence[Message]) -> tuple[tuple[Message, ...], int]:
        """Say what stands for the beginning of the conversation, and from which message on the rest fits."""
        if self._start > len(messages) or (self._start and messages[self._start - 1] != self._last):
            self._cut(messages, 0)
        sizes = [_size(message) for message in messages[self._start :]]
        if sum(sizes) + sum(map(_size, self._head)) > self._budget:
            self._cut(messages, self._start + _first_kept(messages[self._start :], sizes, self._budget * KEPT))
        return self._head, self._start

    def _cut(self, messages: Sequence[Message], start: int) -> None:
        if start < self._start:
            self._start, self._dropped, self._kept = 0, SummaryFold(self._account_digits), {}
            self._systems.clear()
        new = messages[self._start : start]
        calls = {message.call.call_id: message for message in new if message.call is not None}
        for message in new:
            self._dropped.take(message)
            if message.role == "system":
                self._systems.append(message)
            result = message.result
            if result is not None and result.ok and result.name in _READS and result.call_id in calls:
                self._kept[result.name] = (calls[result.call_id], message)
        self._start = start
        self._last = messages[start - 1] if start else None
        self._head = self._told() if start else ()

    def _told(self) -> tuple[Message, ...]:
        """Say what came of the turns that are left out, and keep what functions told about the account."""
        summary = self._dropped.summary()
        told = summary.for_models() or "de nada que haya que saber."
        needed = [pair for pair in self._kept.values() if _is_about(pair[1].result, summary.account)]
        pairs = (message for pair in needed for message in pair)
        return (*self._systems, Message("user", f"[Resumen de lo hablado hasta aquí: {told}]"), *pairs)


def _first_kept(messages: Sequence[Message], sizes: Sequence[int], wanted: float) -> int:
    """Find the caller's turn from which on what is said fits; the last turn stays, however long it is.

    A caller's turn is where to cut: a call and its result always come after one.
    """
    turns = [place for place, message in enumerate(messages) if message.role == "user"]
    if not turns:
        return 0
    rest = sum(sizes)
    passed = 0
    for place in turns:
        rest -= sum(sizes[passed:place])
        passed = place
        if rest <= wanted:
            return place
    return turns[-1]


def _is_about(result: ToolResult | None, account: str) -> bool:
    return result is not None and result.data.get("account_id") == account


def _size(message: Message) -> int:
    size = tokens_of(message.text)
    if message.call is not None:
        size += tokens_of(json.dumps(dict(message.call.arguments), default=str))
    if message.result is not None:
        size += tokens_of(json.dumps(dict(message.result.data), default=str, ensure_ascii=False) + message.result.error)
    return size
