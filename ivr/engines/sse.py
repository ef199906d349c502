"""Server-sent events: bytes in, the data of each event out (WHATWG HTML, section 9.2)."""

from __future__ import annotations

from ivr.errors import UnusableAnswer

LONGEST = 1 << 20
"""Bytes that one event may have; a server that sends more sends nonsense."""


class SseParser:
    """Cuts a stream into events. Names, ids and comments are passed over: what we read tells its kind in the data."""

    def __init__(self) -> None:
        self._rest = b""
        self._data: list[str] = []

    def feed(self, chunk: bytes) -> list[str]:
        """Take the next bytes, cut anywhere; answer the data of the events that are whole by now."""
        self._rest += chunk
        if len(self._rest) > LONGEST:
            raise UnusableAnswer("an event of over 1 MiB came; check what answers at the model's address", "llm")
        *lines, self._rest = self._rest.split(b"\n")
        events = []
        for raw in lines:
            line = raw.rstrip(b"\r").decode("utf-8", "replace")
            if line.startswith("data:"):
                self._data.append(line.removeprefix("data:").removeprefix(" "))
            elif not line and self._data:
                events.append("\n".join(self._data))
                self._data = []
        return events
