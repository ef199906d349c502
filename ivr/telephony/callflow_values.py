"""What the call flow takes and gives: its states, its commands beside ARI's, its events beside ARI's."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Literal

from ivr.telephony.ari_commands import (
    AddChannels,
    Answer,
    ContinueInDialplan,
    CreateBridge,
    DestroyBridge,
    HangUpChannel,
    Originate,
    Reason,
    SetVariable,
    Snoop,
    Subscribe,
)
from ivr.telephony.events import AriEvent

if TYPE_CHECKING:
    from ivr.handover_ports import HandoverNews, HandoverOrder
    from ivr.ports import HangUp


def media_prefix(app: str) -> str:
    """Say how the ids of our media legs begin."""
    return f"{app}-media-"


def media_id(app: str, call_id: str) -> str:
    """Choose a media leg's id; the final dot keeps one call's from being the beginning of another's.

    Asterisk (seen with 22.10.1) refuses a new channel whose id begins the id of a live one: ``x-1`` while ``x-10``
    lives. Whoever originates calls with ids of their own has to see to the same.
    """
    return f"{media_prefix(app)}{call_id}."


def person_prefix(app: str) -> str:
    """Say how the ids of the legs begin on which people are called who are to take a caller over."""
    return f"{app}-person-"


def own_prefixes(app: str) -> tuple[str, str]:
    """Say how the ids of all channels begin that we make."""
    return media_prefix(app), person_prefix(app)


def bridge_prefix(app: str) -> str:
    """Say how the ids of our bridges begin."""
    return f"{app}-bridge-"


def joint_prefix(app: str) -> str:
    """Say how the ids of bridges begin in which callers talk with people."""
    return f"{bridge_prefix(app)}joint."


class CallState(Enum):
    """Where a call is."""

    WAITING = auto()
    PREPARING = auto()
    ANSWERING = auto()
    OPENING = auto()
    BRIDGING = auto()
    JOINING = auto()
    TALKING = auto()
    HANDED_OVER = auto()
    """A person has the caller; we listen."""
    CLOSING = auto()
    OVER = auto()


class Thing(Enum):
    """What a call holds open."""

    CALLER = auto()
    MEDIA = auto()
    BRIDGE = auto()
    LINK = auto()
    SESSION = auto()
    PERSON = auto()
    """The leg of the person who is to take the caller over."""
    PERSON_MEDIA = auto()
    PERSON_LINK = auto()
    PERSON_BRIDGE = auto()
    """Where the person is briefed, and later where we listen to what the caller hears."""
    JOINT = auto()
    """The bridge of caller and person."""
    SNOOP_IN = auto()
    SNOOP_OUT = auto()


Leg = Literal["caller", "person"]
"""A call's media legs; the second is there while the caller is handed over, and after that."""
Timer = Literal["setup", "media", "leave", "person"]


@dataclass(frozen=True, slots=True)
class FlowPolicy:
    """Limits in seconds, and the dialplan contexts of those whom callers are transferred to."""

    app: str = "ivr"
    transfer_context: str = "ivr-transfer"
    consult_context: str = "ivr-consult"
    """Context of those who can be called while the caller waits with us."""
    screen_app: str = ""
    """Stasis application that is told of screen pops; "" for ours, whose events listeners of AMI see."""
    setup_timeout: float = 10.0
    media_timeout: float = 10.0
    """Time within which the first audio must arrive."""
    leave_timeout: float = 5.0
    """Time that a session gets to finish once the line is gone."""


# --- commands that are not ARI's -----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PrepareLink:
    """Open our end of the media leg (for RTP: the socket whose address Asterisk is told)."""

    leg: Leg = "caller"


@dataclass(frozen=True, slots=True)
class OpenMedia:
    """Make the media leg in Asterisk, with what the prepared link asks for."""

    channel_id: str


@dataclass(frozen=True, slots=True)
class ConnectLink:
    """Finish our end, now that the leg exists (for WebSocket media: connect to it)."""

    leg: Leg = "caller"


@dataclass(frozen=True, slots=True)
class CloseLink:
    """Free our end of the media leg."""

    leg: Leg = "caller"


@dataclass(frozen=True, slots=True)
class StartSession:
    """Hand the call to a session."""


@dataclass(frozen=True, slots=True)
class Press:
    """Tell the session of a key."""

    digit: str


@dataclass(frozen=True, slots=True)
class Leave:
    """Tell the session that the line is gone."""

    hangup: HangUp


@dataclass(frozen=True, slots=True)
class CancelSession:
    """The session did not finish in time."""


@dataclass(frozen=True, slots=True)
class Tell:
    """Tell the session how the hand-over stands."""

    news: HandoverNews


@dataclass(frozen=True, slots=True)
class SetTimer:
    """Send ``TimedOut(timer)`` after so many seconds."""

    timer: Timer
    seconds: float


CallCommand = (
    PrepareLink
    | Answer
    | OpenMedia
    | ConnectLink
    | CreateBridge
    | AddChannels
    | StartSession
    | Press
    | Leave
    | CancelSession
    | SetTimer
    | CloseLink
    | HangUpChannel
    | DestroyBridge
    | ContinueInDialplan
    | Originate
    | Snoop
    | Subscribe
    | SetVariable
    | Tell
)
Commands = tuple[CallCommand, ...]


# --- events that are not ARI's -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Done:
    """A command was carried out."""

    command: CallCommand


@dataclass(frozen=True, slots=True)
class Failed:
    """A command failed; ``gone`` when what it was for had ended."""

    command: CallCommand
    gone: bool = False


@dataclass(frozen=True, slots=True)
class SessionEnded:
    """The session returned (or was cancelled)."""


@dataclass(frozen=True, slots=True)
class HangUpAsked:
    """The session or an operator ends the call."""

    reason: Reason = "normal"


@dataclass(frozen=True, slots=True)
class TransferAsked:
    """The session or an operator sends the caller to an extension."""

    target: str


@dataclass(frozen=True, slots=True)
class HandoverAsked:
    """The session hands the caller over to a person."""

    order: HandoverOrder


@dataclass(frozen=True, slots=True)
class JoinAsked:
    """The person takes the caller."""


@dataclass(frozen=True, slots=True)
class DismissAsked:
    """The session takes the caller back."""


@dataclass(frozen=True, slots=True)
class TimedOut:
    """A timer ran out; ``heard`` says whether any audio had come by then."""

    timer: Timer
    heard: bool = False


@dataclass(frozen=True, slots=True)
class PbxGone:
    """Asterisk restarted or stayed away; what it held is closed all the same: a request may have met the new one."""


@dataclass(frozen=True, slots=True)
class CallerLost:
    """The caller left while nobody was listening to events."""


FlowEvent = (
    AriEvent
    | Done
    | Failed
    | SessionEnded
    | HangUpAsked
    | TransferAsked
    | HandoverAsked
    | JoinAsked
    | DismissAsked
    | TimedOut
    | PbxGone
    | CallerLost
)
