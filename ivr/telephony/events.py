"""What Asterisk tells us over ARI, as values.

Only what the product uses has a type; everything else is kept as ``UnknownEvent``, never fatal. Field names follow
``/ari/api-docs/events.json``; ``ivr.telephony.ari_check`` compares them with the running server.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True, slots=True)
class Channel:
    """One leg of a call, as Asterisk described it at that moment."""

    id: str
    name: str = ""
    state: str = ""
    """Down, Ring, Ringing, Up, ..."""
    caller_number: str = ""
    caller_name: str = ""
    exten: str = ""
    app_name: str = ""
    """The dialplan application that runs it; ``Stasis`` while it is ours."""
    app_data: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)
    """``channelvars``: what externalMedia answers with, and what ari.conf lists."""


@dataclass(frozen=True, slots=True)
class Bridge:
    """A bridge and who is in it."""

    id: str
    channels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StasisStart:
    """A channel entered our application."""

    channel: Channel
    args: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StasisEnd:
    """A channel left our application: it hung up or went on in the dialplan."""

    channel: Channel


@dataclass(frozen=True, slots=True)
class ChannelDestroyed:
    """A channel that we made is gone (callers who came by the dialplan end with StasisEnd alone)."""

    channel: Channel
    cause: int
    tech_cause: int = 0
    """SIP status, 0 where Asterisk tells none."""


@dataclass(frozen=True, slots=True)
class ChannelHangupRequest:
    """Someone asked for a hang-up. ``soft`` ones are our own, and their cause is a flag, not Q.850."""

    channel: Channel
    cause: int = 0
    tech_cause: int = 0
    soft: bool = False


@dataclass(frozen=True, slots=True)
class ChannelDtmfReceived:
    """A key was pressed and released."""

    channel: Channel
    digit: str
    duration_ms: int = 0


@dataclass(frozen=True, slots=True)
class ChannelStateChange:
    """A channel began to ring, was answered, ..."""

    channel: Channel


@dataclass(frozen=True, slots=True)
class ChannelEnteredBridge:
    """A channel joined a bridge."""

    bridge: Bridge
    channel: Channel


@dataclass(frozen=True, slots=True)
class ChannelLeftBridge:
    """A channel left a bridge."""

    bridge: Bridge
    channel: Channel


@dataclass(frozen=True, slots=True)
class BridgeDestroyed:
    """A bridge is gone."""

    bridge: Bridge


@dataclass(frozen=True, slots=True)
class Dial:
    """An outgoing leg's progress; ``status`` misleads about why it failed (see ``causes``)."""

    peer: Channel
    status: str = ""
    caller: str = ""
    """Id of the channel that the dialplan dials for; "" for a leg that was originated."""


@dataclass(frozen=True, slots=True)
class PlaybackFinished:
    """A sound file was played to its end or failed (``state``)."""

    playback_id: str
    state: str = ""
    target: str = ""


@dataclass(frozen=True, slots=True)
class UserEvent:
    """An event that someone asked Asterisk to tell us: our own proof of the way, the API's, or the dialplan's."""

    name: str
    values: Mapping[str, str] = field(default_factory=dict)
    channel: Channel | None = None
    """What it is about, where it is about a channel."""


@dataclass(frozen=True, slots=True)
class ApplicationReplaced:
    """Another socket took over our application: from now on we hear nothing."""

    application: str = ""


@dataclass(frozen=True, slots=True)
class UnknownEvent:
    """An event without a type of its own; ``raw`` is the JSON object as it came."""

    type: str
    raw: Mapping[str, Any]


AriEvent = (
    StasisStart
    | StasisEnd
    | ChannelDestroyed
    | ChannelHangupRequest
    | ChannelDtmfReceived
    | ChannelStateChange
    | ChannelEnteredBridge
    | ChannelLeftBridge
    | BridgeDestroyed
    | Dial
    | PlaybackFinished
    | UserEvent
    | ApplicationReplaced
    | UnknownEvent
)


def read_channel(raw: Mapping[str, Any]) -> Channel:
    """Make a channel of its JSON; KeyError without an id, TypeError when it is no object."""
    caller, dialplan = raw.get("caller") or {}, raw.get("dialplan") or {}
    return Channel(
        id=str(raw["id"]),
        name=str(raw.get("name", "")),
        state=str(raw.get("state", "")),
        caller_number=str(caller.get("number", "")),
        caller_name=str(caller.get("name", "")),
        exten=str(dialplan.get("exten", "")),
        app_name=str(dialplan.get("app_name", "")),
        app_data=str(dialplan.get("app_data", "")),
        variables={str(name): str(value) for name, value in (raw.get("channelvars") or {}).items()},
    )


def read_bridge(raw: Mapping[str, Any]) -> Bridge:
    """Make a bridge of its JSON; KeyError without an id."""
    return Bridge(str(raw["id"]), tuple(str(channel) for channel in raw.get("channels") or ()))


def _replaced(raw: Mapping[str, Any]) -> AriEvent:
    return ApplicationReplaced(str(raw.get("application", "")))


def _playback(raw: Mapping[str, Any]) -> AriEvent:
    playback = raw["playback"]
    return PlaybackFinished(str(playback["id"]), str(playback.get("state", "")), str(playback.get("target_uri", "")))


def _hangup_request(raw: Mapping[str, Any]) -> AriEvent:
    return ChannelHangupRequest(
        read_channel(raw["channel"]),
        cause=int(raw.get("cause", 0)),
        tech_cause=int(raw.get("tech_cause", 0)),
        soft=bool(raw.get("soft", False)),
    )


def _dtmf(raw: Mapping[str, Any]) -> AriEvent:
    return ChannelDtmfReceived(read_channel(raw["channel"]), str(raw["digit"]), int(raw.get("duration_ms", 0)))


def _user_event(raw: Mapping[str, Any]) -> AriEvent:
    values = {str(name): str(value) for name, value in (raw.get("userevent") or {}).items() if name != "eventname"}
    return UserEvent(str(raw["eventname"]), values, read_channel(raw["channel"]) if raw.get("channel") else None)


READERS: dict[str, Callable[[Mapping[str, Any]], AriEvent]] = {
    "StasisStart": lambda raw: StasisStart(read_channel(raw["channel"]), tuple(map(str, raw.get("args") or ()))),
    "StasisEnd": lambda raw: StasisEnd(read_channel(raw["channel"])),
    "ChannelDestroyed": lambda raw: ChannelDestroyed(
        read_channel(raw["channel"]), int(raw["cause"]), int(raw.get("tech_cause", 0))
    ),
    "ChannelHangupRequest": _hangup_request,
    "ChannelDtmfReceived": _dtmf,
    "ChannelStateChange": lambda raw: ChannelStateChange(read_channel(raw["channel"])),
    "ChannelEnteredBridge": lambda raw: ChannelEnteredBridge(
        read_bridge(raw["bridge"]), read_channel(raw.get("channel") or {"id": ""})
    ),
    "ChannelLeftBridge": lambda raw: ChannelLeftBridge(read_bridge(raw["bridge"]), read_channel(raw["channel"])),
    "BridgeDestroyed": lambda raw: BridgeDestroyed(read_bridge(raw["bridge"])),
    "Dial": lambda raw: Dial(
        read_channel(raw["peer"]), str(raw.get("dialstatus", "")), str((raw.get("caller") or {}).get("id", ""))
    ),
    "PlaybackFinished": _playback,
    "ChannelUserevent": _user_event,
    "ApplicationReplaced": _replaced,
}
"""How each event that we use is read; the names are those of the server's event models."""

REQUIRED: dict[str, tuple[str, ...]] = {
    "StasisStart": ("channel", "args"),
    "StasisEnd": ("channel",),
    "ChannelDestroyed": ("channel", "cause"),
    "ChannelHangupRequest": ("channel",),
    "ChannelDtmfReceived": ("channel", "digit"),
    "ChannelStateChange": ("channel",),
    "ChannelEnteredBridge": ("bridge",),
    "ChannelLeftBridge": ("bridge", "channel"),
    "BridgeDestroyed": ("bridge",),
    "Dial": ("peer", "dialstatus"),
    "PlaybackFinished": ("playback",),
    "ChannelUserevent": ("eventname",),
    "ApplicationReplaced": (),
}
"""The properties that each reader relies on."""


class EventReader:
    """Turns the text of one message into an event; what is no event at all is counted and dropped."""

    def __init__(self) -> None:
        self.malformed = 0
        """Messages that were not JSON objects with a type, or lacked what their type promises."""

    def read(self, text: str | bytes) -> AriEvent | None:
        """Read one message; None when it is malformed."""
        try:
            raw = json.loads(text)
            kind = raw["type"]
            reader = READERS.get(kind)
            return UnknownEvent(str(kind), raw) if reader is None else reader(raw)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            self.malformed += 1
            return None
