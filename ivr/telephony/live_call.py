"""The shell around one call's flow: carries out its commands one after the other, and brings it its events."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from ivr.errors import AriRefused, ChannelGone, IvrError, MisuseError
from ivr.telephony.ari_commands import (
    AddChannels,
    Answer,
    ContinueInDialplan,
    CreateBridge,
    DestroyBridge,
    ExternalMedia,
    GetVariable,
    HangUpChannel,
    Originate,
    RaiseUserEvent,
    SetVariable,
    Snoop,
    Subscribe,
)
from ivr.telephony.callflow import CallFlow
from ivr.telephony.callflow_values import (
    CallState,
    CancelSession,
    CloseLink,
    ConnectLink,
    Done,
    Failed,
    HandoverAsked,
    HangUpAsked,
    Leave,
    OpenMedia,
    PrepareLink,
    Press,
    SessionEnded,
    SetTimer,
    StartSession,
    Tell,
    TimedOut,
    TransferAsked,
)
from ivr.telephony.events import ChannelDtmfReceived
from ivr.telephony.handing_over import HandingOver

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ivr.handover_ports import HandoverMode, HandoverNews, HandoverOrder
    from ivr.ports import CallHandler, CallOffer, MediaLink, NewSession
    from ivr.telephony.ari import AriClient
    from ivr.telephony.ari_commands import Reason
    from ivr.telephony.callflow_values import CallCommand, FlowEvent, FlowPolicy, Leg, Timer
    from ivr.telephony.ledger import Ledger
    from ivr.telephony.media import NewLink, PreparedLink

log = logging.getLogger(__name__)

MAX_DIGITS_WAITING = 64
"""Keys waiting for the flow; more are dropped. Other events are few by nature: each thing begins and ends once."""
REASONS: dict[str, Reason] = {"busy": "busy", "congestion": "congestion", "rejected": "rejected", "failure": "failure"}


class LiveCall:
    """One call, from its StasisStart until nothing of it is left. It is the session's ``CallControl``."""

    def __init__(
        self,
        offer: CallOffer,
        policy: FlowPolicy,
        ari: AriClient,
        ledger: Ledger,
        new_link: NewLink,
        new_session: NewSession,
    ) -> None:
        self.offer = offer
        self.flow = CallFlow(offer.channel_id, offer.call_id, policy)
        self.talking_after: float | None = None
        """Seconds from StasisStart until the session was started."""
        self.claim: Callable[[tuple[str, ...]], None] = lambda _names: None
        """Told of the ids of what a hand-over may make, before it does."""
        self._policy = policy
        self._ari = ari
        self._ledger = ledger
        self._new_link = new_link
        self._new_session = new_session
        self._inbox: deque[FlowEvent] = deque()
        self._arrived = asyncio.Event()
        self._digits_dropped = 0
        self._timers: dict[Timer, asyncio.TimerHandle] = {}
        self._prepared: dict[Leg, PreparedLink] = {}
        self._media_variables: dict[str, str] = {}
        self._handing: HandingOver | None = None
        self._link: MediaLink | None = None
        self._handler: CallHandler | None = None
        self._session: asyncio.Task[None] | None = None
        self._transfer: asyncio.Future[None] | None = None
        self._began = time.monotonic()

    # --- what others ask of it -----------------------------------------------------------------

    def tell(self, event: FlowEvent) -> None:
        """Bring an event; never waits."""
        if isinstance(event, ChannelDtmfReceived) and len(self._inbox) >= MAX_DIGITS_WAITING:
            self._digits_dropped += 1
            return
        self._inbox.append(event)
        self._arrived.set()

    async def hang_up(self, reason: str = "normal") -> None:
        """End the call; safe to repeat."""
        self.tell(HangUpAsked(REASONS.get(reason, "normal")))

    async def transfer(self, target: str) -> None:
        """Send the caller to an extension; returns when the dialplan has taken over.

        AriRefused when there is no such extension or no conversation yet (the call goes on), ChannelGone when the
        caller has left.
        """
        self._demand_talking()
        await self._check_target(self._policy.transfer_context, target)
        if self._transfer is None or self._transfer.done():
            self._transfer = asyncio.get_running_loop().create_future()
        self.tell(TransferAsked(target))
        await asyncio.shield(self._transfer)

    async def notify(self, name: str, values: Mapping[str, str]) -> None:
        """Have Asterisk tell an event about the caller's channel, over AMI and to one application of ARI."""
        source = f"channel:{self.offer.channel_id}"
        if self._policy.screen_app:
            try:
                return await self._ari.do(RaiseUserEvent(name, self._policy.screen_app, source, values))
            except ChannelGone:
                log.warning("no application %r is connected (SCREEN_POP_APP); AMI is told", self._policy.screen_app)
        return await self._ari.do(RaiseUserEvent(name, self._policy.app, source, values))

    def move(self, target: str, mode: HandoverMode) -> None:
        """Have the session move the caller as somebody else wants it; raises what ``transfer`` raises."""
        self._demand_talking()
        if self._handler is not None:
            self._handler.move(target, mode)

    async def hand_over(self, order: HandoverOrder) -> HandingOver:
        """Begin to hand the caller over to a person; raises what ``transfer`` raises.

        A person whom this PBX cannot call while the caller waits gets the caller blindly.
        """
        self._demand_talking()
        if order.mode == "warm" and not await self._reaches(self._policy.consult_context, order.target):
            log.warning(
                "%s is not in the dialplan context [%s]: the caller is moved blindly",
                order.target,
                self._policy.consult_context,
            )
            order = replace(order, mode="blind")
        if order.mode == "blind":
            await self._check_target(self._policy.transfer_context, order.target)
        if self.flow.handover is not None and self.flow.handover.open:
            raise AriRefused(f"call {self.offer.call_id} is being handed over already; wait for that", 409)
        self._handing = HandingOver(self.tell, order)
        self.tell(HandoverAsked(order))
        return self._handing

    def _demand_talking(self) -> None:
        if self.flow.closing:
            raise ChannelGone(f"call {self.offer.call_id} is over; nothing is left to transfer")
        if self.flow.state is CallState.HANDED_OVER:
            raise AriRefused(f"call {self.offer.call_id} is with a person already; that person can transfer it", 409)
        if self.flow.state is not CallState.TALKING:
            raise AriRefused(f"call {self.offer.call_id} is still being set up; try again in a moment", 409)

    async def _check_target(self, context: str, target: str) -> None:
        if not await self._reaches(context, target):
            raise AriRefused(f"extension {target!r} is not in the dialplan context [{context}]; add it there", 404)

    async def _reaches(self, context: str, target: str) -> bool:
        try:
            found = await self._ari.do(
                GetVariable(self.offer.channel_id, f"DIALPLAN_EXISTS({context},{target},1)"),
            )
        except (AriRefused, ChannelGone):  # the function is not loaded, or the call is over: the flow will tell
            return True
        return found != "0"

    # --- the call ------------------------------------------------------------------------------

    async def run(self) -> None:
        """Run until nothing is open; whatever happens, what is ours on this machine is freed."""
        try:
            while not self.flow.over:
                while not self._inbox:
                    self._arrived.clear()
                    await self._arrived.wait()
                commands = self.flow.handle(self._inbox.popleft())
                if self.flow.handover is not None:
                    self.claim(self.flow.handover.names)
                for command in commands:
                    await self._carry_out(command)
                self._settle_transfer()
        finally:
            await self._free()

    async def _free(self) -> None:
        for timer in self._timers.values():
            timer.cancel()
        if self._transfer is not None and not self._transfer.done():
            self._transfer.cancel()
        if self._session is not None and not self._session.done():
            self._session.cancel()
            _, stuck = await asyncio.wait([self._session], timeout=self._policy.leave_timeout)
            if stuck:
                log.error("the session ignores its cancellation; please report this as a bug")
        for leg in tuple(self._prepared):
            await self._close_link(leg)
        if self._digits_dropped:
            log.warning("%d keys were dropped: they came faster than the call could take them", self._digits_dropped)

    async def _carry_out(self, command: CallCommand) -> None:
        try:
            await self._do(command)
        except IvrError as error:
            gone = isinstance(error, ChannelGone)
            log.log(logging.DEBUG if gone else logging.WARNING, "%s failed: %s", type(command).__name__, error)
            if gone:
                self._note_closed(command)
            if isinstance(command, ContinueInDialplan) and self._transfer is not None and not self._transfer.done():
                self._transfer.set_exception(error)
            self.tell(Failed(command, gone))
        except Exception:  # sessions and links are other people's code: their bug must not keep a line open
            log.exception("%s broke", type(command).__name__)
            self.tell(Failed(command))
        else:
            self._note_closed(command)
            self.tell(Done(command))

    async def _do(self, command: CallCommand) -> None:
        match command:
            case PrepareLink(leg):
                self._prepared[leg] = await self._new_link(self.offer)
                self._ledger.opened(self.offer.call_id, "link", self._link_name(leg))
            case OpenMedia(channel_id):
                await self._open_media(channel_id)
            case ConnectLink(leg):
                await self._connect(leg)
            case CreateBridge(bridge_id):
                self._ledger.opened(self.offer.call_id, "bridge", bridge_id)
                await self._ari.do(command)
            case SetTimer(timer, seconds):
                self._set_timer(timer, seconds)
            case CloseLink(leg):
                await self._close_link(leg)
            case Tell(news):
                self._pass_on(news)
            case Originate(channel_id) | Snoop(_, channel_id):
                self._ledger.opened(self.offer.call_id, "channel", channel_id)
                await self._ari.do(command)
            case Answer() | AddChannels() | HangUpChannel() | DestroyBridge() | ContinueInDialplan():
                await self._ari.do(command)
            case Subscribe() | SetVariable():
                await self._ari.do(command)
            case StartSession() | Press() | Leave() | CancelSession():
                self._do_with_session(command)
            case never:
                assert_never(never)

    def _do_with_session(self, command: StartSession | Press | Leave | CancelSession) -> None:
        match command, self._handler, self._session:
            case StartSession(), _, _ if self._link is not None:
                self._start_session(self._link)
            case Press(digit), handler, _ if handler is not None:
                handler.press(digit)
            case Leave(hangup), handler, session if handler is not None and session is not None and not session.done():
                handler.leave(hangup)
            case CancelSession(), _, session if session is not None:
                log.warning("the session did not end in %g s; it is cancelled", self._policy.leave_timeout)
                session.cancel()
            case _:
                pass

    def _link_of(self, leg: Leg) -> PreparedLink:
        if leg not in self._prepared:
            raise MisuseError("a media leg was asked for that has no link; why is told above, or report this as a bug")
        return self._prepared[leg]

    def _link_name(self, leg: Leg) -> str:
        return self.offer.call_id if leg == "caller" else f"{self.offer.call_id} {leg}"

    async def _connect(self, leg: Leg) -> None:
        link = await self._link_of(leg).connect(self._media_variables)
        if leg == "caller":
            self._link = link
        elif self._handing is not None:
            self._handing.link = link

    async def _open_media(self, channel_id: str) -> None:
        asked = self._link_of("caller" if channel_id == self.flow.media else "person").request
        self._ledger.opened(self.offer.call_id, "channel", channel_id)
        leg = await self._ari.do(
            ExternalMedia(
                channel_id,
                self._policy.app,
                asked.format,
                asked.external_host,
                asked.encapsulation,
                asked.transport,
                asked.connection_type,
                asked.transport_data,
            )
        )
        self._media_variables = dict(leg.variables)

    def _pass_on(self, news: HandoverNews) -> None:
        if self._handing is not None:
            self._handing.take(news)

    def _set_timer(self, timer: Timer, seconds: float) -> None:
        if timer in self._timers:
            self._timers[timer].cancel()
        self._timers[timer] = asyncio.get_running_loop().call_later(seconds, self._ring, timer)

    def _ring(self, timer: Timer) -> None:
        self.tell(TimedOut(timer, heard=self._link is not None and self._link.heard_anything))

    def _settle_transfer(self) -> None:
        if self._transfer is None or self._transfer.done() or not self.flow.closing:
            return
        if self.flow.transferred:
            self._transfer.set_result(None)
        else:
            self._transfer.set_exception(ChannelGone("the caller left before the transfer; nothing is left to do"))

    def _note_closed(self, command: CallCommand) -> None:
        match command:
            case HangUpChannel(channel_id) | ContinueInDialplan(channel_id):
                self._ledger.closed("channel", channel_id)
            case DestroyBridge(bridge_id):
                self._ledger.closed("bridge", bridge_id)
            case _:
                pass

    async def _close_link(self, leg: Leg) -> None:
        prepared = self._prepared.pop(leg, None)
        if prepared is None:
            return
        if leg == "caller":
            self._link = None
        elif self._handing is not None:
            self._handing.link = None
        await prepared.aclose()
        self._ledger.closed("link", self._link_name(leg))

    # --- the session -----------------------------------------------------------------------------

    def _start_session(self, link: MediaLink) -> None:
        self._handler = self._new_session(self.offer, link, self)
        self._ledger.opened(self.offer.call_id, "session", self.offer.call_id)
        self._session = asyncio.create_task(self._handler.run(), name=f"session {self.offer.call_id}")
        self._session.add_done_callback(self._session_done)
        self.talking_after = time.monotonic() - self._began

    def _session_done(self, session: asyncio.Task[None]) -> None:
        self._ledger.closed("session", self.offer.call_id)
        if not session.cancelled() and (error := session.exception()) is not None:
            log.error("the session broke; the caller is hung up on", exc_info=error)
        self.tell(SessionEnded())
