"""What we ask of Asterisk over ARI, one value a request; ``ari_check`` compares them with the running server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from ivr.telephony.ari_request import Command
from ivr.telephony.events import Bridge, Channel, read_bridge, read_channel

if TYPE_CHECKING:
    from collections.abc import Mapping

Reason = Literal["normal", "busy", "congestion", "no_answer", "timeout", "rejected", "unallocated", "failure"]
"""Why we hang up; Asterisk turns it into a Q.850 cause and, before the answer, into a SIP status."""


class _Plain(Command[None]):
    def read(self, body: Any) -> None:
        """Expect nothing."""


class _OneChannel(Command[Channel]):
    def read(self, body: Any) -> Channel:
        """Read the channel that was made or asked for."""
        return read_channel(body)


class _Document(Command[Any]):
    def read(self, body: Any) -> Any:
        """Hand on the JSON."""
        return body


# --- channels ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answer(_Plain):
    """Pick up."""

    METHOD, PATH, HARMLESS = "POST", "/channels/{channelId}/answer", True
    channel_id: str


@dataclass(frozen=True, slots=True)
class HangUpChannel(_Plain):
    """End a channel."""

    METHOD, PATH = "DELETE", "/channels/{channelId}"
    channel_id: str
    reason: Reason = "normal"


@dataclass(frozen=True, slots=True)
class ExternalMedia(_OneChannel):
    """Make a media leg between Asterisk and us; it enters our application by itself."""

    METHOD, PATH = "POST", "/channels/externalMedia"
    channel_id: str
    app: str
    format: str
    external_host: str = ""
    encapsulation: Literal["rtp", "none", ""] = ""
    transport: Literal["udp", "websocket", ""] = ""
    connection_type: Literal["client", "server", ""] = ""
    transport_data: str = ""
    variables: Mapping[str, str] | None = None

    def existing(self) -> GetChannel:
        """Ask for the channel of that id."""
        return GetChannel(self.channel_id)


@dataclass(frozen=True, slots=True)
class ContinueInDialplan(_Plain):
    """Let a channel leave our application and go on in the dialplan."""

    METHOD, PATH = "POST", "/channels/{channelId}/continue"
    channel_id: str
    context: str
    extension: str
    priority: int = 1


@dataclass(frozen=True, slots=True)
class MoveToApplication(_Plain):
    """Hand a channel to another Stasis application."""

    METHOD, PATH = "POST", "/channels/{channelId}/move"
    channel_id: str
    app: str
    app_args: str = ""


@dataclass(frozen=True, slots=True)
class RedirectChannel(_Plain):
    """Send the caller's phone elsewhere (SIP 302, or REFER once answered)."""

    METHOD, PATH = "POST", "/channels/{channelId}/redirect"
    channel_id: str
    endpoint: str


@dataclass(frozen=True, slots=True)
class SendDtmf(_Plain):
    """Press keys on a channel; times in milliseconds."""

    METHOD, PATH = "POST", "/channels/{channelId}/dtmf"
    channel_id: str
    dtmf: str
    between: int = 100
    duration: int = 100


@dataclass(frozen=True, slots=True)
class PlayOnChannel(_Document):
    """Play a sound, e.g. ``sound:hello``; PlaybackFinished follows with the chosen id."""

    METHOD, PATH = "POST", "/channels/{channelId}/play/{playbackId}"
    channel_id: str
    playback_id: str
    media: tuple[str, ...]
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Originate(_OneChannel):
    """Call someone. The chosen id makes a repeated request harmless: it cannot ring twice.

    The id may not begin the id of a live channel (see ``callflow_values.media_id``): use ids of one length.
    """

    METHOD, PATH = "POST", "/channels"
    channel_id: str
    endpoint: str
    app: str = ""
    app_args: str = ""
    extension: str = ""
    context: str = ""
    caller_id: str = ""
    timeout: int = 30
    formats: str = ""
    variables: Mapping[str, str] | None = None

    def existing(self) -> GetChannel:
        """Ask for the channel of that id."""
        return GetChannel(self.channel_id)


@dataclass(frozen=True, slots=True)
class Snoop(_OneChannel):
    """Listen to a channel, or speak to one side of it."""

    METHOD, PATH = "POST", "/channels/{channelId}/snoop/{snoopId}"
    channel_id: str
    snoop_id: str
    app: str
    spy: Literal["none", "in", "out", "both"] = "both"
    whisper: Literal["none", "in", "out", "both"] = "none"
    app_args: str = ""

    def existing(self) -> GetChannel:
        """Ask for the channel of that id."""
        return GetChannel(self.snoop_id)


@dataclass(frozen=True, slots=True)
class GetChannel(_OneChannel):
    """Ask for one channel."""

    METHOD, PATH = "GET", "/channels/{channelId}"
    channel_id: str


@dataclass(frozen=True, slots=True)
class GetVariable(Command[str]):
    """Ask for a channel variable or dialplan function."""

    METHOD, PATH = "GET", "/channels/{channelId}/variable"
    channel_id: str
    variable: str

    def read(self, body: Any) -> str:
        """Read the value."""
        return str(body["value"])


@dataclass(frozen=True, slots=True)
class SetVariable(_Plain):
    """Set a channel variable or dialplan function."""

    METHOD, PATH, HARMLESS = "POST", "/channels/{channelId}/variable", True
    channel_id: str
    variable: str
    value: str


@dataclass(frozen=True, slots=True)
class ListChannels(Command[tuple[Channel, ...]]):
    """Ask for every channel of the PBX."""

    METHOD, PATH = "GET", "/channels"

    def read(self, body: Any) -> tuple[Channel, ...]:
        """Read the list."""
        return tuple(read_channel(raw) for raw in body)


# --- bridges -----------------------------------------------------------------------------


class _OneBridge(Command[Bridge]):
    def read(self, body: Any) -> Bridge:
        """Read the bridge that was made or asked for."""
        return read_bridge(body)


@dataclass(frozen=True, slots=True)
class GetBridge(_OneBridge):
    """Ask for one bridge."""

    METHOD, PATH = "GET", "/bridges/{bridgeId}"
    bridge_id: str


@dataclass(frozen=True, slots=True)
class CreateBridge(_OneBridge):
    """Make a mixing bridge."""

    METHOD, PATH = "POST", "/bridges"
    bridge_id: str
    type: str = "mixing"

    def existing(self) -> GetBridge:
        """Ask for the bridge of that id."""
        return GetBridge(self.bridge_id)


@dataclass(frozen=True, slots=True)
class AddChannels(_Plain):
    """Put channels into a bridge."""

    METHOD, PATH, HARMLESS = "POST", "/bridges/{bridgeId}/addChannel", True
    bridge_id: str
    channel: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DestroyBridge(_Plain):
    """End a bridge; the channels in it stay with our application."""

    METHOD, PATH = "DELETE", "/bridges/{bridgeId}"
    bridge_id: str


@dataclass(frozen=True, slots=True)
class ListBridges(Command[tuple[Bridge, ...]]):
    """Ask for every bridge of the PBX."""

    METHOD, PATH = "GET", "/bridges"

    def read(self, body: Any) -> tuple[Bridge, ...]:
        """Read the list."""
        return tuple(read_bridge(raw) for raw in body)


# --- the application and the server --------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Application:
    """What Asterisk holds for an application."""

    name: str
    channel_ids: tuple[str, ...] = ()
    bridge_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GetApplication(Command[Application]):
    """Ask what an application holds; ChannelGone when it has never been connected."""

    METHOD, PATH = "GET", "/applications/{applicationName}"
    application_name: str

    def read(self, body: Any) -> Application:
        """Read the ids."""
        return Application(body["name"], tuple(body["channel_ids"]), tuple(body["bridge_ids"]))


@dataclass(frozen=True, slots=True)
class Subscribe(_Document):
    """Have an application told of a thing (``channel:ID``) that is not, or no longer, its own."""

    METHOD, PATH, HARMLESS = "POST", "/applications/{applicationName}/subscription", True
    application_name: str
    event_source: str


@dataclass(frozen=True, slots=True)
class FilterEvents(_Document):
    """Choose which events an application gets: ``{"disallowed": [{"type": "ChannelVarset"}]}``."""

    METHOD, PATH = "PUT", "/applications/{applicationName}/eventFilter"
    application_name: str
    filter: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class GetInfo(_Document):
    """Ask for version, start-up time and settings of the server."""

    METHOD, PATH = "GET", "/asterisk/info"


@dataclass(frozen=True, slots=True)
class RaiseUserEvent(_Plain):
    """Have Asterisk tell our application an event of ours; ``source`` is what it is about, ``channel:ID``."""

    METHOD, PATH, HARMLESS = "POST", "/events/user/{eventName}", True
    event_name: str
    application: str
    source: str = ""
    variables: Mapping[str, str] | None = None


COMMANDS: tuple[type[Command[Any]], ...] = (
    Answer,
    HangUpChannel,
    ExternalMedia,
    ContinueInDialplan,
    MoveToApplication,
    RedirectChannel,
    SendDtmf,
    PlayOnChannel,
    Originate,
    Snoop,
    GetChannel,
    GetVariable,
    SetVariable,
    ListChannels,
    GetBridge,
    CreateBridge,
    AddChannels,
    DestroyBridge,
    ListBridges,
    GetApplication,
    Subscribe,
    FilterEvents,
    GetInfo,
    RaiseUserEvent,
)
