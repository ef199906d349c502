"""How a call gets its leg over the media websocket: Asterisk makes the channel, we connect to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.errors import MediaError
from ivr.telephony.media import MediaRequest
from ivr.telephony.media_websocket import media_codec, open_websocket_link

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.ports import CallOffer, MediaLink
    from ivr.telephony.media import PreparedLink
    from ivr.telephony.media_websocket import MediaServer, WebsocketLink

CONNECTION_ID = "MEDIA_WEBSOCKET_CONNECTION_ID"


class PreparedWebsocket:
    """A websocket leg: there is nothing to connect to before Asterisk has made its channel."""

    def __init__(self, server: MediaServer, media_format: str) -> None:
        self._server = server
        self._format = media_format
        self._link: WebsocketLink | None = None
        self.request = MediaRequest(media_format, "INCOMING", "none", "websocket", "server")

    async def connect(self, variables: Mapping[str, str]) -> MediaLink:
        """Connect to the channel that ``variables`` name."""
        connection_id = variables.get(CONNECTION_ID)
        if not connection_id:
            raise MediaError(
                f"Asterisk made a media channel without {CONNECTION_ID}; use Asterisk 22.8 or later, "
                "or set MEDIA_TRANSPORT=rtp"
            )
        self._link = await open_websocket_link(self._server, connection_id, self._format)
        return self._link

    async def aclose(self) -> None:
        """Close the connection, if there is one."""
        if self._link is not None:
            await self._link.aclose()


class NewWebsocketLink:
    """Prepares websocket legs of a format: alaw, ulaw, g722, slin or slin16."""

    def __init__(self, server: MediaServer, media_format: str) -> None:
        media_codec(media_format)
        self._server, self._format = server, media_format

    async def __call__(self, offer: CallOffer) -> PreparedLink:
        """Prepare one."""
        del offer
        return PreparedWebsocket(self._server, self._format)
