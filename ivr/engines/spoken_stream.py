"""What comes token by token, as the call can use it: whole words to speak, functions to run."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Protocol

from ivr.dialogue.conversation import Speech
from ivr.dialogue.tools import ToolCall, key_of
from ivr.errors import UnusableAnswer

if TYPE_CHECKING:
    from ivr.dialogue.chat_model import Usage

    Piece = Speech | ToolCall | Usage

ALIVE = Speech("")
"""Something came that is not to be spoken."""
_DECORATION = re.compile(r"\*\*|__|^\s*(?:[-*•]|#{1,6})\s+", re.MULTILINE)
_LAST_SPACE = re.compile(r"\s(?=\S*\Z)")


class WholeWords:
    """Holds the beginning of a word back until the word is whole, and takes out what is for the eye (bold, bullets)."""

    def __init__(self) -> None:
        self._rest = ""

    def feed(self, text: str) -> str:
        """Take some characters; answer the words that are whole by now."""
        self._rest += text
        end = _LAST_SPACE.search(self._rest)
        if end is None:
            return ""
        whole, self._rest = self._rest[: end.end()], self._rest[end.end() :]
        return _plain(whole)

    def flush(self) -> str:
        """Give the last word."""
        whole, self._rest = self._rest, ""
        return _plain(whole)


def _plain(text: str) -> str:
    bare = _DECORATION.sub("", text)
    return bare.strip(" \t") if bare.strip() else ""


def parse_call(name: str, arguments: str, turn: int, engine: str) -> ToolCall:
    """Build a call from its arguments as JSON text (empty: none); UnusableAnswer."""
    try:
        given = json.loads(arguments or "{}")
    except ValueError:
        raise UnusableAnswer(
            f"{engine} called {name} with arguments that are no JSON; try another model", engine
        ) from (None)
    if not isinstance(given, dict):
        raise UnusableAnswer(f"{engine} called {name} with arguments that are no object; try another model", engine)
    return ToolCall(name, given, key_of(name, given, turn))


class AnswerReader(Protocol):
    """Reads one answer of a service: the data of its events in, what the call can use out."""

    done: bool
    """Whether the service said that the answer is complete."""

    def feed(self, data: str) -> list[Piece]:
        """Read one event; EngineError where it tells of a failure or cannot be read."""
        ...

    def finish(self) -> list[Piece]:
        """Give what was held back until the end; EngineUnavailable where the answer is not complete."""
        ...


def parse_event(data: str, engine: str) -> dict[str, object]:
    """Read an event's JSON object; UnusableAnswer."""
    try:
        document = json.loads(data)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise UnusableAnswer(f"{engine} streams what is no JSON object; check the model's address", engine)
    return document
