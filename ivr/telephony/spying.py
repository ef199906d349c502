"""A supervisor's phone on a call: listen, whisper to the person who serves the caller, or barge in.

Asterisk's ChanSpy does the listening (dialplan context ``ivr-spy``) and ends with the call that it listens to, so
none of it is our application's and nothing of it can be left behind.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ivr.errors import AriRefused, ChannelGone, SpyRefused
from ivr.telephony.ari_commands import GetVariable, ListChannels, Originate
from ivr.telephony.callflow_values import media_prefix

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ivr.telephony.ari import AriClient
    from ivr.telephony.events import Channel

SpyMode = Literal["listen", "whisper", "barge"]
CONTEXT = "ivr-spy"
"""Dialplan context with one extension a mode."""
PHONES = "ivr-supervisors"
"""Dialplan context of the phones that may be rung."""
RING_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Spy:
    """Who is to hear a call, and how."""

    extension: str
    mode: SpyMode = "listen"


def spied_channel(caller: str, peer: str, mode: SpyMode, channels: Iterable[Channel], app: str) -> str:
    """Choose the channel to listen at: the caller's, or for whispers the one of the person who serves them.

    ``peer`` is the name of the channel that the caller is bridged with, "" for none. SpyRefused when the agent
    talks, whom nobody can whisper to, or nobody does yet.
    """
    if mode != "whisper":
        return caller
    person = next((channel.id for channel in channels if channel.name == peer), "") if peer else ""
    if not person:
        raise SpyRefused("nobody serves the caller yet; whisper once a person has answered, or listen meanwhile")
    if person.startswith(media_prefix(app)):
        raise SpyRefused("the agent talks, and nobody can whisper to it; listen, or barge in to speak with the caller")
    return person


async def spy(ari: AriClient, caller: str, wanted: Spy) -> str:
    """Ring the supervisor; answers the id of the channel that rings. ChannelGone when the call is over.

    SpyRefused when there is nobody to whisper to, or no such phone.
    """
    channels = await ari.do(ListChannels())
    if not any(channel.id == caller for channel in channels):
        raise ChannelGone("the call is over; GET /calls?active=true lists those in progress")
    await _check_phone(ari, caller, wanted.extension)
    peer = await _peer(ari, caller) if wanted.mode == "whisper" else ""
    spied = spied_channel(caller, peer, wanted.mode, channels, ari.app)
    rung = await ari.do(
        Originate(
            f"{ari.app}-spy-{uuid.uuid4().hex}",
            f"Local/{wanted.extension}@{PHONES}/n",
            context=CONTEXT,
            extension=wanted.mode,
            caller_id=f'"Supervision {wanted.mode}" <{wanted.extension}>',
            timeout=RING_SECONDS,
            variables={"IVR_SPIED": spied},
        )
    )
    return rung.id


async def _check_phone(ari: AriClient, caller: str, extension: str) -> None:
    for context, number in ((PHONES, extension), (CONTEXT, "listen")):
        if await ari.do(GetVariable(caller, f"DIALPLAN_EXISTS({context},{number},1)")) == "0":
            raise SpyRefused(f"{number!r} is not in the dialplan context [{context}]; add it there (docs/handover.md)")


async def _peer(ari: AriClient, caller: str) -> str:
    try:
        return await ari.do(GetVariable(caller, "BRIDGEPEER"))
    except (AriRefused, ChannelGone):  # not bridged: the variable is not set
        return ""
