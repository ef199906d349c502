"""What passes between a session and its line while a caller is handed over to a person."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.ports import MediaLink

HandoverMode = Literal["blind", "warm"]
"""Blind: the caller waits in the dialplan; warm: with the agent, until a person who was told of them accepts."""


@dataclass(frozen=True, slots=True)
class HandoverOrder:
    """To whom a caller goes, and how; ``wait`` seconds at most for somebody to answer.

    ``caller_id`` is what the person's phone shows, ``NAME <number>``; the dialplan gets ``variables``.
    """

    target: str
    mode: HandoverMode = "warm"
    wait: float = 30.0
    caller_id: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PersonAnswered:
    """Warm: the person picked up and hears what the hand-over's link is sent; the caller does not."""


@dataclass(frozen=True, slots=True)
class PersonPressed:
    """Warm: the person pressed a key."""

    digit: str


@dataclass(frozen=True, slots=True)
class CallerMoved:
    """The caller is with the person (warm) or waits for one in the dialplan (blind).

    Where we listen the call's own link now gives what the caller says, and the hand-over's what the caller hears.
    """


@dataclass(frozen=True, slots=True)
class PersonTalks:
    """Blind: somebody answered the caller."""


@dataclass(frozen=True, slots=True)
class HandoverFailed:
    """The caller is with the agent as before."""

    reason: Literal["no_answer", "busy", "unreachable", "hung_up", "failed"] = "failed"


HandoverNews = PersonAnswered | PersonPressed | CallerMoved | PersonTalks | HandoverFailed


class TellsListeners(Protocol):
    """A call's line, as whoever has something to tell about the call sees it."""

    async def notify(self, name: str, values: Mapping[str, str]) -> None:
        """Have the PBX tell its listeners an event about the caller's channel; raises a TelephonyError."""
        ...


class ScreenHook(Protocol):
    """A program outside that shows people who is about to speak with them."""

    async def post(self, event: Mapping[str, Any]) -> None:
        """Tell it; what goes wrong is logged, never raised."""
        ...


class Movable(Protocol):
    """A running session, as whoever wants its caller moved sees it."""

    def move(self, target: str, mode: HandoverMode) -> None:
        """Have it finish, announce the move and make it; TransferRefused when a move is under way already."""
        ...


class Handover(Protocol):
    """A hand-over under way, as the session sees it."""

    @property
    def order(self) -> HandoverOrder:
        """What is being done, which may be less than was asked for."""
        ...

    @property
    def link(self) -> MediaLink | None:
        """The second media leg, while there is one."""
        ...

    async def news(self) -> HandoverNews:
        """Wait for what happens next."""
        ...

    def join(self) -> None:
        """Warm: let caller and person talk."""
        ...

    def dismiss(self) -> None:
        """Warm: hang up on the person; HandoverFailed follows."""
        ...
