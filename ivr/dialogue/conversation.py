"""The conversation as language models and the transcript see it: only what was really heard."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from ivr.dialogue.memory import Remembered
    from ivr.dialogue.tools import ToolCall, ToolResult
    from ivr.language.correction.values import HeardWord


class Expectation(Enum):
    """What kind of answer the agent's last words ask for."""

    ANY = "any"
    YES_NO = "yes_no"
    DIGITS = "digits"
    """An account or phone number: dictated slowly, or keyed in."""
    DOCUMENT = "document"
    """An identity document: digits and a letter."""
    NIE = "nie"
    IBAN = "iban"
    CURP = "curp"
    CUIT = "cuit"
    CARD = "card"
    POSTAL_CODE = "postal_code"
    AMOUNT = "amount"
    SPELLING = "spelling"
    """An address, letter by letter, each told by a word."""
    EMAIL = "email"
    DATE = "date"
    NAME = "name"
    ADDRESS = "address"
    CITY = "city"
    PRODUCT = "product"


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
    clarifies: str = ""
    """The strategy with which it asks again what was not heard well; empty for all other speech."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """How a caller's entry was heard: its words with their confidence, its other readings, the likeliest first."""

    words: tuple[HeardWord, ...] = ()
    alternatives: tuple[str, ...] = ()


UNRATED = Hearing()


@dataclass(frozen=True, slots=True)
class Message:
    """One entry of the conversation, in the order in which it was heard.

    ``user`` and ``assistant`` carry ``text``; an assistant entry may carry ``call``; a ``tool`` entry carries
    ``result``. ``by_keys`` marks a user entry that was keyed in (DTMF); ``words`` are those of a spoken one, with the
    recogniser's confidence, ``alternatives`` its other readings, the likeliest first; ``upset`` marks one that took the
    caller's frustration over the line; ``language`` is the one in which the caller speaks.
    """

    role: Literal["system", "user", "assistant", "tool"]
    text: str = ""
    call: ToolCall | None = None
    result: ToolResult | None = None
    by_keys: bool = False
    words: tuple[HeardWord, ...] = ()
    alternatives: tuple[str, ...] = ()
    upset: bool = False
    language: str = "es"
    caller: str = ""
    """A ``system`` entry: the number that the call comes from. It proves nobody's identity."""
    recalled: Remembered | None = None
    """A ``system`` entry: what the customer's last call came to."""
