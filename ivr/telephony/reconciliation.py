"""What to do about calls after a connection to Asterisk (re)opens. No event is ever replayed, so one has to look.

Nothing outside our Stasis application and our id prefixes is touched: a caller who was transferred is not ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.telephony.callflow_values import bridge_prefix, joint_prefix, own_prefixes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ivr.telephony.events import Bridge, Channel


FAR_HALF = ";2"
"""How Asterisk ends the id of a Local channel's other half, which goes with the half that we made and own."""


BOTH = 2
"""Channels in a bridge in which two talk."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What one look at the PBX showed of ours: ids."""

    callers: frozenset[str] = frozenset()
    media: frozenset[str] = frozenset()
    bridges: frozenset[str] = frozenset()
    joined: frozenset[str] = frozenset()
    """Callers who talk with a person, the person's leg and their bridge: they need no worker for that."""

    @property
    def channels(self) -> frozenset[str]:
        """Callers, and the legs that we made."""
        return self.callers | self.media

    @property
    def everything(self) -> frozenset[str]:
        """All ids."""
        return self.channels | self.bridges

    def both(self, other: Sight) -> Sight:
        """Keep what both looks showed."""
        return Sight(
            self.callers & other.callers,
            self.media & other.media,
            self.bridges & other.bridges,
            self.joined & other.joined,
        )

    def without(self, known: frozenset[str]) -> Sight:
        """Leave out what somebody owns."""
        return Sight(self.callers - known, self.media - known, self.bridges - known, self.joined - known)


def look(app: str, channels: Iterable[Channel], bridges: Iterable[Bridge]) -> Sight:
    """Pick out what is ours: channels in our application now; legs and bridges that we made, by prefix."""
    channels = tuple(channels)
    media = frozenset(
        channel.id
        for channel in channels
        if channel.id.startswith(own_prefixes(app)) and not channel.id.endswith(FAR_HALF)
    )
    inside = frozenset(
        channel.id for channel in channels if channel.app_name == "Stasis" and channel.app_data.partition(",")[0] == app
    )
    own = [bridge for bridge in bridges if bridge.id.startswith(bridge_prefix(app))]
    talks = [bridge for bridge in own if bridge.id.startswith(joint_prefix(app)) and len(bridge.channels) >= BOTH]
    joined = frozenset(name for bridge in talks for name in (bridge.id, *bridge.channels))
    return Sight(inside - media, media, frozenset(bridge.id for bridge in own), joined)
