"""The text messages of Asterisk's media websocket, in its JSON and its older plain form."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ivr.errors import BadPacket

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_COMMAND = 128
"""Bytes that Asterisk takes in one command."""


@dataclass(frozen=True, slots=True)
class MediaNotice:
    """What Asterisk tells: ``MEDIA_START``, ``STATUS``, ``MEDIA_XOFF`` ..., with its fields."""

    name: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    plain: bool = False
    """Whether it came in the plain form (and commands should go in it)."""

    def number(self, key: str) -> int:
        """Read a whole number; 0 when there is none."""
        try:
            return int(self.fields.get(key, 0))
        except (TypeError, ValueError):
            return 0

    def text(self, key: str) -> str:
        """Read a text; empty when there is none."""
        value = self.fields.get(key, "")
        return value if isinstance(value, str) else ""


def parse_notice(text: str) -> MediaNotice:
    """Read a message; BadPacket when it is in neither form."""
    if not text.lstrip().startswith("{"):
        name, *rest = text.split() or [""]
        if not name.isupper():
            raise BadPacket(f"{text[:40]!r} is no media notice")
        return MediaNotice(name, dict(word.partition(":")[::2] for word in rest), plain=True)
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadPacket(f"a media notice is not JSON: {error}") from error
    name = fields.get("event")
    if not isinstance(name, str):
        raise BadPacket("a media notice does not name its event")
    return MediaNotice(name, fields)


def command(name: str, *, plain: bool = False) -> str:
    """Write a command that takes no argument."""
    return name if plain else json.dumps({"command": name})
