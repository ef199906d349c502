"""How a call's audio leg is opened, whatever carries it: the seam between call control and the media links."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from ivr.rtp.link import open_rtp_link

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.ports import CallOffer, MediaLink
    from ivr.rtp.link import PortRange, RtpLink


@dataclass(frozen=True, slots=True)
class MediaRequest:
    """What Asterisk is asked for: the parameters of externalMedia."""

    format: str
    external_host: str = ""
    encapsulation: Literal["rtp", "none"] = "rtp"
    transport: Literal["udp", "websocket"] = "udp"
    connection_type: Literal["client", "server"] = "client"
    transport_data: str = ""


class PreparedLink(Protocol):
    """A media leg of which our end may be open already."""

    @property
    def request(self) -> MediaRequest:
        """What the leg in Asterisk must be like."""
        ...

    async def connect(self, variables: Mapping[str, str]) -> MediaLink:
        """Finish our end once the leg exists; ``variables`` are the leg's, e.g. MEDIA_WEBSOCKET_CONNECTION_ID."""
        ...

    async def aclose(self) -> None:
        """Free whatever is open, connected or not; safe to repeat."""
        ...


class NewLink(Protocol):
    """Prepares the media leg of a call: PortsExhausted and other MediaErrors refuse the call."""

    async def __call__(self, offer: CallOffer) -> PreparedLink:
        """Prepare one."""
        ...


class PreparedRtp:
    """An RTP leg: its socket is open before Asterisk is told its address."""

    def __init__(self, link: RtpLink, host: str, codec: str) -> None:
        self._link = link
        self._closed = False
        self.request = MediaRequest(codec, f"{host}:{link.port}")

    async def connect(self, variables: Mapping[str, str]) -> MediaLink:
        """Aim at the leg at once: Asterisk sends nothing before a silent caller's phone does, but must be heard."""
        host, port = variables.get("UNICASTRTP_LOCAL_ADDRESS"), variables.get("UNICASTRTP_LOCAL_PORT")
        if host and port:
            self._link.aim(host, int(port))
        return self._link

    async def aclose(self) -> None:
        """Free the port."""
        if not self._closed:
            self._closed = True
            await self._link.aclose()


class NewRtpLink:
    """Opens RTP legs; ``host`` is our address as Asterisk sees it."""

    def __init__(self, ports: PortRange, host: str, codec: str) -> None:
        self._ports, self._host, self._codec = ports, host, codec

    async def __call__(self, offer: CallOffer) -> PreparedLink:
        """Open a socket on the next free port."""
        del offer
        return PreparedRtp(open_rtp_link(self._ports, self._codec), self._host, self._codec)
