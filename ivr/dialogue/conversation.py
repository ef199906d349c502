"""The conversation as language models and the transcript see it: only what was really heard."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from ivr.dialogue.tools import ToolCall, ToolResult


class Expectation(Enum):
    """What kind of answer the agent's last words ask for."""

    ANY = "any"
    YES_NO = "yes_no"
    DIGITS = "digits"
    """An account, phone or document number: dictated slowly, or keyed in."""
    EMAIL = "email"
    DATE = "date"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Speech:
    """A piece of the agent's reply, spoken in order.

    ``interruptible=False`` protects it from barge-in. ``expects`` says what answer it asks for
    (``None``: decide from the words); ``digits`` how many digits a number answer has (0 = unknown).
    """

    text: str
    interruptible: bool = True
    expects: Expectation | None = None
    digits: int = 0


@dataclass(frozen=True, slots=True)
class Message:
    """One entry of the conversation, in the order in which it was heard.

    ``user`` and ``assistant`` carry ``text``; an assistant entry may carry ``call``; a ``tool`` entry carries
    ``result``. ``by_keys`` marks a user entry that was keyed in (DTMF).
    """

    role: Literal["system", "user", "assistant", "tool"]
    text: str = ""
    call: ToolCall | None = None
    result: ToolResult | None = None
    by_keys: bool = False
