"""Reads the parts' log files: the last lines of several, in the order of their times, and what is added later."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

FOLLOW_EVERY = 0.25
TAIL_BYTES = 1_000_000
_TIME = re.compile(r'^(?:\{"time": "|\[)?(\d{4}-\d\d-\d\d)[T ]([\d:.]+)')
"""Our own lines, text or JSON, and Asterisk's (whose clock is set to UTC)."""


def last_lines(paths: Sequence[Path], count: int) -> list[str]:
    """Give the last lines of all files together; a line without a time stays behind the one before it."""
    stamped = []
    for path in paths:
        stamp = ""
        for line in _tail(path).splitlines():
            found = _TIME.match(line)
            stamp = "T".join(found.groups()) if found else stamp
            stamped.append((stamp, line))
    stamped.sort(key=lambda item: item[0])
    return [line for _, line in stamped[-count:]] if count else []


def follow(paths: Sequence[Path]) -> Iterator[str]:
    """Give each line that is added from now on, for ever; a rotated file is read on from its new start."""
    return _follow({path: path.stat().st_size if path.exists() else 0 for path in paths})


def _follow(places: dict[Path, int]) -> Iterator[str]:
    while True:
        for path, place in places.items():
            lines, places[path] = _added(path, place)
            yield from lines
        time.sleep(FOLLOW_EVERY)


def _added(path: Path, place: int) -> tuple[list[str], int]:
    """Read the whole lines behind ``place``; answers them and the new place."""
    if not path.exists():
        return [], 0
    if path.stat().st_size < place:
        place = 0
    with path.open("rb") as file:
        file.seek(place)
        whole, end, _ = file.read(TAIL_BYTES).rpartition(b"\n")
    return whole.decode(errors="replace").splitlines(), place + len(whole) + len(end)


def _tail(path: Path) -> str:
    if not path.exists():
        return ""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL_BYTES))
        return file.read().decode(errors="replace")
