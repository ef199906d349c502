"""Brings every event of Asterisk to the call it belongs to; one task a call.

After each (re)connect it looks at what the PBX holds: calls whose caller is gone end, and what is ours but nobody's
(left by a worker that died) is hung up. A thing must be seen twice, ``LOOK_AGAIN`` apart, with no event about it,
before it counts as nobody's: a call that is just arriving must not be taken for a leftover. A caller who talks with a
person talks on, whoever joined them; once one of the two leaves, the other is hung up.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections import Counter
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ivr.errors import AriRefused, ChannelGone, IvrError, TelephonyError
from ivr.ports import CallOffer
from ivr.telephony import moving
from ivr.telephony.ari import Connected, Disconnected
from ivr.telephony.ari_commands import (
    DestroyBridge,
    FilterEvents,
    GetInfo,
    HangUpChannel,
    ListBridges,
    ListChannels,
)
from ivr.telephony.callflow_values import CallerLost, FlowPolicy, PbxGone, Thing, own_prefixes
from ivr.telephony.events import (
    READERS,
    ApplicationReplaced,
    BridgeDestroyed,
    Channel,
    ChannelDestroyed,
    Dial,
    PlaybackFinished,
    StasisEnd,
    StasisStart,
    UnknownEvent,
    UserEvent,
)
from ivr.telephony.ledger import Ledger
from ivr.telephony.live_call import LiveCall
from ivr.telephony.reconciliation import look
from ivr.trace import CALL_ID

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

    from ivr.ports import NewSession
    from ivr.telephony.ari import AriClient, LineEvent
    from ivr.telephony.ari_request import Command
    from ivr.telephony.events import AriEvent
    from ivr.telephony.media import NewLink
    from ivr.telephony.reconciliation import Sight

log = logging.getLogger(__name__)

LOOK_AGAIN = 1.0
LOOK_EVERY = 30.0
"""Seconds between two looks for what nobody owns: a hang-up that Asterisk refused leaves a channel behind."""
VISITS_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class SwitchboardConfig:
    """How many calls are taken at once, and for how many seconds calls outlive a lost connection to Asterisk."""

    policy: FlowPolicy = field(default_factory=FlowPolicy)
    max_calls: int = 200
    pbx_grace: float = 10.0


@dataclass(frozen=True, slots=True)
class CallStatus:
    """One call, for people who look."""

    call_id: str
    channel_id: str
    direction: str
    caller: str
    called: str
    started_at: float
    state: str


class Switchboard:
    """Takes every call that enters our Stasis application."""

    def __init__(
        self, ari: AriClient, new_link: NewLink, new_session: NewSession, config: SwitchboardConfig | None = None
    ) -> None:
        self.ledger = Ledger()
        self._ari = ari
        self._new_link = new_link
        self._new_session = new_session
        self._config = config or SwitchboardConfig()
        self._calls: dict[str, LiveCall] = {}
        self._owners: dict[str, LiveCall] = {}
        self._visits: Counter[str] = Counter()
        self._tasks: asyncio.TaskGroup
        self._draining = False
        self._idle = asyncio.Event()
        self._idle.set()
        self._watch: asyncio.Task[None] | None = None
        self._pbx_started = ""
        self._joined: frozenset[str] = frozenset()
        self._somebody_left = asyncio.Event()
        """Of those who talk on without a worker."""
        self.ready = asyncio.Event()
        """Set once the first reconciliation is over, while Asterisk is connected."""

    # --- for people and for shutdown -------------------------------------------------------------

    @property
    def calls(self) -> tuple[CallStatus, ...]:
        """The calls in progress, oldest first."""
        return tuple(
            CallStatus(
                call_id,
                call.offer.channel_id,
                call.offer.direction,
                call.offer.caller,
                call.offer.called,
                call.offer.started_at,
                call.flow.state.name.lower(),
            )
            for call_id, call in self._calls.items()
        )

    async def hang_up(self, call_id: str, reason: str = "normal") -> None:
        """End a call; ChannelGone when there is none of that id."""
        await self._call(call_id).hang_up(reason)

    async def transfer(self, call_id: str, target: str) -> None:
        """Send a caller to an extension; ChannelGone or AriRefused when that cannot be done."""
        await self._call(call_id).transfer(target)

    def _call(self, call_id: str) -> LiveCall:
        if call_id not in self._calls:
            raise ChannelGone(f"there is no call {call_id}; it may be over already")
        return self._calls[call_id]

    async def drain(self, seconds: float) -> None:
        """Refuse new calls, wait for those in progress, end the rest after ``seconds``."""
        self._draining = True
        try:
            async with asyncio.timeout(seconds):
                await self._idle.wait()
        except TimeoutError:
            log.warning("%d calls are ended: they were not over after %g s", len(self._calls), seconds)
            for call in tuple(self._calls.values()):
                await call.hang_up()
            await self._idle.wait()

    # --- running -----------------------------------------------------------------------------------

    async def run(self) -> None:
        """Take calls until cancelled; what is open then is hung up.

        Ends with AriUnauthorized when the password is wrong and AriRefused when another process takes our place.
        """
        fatal: TelephonyError | None = None
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            try:
                async with aclosing(self._ari.events()) as events:
                    async for event in events:
                        self._take(event)
            except TelephonyError as error:
                fatal = error
            finally:
                self._stop_watch()
                self.ready.clear()
            for call in self._calls.values():
                await call.hang_up()
        if fatal is not None:
            raise fatal

    def _take(self, event: LineEvent) -> None:
        match event:
            case Connected():
                self._stop_watch()
                self._watch = self._start(self._reconcile())
            case Disconnected(reason):
                self.ready.clear()
                log.warning("the connection to Asterisk broke: %s", reason)
                self._stop_watch()
                self._watch = self._start(self._give_up())
            case ApplicationReplaced():
                raise AriRefused(
                    f"another process connected to Asterisk as application {self._ari.app!r} and took its calls; "
                    "stop one of the two, or give it another ARI_APP",
                    409,
                )
            case _:
                self._route(event)

    def _route(self, event: AriEvent) -> None:
        match event:
            case StasisStart(channel) if channel.id.startswith(own_prefixes(self._ari.app)):
                if channel.id not in self._owners:
                    self._start(self._ask(HangUpChannel(channel.id)))
            case StasisStart():
                self._offer(event)
                return
            case UserEvent(moving.EVENT, wish, Channel(channel_id)) if channel_id in self._owners:
                self._start(self._ask(moving.answer(self._owners[channel_id], channel_id, wish)))
            case StasisEnd(channel) | ChannelDestroyed(channel):
                self.ledger.closed("channel", channel.id)
                if channel.id in self._joined:
                    self._somebody_left.set()
            case BridgeDestroyed(bridge):
                self.ledger.closed("bridge", bridge.id)
            case _:
                pass
        owner = self._owners.get(_subject(event))
        if owner is not None:
            owner.tell(event)

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        return self._tasks.create_task(work)

    # --- calls -------------------------------------------------------------------------------------

    def _offer(self, event: StasisStart) -> None:
        channel = event.channel
        if self._draining or len(self._calls) >= self._config.max_calls:
            log.warning(
                "a call from %s is refused: %s",
                channel.caller_number or "?",
                "shutting down" if self._draining else "too many calls",
            )
            self._start(self._ask(HangUpChannel(channel.id, "congestion")))
            return
        before = self._owners.get(channel.id)
        if before is not None:
            before.tell(event)
        call = LiveCall(
            self._describe(event), self._config.policy, self._ari, self.ledger, self._new_link, self._new_session
        )
        call_id = call.offer.call_id
        self._calls[call_id] = call
        self._idle.clear()
        call.claim = lambda names: self._owners.update(dict.fromkeys(names, call))
        for name in (call.flow.caller, call.flow.media, call.flow.bridge):
            self._owners[name] = call
        self.ledger.opened(call_id, "channel", channel.id)
        call.tell(event)
        self._start(self._hold(call))

    def _describe(self, event: StasisStart) -> CallOffer:
        """Name the call after its channel; a caller who comes back from a transfer begins a new call."""
        channel = event.channel
        if len(self._visits) > VISITS_REMEMBERED:
            self._visits.clear()
        self._visits[channel.id] += 1
        visit = self._visits[channel.id]
        plain = re.sub(r"[^A-Za-z0-9]+", "-", channel.id)
        variables = {name: value or "yes" for name, _, value in (arg.partition("=") for arg in event.args) if name}
        return CallOffer(
            call_id=plain if visit == 1 else f"{plain}-{visit}",
            channel_id=channel.id,
            direction="outbound" if "outbound" in variables else "inbound",
            caller=channel.caller_number,
            called=channel.exten,
            started_at=time.time(),
            variables=variables,
        )

    async def _hold(self, call: LiveCall) -> None:
        call_id = call.offer.call_id
        CALL_ID.set(call_id)
        self.ledger.opened(call_id, "task", call_id)
        try:
            await call.run()
        except Exception:  # a bug in one call must not end the others
            log.exception("the call broke; it is hung up")
        finally:
            try:
                await self._sweep(call)
            finally:
                self._forget(call)

    async def _sweep(self, call: LiveCall) -> None:
        """Close what a call that was cut short (shutdown, bug) has left in Asterisk."""
        flow = call.flow
        left: list[tuple[Thing, Command[None]]] = [
            (Thing.CALLER, HangUpChannel(flow.caller)),
            (Thing.MEDIA, HangUpChannel(flow.media)),
            (Thing.BRIDGE, DestroyBridge(flow.bridge)),
        ]
        for thing, command in left:
            if thing in flow.open:
                await self._ask(command)
        for closing in flow.handover.close(with_link=False) if flow.handover is not None else ():
            if isinstance(closing, HangUpChannel | DestroyBridge):
                await self._ask(closing)

    def _forget(self, call: LiveCall) -> None:
        call_id = call.offer.call_id
        del self._calls[call_id]
        for name in [name for name, owner in self._owners.items() if owner is call]:
            del self._owners[name]
        self.ledger.closed("task", call_id)
        if not self._calls:
            self._idle.set()

    async def _ask(self, command: Command[None]) -> None:
        """Carry out a command whose failure changes nothing: the reconciliation finds what stays."""
        try:
            await self._ari.do(command)
        except ChannelGone:
            pass
        except IvrError as error:
            log.warning("%s", error)
            return
        match command:
            case HangUpChannel(channel_id):
                self.ledger.closed("channel", channel_id)
            case DestroyBridge(bridge_id):
                self.ledger.closed("bridge", bridge_id)
            case _:
                pass

    # --- the connection ------------------------------------------------------------------------------

    def _stop_watch(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None

    async def _give_up(self) -> None:
        await asyncio.sleep(self._config.pbx_grace)
        for call in tuple(self._calls.values()):
            log.error("call %s is ended: Asterisk stayed away for %g s", call.offer.call_id, self._config.pbx_grace)
            call.tell(PbxGone())

    async def _reconcile(self) -> None:
        before = tuple(self._calls.values())
        while True:
            try:
                await self._catch_up(before)
                self.ready.set()
                while True:
                    await self._clear_leftovers()
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._somebody_left.wait(), LOOK_EVERY)
            except IvrError as error:
                log.warning("what Asterisk holds could not be looked at: %s; trying again", error)
                await asyncio.sleep(LOOK_AGAIN)

    async def _catch_up(self, calls: tuple[LiveCall, ...]) -> None:
        """End those of ``calls`` whose caller left while nobody was listening."""
        await self._ari.do(FilterEvents(self._ari.app, {"allowed": [{"type": name} for name in READERS]}))
        started = str((await self._ari.do(GetInfo()))["status"]["startup_time"])
        callers = (await self._look()).callers
        for call in calls:
            if Thing.CALLER in call.flow.open and call.flow.caller not in callers:
                call.tell(PbxGone() if started != self._pbx_started else CallerLost())
        self._pbx_started = started

    async def _clear_leftovers(self) -> None:
        """Hang up what is ours but nobody's, those excepted who talk with a person."""
        self._somebody_left.clear()
        seen = await self._look()
        await asyncio.sleep(LOOK_AGAIN)
        again = await self._look()
        owned = frozenset(self._owners)
        self._joined = again.joined - owned
        leftovers = seen.both(again).without(owned | again.joined)
        for channel_id in leftovers.channels:
            log.warning("channel %s belongs to no call of ours; it is hung up", channel_id)
            await self._ask(HangUpChannel(channel_id, "failure"))
        for bridge_id in leftovers.bridges:
            await self._ask(DestroyBridge(bridge_id))
        self.ledger.settle(again.everything, frozenset(self._calls))

    async def _look(self) -> Sight:
        return look(self._ari.app, await self._ari.do(ListChannels()), await self._ari.do(ListBridges()))


def _subject(event: AriEvent) -> str:
    """Name the channel or bridge that an event is about."""
    match event:
        case UnknownEvent() | ApplicationReplaced() | PlaybackFinished() | UserEvent():
            return ""
        case BridgeDestroyed(bridge):
            return bridge.id
        case Dial(peer, _, caller):
            return caller or peer.id
        case _:
            return event.channel.id
