"""The softphone process's two pipes: commands in, events out, one JSON object a line."""

from __future__ import annotations

import json
import os
from typing import Any

EVENTS = os.fdopen(os.dup(1), "w")
"""Where events go; PJSUA2 prints its log on descriptor 1, which the process points at standard error."""


class Commands:
    """Standard input as command lines, read without blocking."""

    def __init__(self) -> None:
        self._pending = b""
        self.open = True
        os.set_blocking(0, False)

    def take(self) -> list[dict[str, Any]]:
        """Take the whole lines that came."""
        try:
            chunk = os.read(0, 1 << 20)
        except BlockingIOError:
            return []
        self.open = bool(chunk)
        *lines, self._pending = (self._pending + chunk).split(b"\n")
        return [json.loads(line) for line in lines]


def emit(event: str, **values: Any) -> None:
    """Write one event line."""
    EVENTS.write(json.dumps({"event": event, **values}) + "\n")
    EVENTS.flush()
