"""Who may hear what an account holds: whoever names its number, or calls from its telephone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from ivr.dialogue.permission import IDENTITY, Refusal, has_said

if TYPE_CHECKING:
    from ivr.dialogue.tools import Tool, ToolCall
    from ivr.ports import CallContext

_PHONE_TAIL = 9
"""Last digits of a telephone number by which it is known with and without its country code."""


class CustomerFile(Protocol):
    """Knows the holders of accounts."""

    async def phone_of(self, account: str) -> str:
        """Give the telephone number on file; empty = there is no such account, or nobody can tell now."""
        ...


class Identity:
    """``customers`` knows the holders of accounts."""

    def __init__(self, customers: CustomerFile) -> None:
        self._customers = customers

    async def refusal(self, call: ToolCall, tool: Tool, context: CallContext) -> Refusal | None:
        """Say why a function that tells or changes account data does not run; None where it may."""
        if not tool.identity:
            return None
        account = str(call.arguments.get(tool.account, "")) if tool.account else ""
        if not account:
            return None if _is_known(context) else Refusal(IDENTITY, _ASK)
        if has_said(account, context.conversation):
            return None
        if _same_phone(await self._customers.phone_of(account), context.caller):
            return None
        return Refusal(IDENTITY, f"the caller has not said the account number {account}; {_ASK}")


_ASK = "account data is only for who has said or keyed their account number in this call: ask for it"


def _is_known(context: CallContext) -> bool:
    """Tell whether some account of the caller's was opened in this call."""
    return any(
        message.result is not None and message.result.ok and message.result.data.get("account_id")
        for message in context.conversation
    )


def _same_phone(one: str, other: str) -> bool:
    tails = [re.sub(r"\D", "", number)[-_PHONE_TAIL:] for number in (one, other)]
    return len(tails[0]) == _PHONE_TAIL and tails[0] == tails[1]
