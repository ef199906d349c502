"""Moving a running call's caller because somebody else wants it: how the wish reaches the worker that holds the call.

It goes as an event over Asterisk, about the caller's channel, to our application; the worker that holds the call
answers in a variable of that channel, named after the request.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

import phonenumbers

from ivr.errors import AriRefused, AriUnavailable, ChannelGone, TelephonyError, TransferRefused
from ivr.telephony.ari_commands import GetChannel, GetVariable, RaiseUserEvent, SetVariable
from ivr.telephony.callflow_values import FlowPolicy
from ivr.telephony.outside import LONGEST_EXTENSION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ivr.handover_ports import HandoverMode
    from ivr.telephony.ari import AriClient
    from ivr.telephony.live_call import LiveCall

log = logging.getLogger(__name__)

EVENT = "ivr-move"
ANSWER = "IVR_MOVE_"
"""How the variable's name begins; the request's number follows."""
ACCEPTED = "accepted"
PATIENCE, LOOK = 3.0, 0.1
"""Seconds that a worker has to answer, and between two looks."""
COSTLY = (phonenumbers.PhoneNumberType.PREMIUM_RATE, phonenumbers.PhoneNumberType.SHARED_COST)
ALSO_EMERGENCY = {"ES": ("061", "062", "080", "091", "092")}
"""Which libphonenumber leaves out."""


@dataclass(frozen=True, slots=True)
class Move:
    """Where a caller is wanted: an extension, a queue or a number that the dialplan lets callers be moved to."""

    target: str
    mode: HandoverMode = "warm"


def demand_allowed(target: str, country: str) -> None:
    """Raise TransferRefused for numbers that nobody is ever moved to, whatever the dialplan says."""
    if phonenumbers.is_emergency_number(target, country) or target in ALSO_EMERGENCY.get(country, ()):
        raise TransferRefused(f"{target} is an emergency number, where callers are never moved; tell them to dial it")
    if len(target) <= LONGEST_EXTENSION and not target.startswith("+"):
        return
    try:
        number = phonenumbers.parse(target, country)
    except phonenumbers.NumberParseException:
        raise TransferRefused(f"{target} is no telephone number; name an extension, a queue or a number") from None
    if not phonenumbers.is_valid_number(number):
        raise TransferRefused(f"{target} is no telephone number of {country}; add + and the country")
    if phonenumbers.number_type(number) in COSTLY:
        raise TransferRefused(f"{target} costs extra; name an ordinary number")


async def move(ari: AriClient, caller: str, wanted: Move) -> None:
    """Have the worker that holds the call move its caller; returns when the worker has taken the wish.

    ChannelGone when the call is over, TransferRefused when it cannot be moved there or now, AriUnavailable when no
    worker answers.
    """
    context = FlowPolicy().transfer_context
    try:
        await ari.do(GetChannel(caller))
        found = await ari.do(GetVariable(caller, f"DIALPLAN_EXISTS({context},{wanted.target},1)"))
    except ChannelGone:
        raise ChannelGone("the call is over; GET /calls?active=true lists those in progress") from None
    if found == "0":
        raise TransferRefused(
            f"{wanted.target!r} is not in the dialplan context [{context}]; add it there (docs/handover.md)"
        )
    request = uuid.uuid4().hex
    wish = {"request": request, "target": wanted.target, "mode": wanted.mode}
    try:
        await ari.do(RaiseUserEvent(EVENT, ari.app, f"channel:{caller}", wish))
    except (AriRefused, ChannelGone):
        raise AriUnavailable(f"no call worker is connected to Asterisk as {ari.app!r}; start it (`ivr up`)") from None
    answered = await _answer(ari, caller, f"{ANSWER}{request}")
    if answered != ACCEPTED:
        raise TransferRefused(answered)


def answer(call: LiveCall, channel_id: str, wish: Mapping[str, str]) -> SetVariable:
    """Have a call's session move its caller, as the event's values say; gives what answers the request."""
    target, answered = wish.get("target", ""), ACCEPTED
    try:
        call.move(target, "blind" if wish.get("mode") == "blind" else "warm")
    except TelephonyError as error:
        answered = str(error)
    log.info("call %s is to be moved to %s: %s", call.offer.call_id, target, answered)
    return SetVariable(channel_id, f"{ANSWER}{wish.get('request', '')}", answered)


async def _answer(ari: AriClient, caller: str, variable: str) -> str:
    for _ in range(round(PATIENCE / LOOK)):
        await asyncio.sleep(LOOK)
        try:
            return await ari.do(GetVariable(caller, variable))
        except ChannelGone:  # not set yet
            pass
    try:
        await ari.do(GetChannel(caller))
    except ChannelGone:
        raise ChannelGone("the call ended before it could be moved") from None
    raise AriUnavailable("the worker that holds the call does not answer; it may be over by now, or `ivr doctor` tells")
