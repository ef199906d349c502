"""The PBX as the API uses it, over ARI."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.telephony.ari import AriClient
from ivr.telephony.ari_commands import GetInfo, HangUpChannel
from ivr.telephony.moving import demand_allowed, move
from ivr.telephony.spying import spy

if TYPE_CHECKING:
    from ivr.telephony.ari import AriConfig
    from ivr.telephony.moving import Move
    from ivr.telephony.spying import Spy


class AriLine:
    """Asks and hangs up; opens its connections at the first question."""

    def __init__(self, config: AriConfig, country: str) -> None:
        self._config, self._country = config, country
        self._client: AriClient | None = None

    async def ping(self) -> None:
        """Ask the PBX who it is; AriUnavailable or AriUnauthorized when that fails."""
        await (await self._opened()).do(GetInfo())

    async def hang_up(self, channel_id: str) -> None:
        """End a channel; ChannelGone when it is over already."""
        await (await self._opened()).do(HangUpChannel(channel_id))

    async def spy(self, channel_id: str, wanted: Spy) -> None:
        """Ring a supervisor and put them on a call; ChannelGone when it is over, SpyRefused when that cannot be."""
        await spy(await self._opened(), channel_id, wanted)

    async def move(self, channel_id: str, wanted: Move) -> None:
        """Have the call's worker move the caller; raises what ``ivr.telephony.moving`` says."""
        demand_allowed(wanted.target, self._country)
        await move(await self._opened(), channel_id, wanted)

    async def aclose(self) -> None:
        """Close the connections."""
        client, self._client = self._client, None
        if client is not None:
            await client.__aexit__(None, None, None)

    async def _opened(self) -> AriClient:
        if self._client is None:
            self._client = await AriClient(self._config).__aenter__()
        return self._client
