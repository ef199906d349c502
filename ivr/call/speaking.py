"""How calls and voices know of each other: what is still to be heard, and who spoke in whose place."""

from __future__ import annotations

from collections import Counter
from contextvars import ContextVar
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ivr.metadata import VoiceSwitchRecord

BUFFERED: ContextVar[Callable[[], float] | None] = ContextVar("buffered", default=None)
"""Tells how many seconds of the running call's speech wait to be heard; None = nobody plays it."""
NOTE_SWITCH: ContextVar[Callable[[VoiceSwitchRecord], None]] = ContextVar("note_switch", default=lambda _record: None)
"""Where the running call writes down that another voice went on."""


class Speaking(Protocol):
    """The voices that the calls of a process share."""

    def facts(self, now: float) -> Mapping[str, Mapping[str, float]]:
        """Tell the heartbeat, by voice: what it spoke, how often it failed, whether it is left alone."""
        ...

    async def aclose(self) -> None:
        """Close all connections."""
        ...


class SpeakingBoard:
    """Counts what the voices of this process did, by voice.

    ``spoken`` clauses, of those ``taken_over`` from another voice; ``failed`` times, of those ``cut`` in the middle.
    """

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()
        self._waited: Counter[str] = Counter()

    def count(self, voice: str, *kinds: str) -> None:
        """Add one to each."""
        self._counts.update((voice, kind) for kind in kinds)

    def first_sound(self, voice: str, seconds: float) -> None:
        """Add a clause's time to its first sound."""
        self.count(voice, "first_sounds")
        self._waited[voice] += round(seconds * 1000)

    def figures(self) -> dict[str, dict[str, float]]:
        """Give all counts, by voice."""
        found: dict[str, dict[str, float]] = {}
        for (voice, kind), count in self._counts.items():
            found.setdefault(voice, {})[kind] = count
        for voice, waited in self._waited.items():
            found.setdefault(voice, {})["first_sound_ms_sum"] = waited
        return found
