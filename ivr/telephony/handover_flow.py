"""One hand-over of a caller to a person, without I/O: the part of a call's flow that makes and keeps the second leg.

Warm: the person's leg rings and is bridged with a second media leg of ours, over which they are told what it is
about; when they accept, caller and person share a bridge. Blind: the caller goes on in the dialplan. After either,
two snoop channels on the caller's carry what the caller says to the call's own media leg, and what the caller hears
to the second one, until the caller's channel ends.

A leg that cannot be made costs a blind hand-over only the listening, a warm one the hand-over.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from ivr.handover_ports import CallerMoved, HandoverFailed, PersonAnswered, PersonPressed, PersonTalks
from ivr.telephony.ari_commands import (
    AddChannels,
    ContinueInDialplan,
    CreateBridge,
    DestroyBridge,
    HangUpChannel,
    Originate,
    SetVariable,
    Snoop,
    Subscribe,
)
from ivr.telephony.callflow_values import (
    CloseLink,
    ConnectLink,
    DismissAsked,
    Done,
    Failed,
    JoinAsked,
    OpenMedia,
    PrepareLink,
    SetTimer,
    Tell,
    Thing,
    TimedOut,
    bridge_prefix,
    joint_prefix,
    media_prefix,
    person_prefix,
)
from ivr.telephony.events import (
    BridgeDestroyed,
    ChannelDestroyed,
    ChannelDtmfReceived,
    Dial,
    StasisEnd,
    StasisStart,
)

if TYPE_CHECKING:
    from typing import Literal

    from ivr.handover_ports import HandoverOrder
    from ivr.telephony.callflow_values import CallCommand, Commands, FlowEvent, FlowPolicy

FORMATS = "alaw"
"""Of the person's leg: left to itself, Asterisk (22.10.1) takes linear sound of 192 kHz and loses the caller's."""
BUSY = 17
UNREACHABLE = frozenset({1, 3, 18, 20, 27, 28, 38, 41})
"""Q.850 causes of a phone that is not there, or cannot be reached."""


class Stage(Enum):
    """Where a hand-over is."""

    OPENING = auto()
    """The second leg is being made; warm: the person's phone rings already."""
    BRIEFING = auto()
    SNOOPING = auto()
    """Blind: the snoop channels are being made before the caller leaves."""
    MOVING = auto()
    """The caller is on the way: into the joint bridge, or into the dialplan."""
    MOVED = auto()
    FAILED = auto()


class HandoverFlow:
    """A call's ``number``th hand-over; ``bridge`` is the call's own."""

    def __init__(self, caller: str, call_id: str, bridge: str, policy: FlowPolicy, order: HandoverOrder) -> None:
        self.caller, self.bridge, self.order = caller, bridge, order
        self.open: set[Thing] = set()
        self.stage = Stage.OPENING
        self.given: list[CallCommand] = []
        self._policy = policy
        media, person = media_prefix(policy.app), person_prefix(policy.app)
        self.media, self.snoop_in, self.snoop_out = (f"{media}{kind}.{call_id}." for kind in ("person", "in", "out"))
        self.person = f"{person}{call_id}."
        self.person_bridge = f"{bridge_prefix(policy.app)}person.{call_id}"
        self.joint = f"{joint_prefix(policy.app)}{call_id}"
        self._channels = {
            self.person: Thing.PERSON,
            self.media: Thing.PERSON_MEDIA,
            self.snoop_in: Thing.SNOOP_IN,
            self.snoop_out: Thing.SNOOP_OUT,
        }
        self._bridges = {self.person_bridge: Thing.PERSON_BRIDGE, self.joint: Thing.JOINT}
        self._entered: set[str] = set()
        self._leg_made = False

    @property
    def names(self) -> tuple[str, ...]:
        """Ids of the channels and bridges that it may make."""
        return (*self._channels, *self._bridges)

    @property
    def warm(self) -> bool:
        """Whether a person is asked first."""
        return self.order.mode == "warm"

    @property
    def joined(self) -> bool:
        """Whether the caller is in a bridge of ours with the person."""
        return self.warm and self.stage is Stage.MOVED

    @property
    def leaving(self) -> bool:
        """Blind: whether the caller has been told to go on in the dialplan."""
        return not self.warm and self.stage is Stage.MOVING

    @property
    def listening(self) -> bool:
        """Whether the snoop channels are there."""
        return {Thing.SNOOP_IN, Thing.SNOOP_OUT} <= self.open

    def begin(self) -> Commands:
        """Make the second leg; a person's phone rings at once."""
        self.open |= {Thing.PERSON_LINK, Thing.PERSON_MEDIA, Thing.PERSON_BRIDGE}
        leg: Commands = (
            PrepareLink("person"),
            OpenMedia(self.media),
            ConnectLink("person"),
            CreateBridge(self.person_bridge),
        )
        if not self.warm:
            return self._give(*leg)
        self.open.add(Thing.PERSON)
        return self._give(self._ring(), SetTimer("person", self.order.wait), *leg)

    def _ring(self) -> Originate:
        order = self.order
        return Originate(
            self.person,
            f"Local/{order.target}@{self._policy.consult_context}/n",
            app=self._policy.app,
            caller_id=order.caller_id,
            timeout=max(1, round(order.wait)),
            formats=FORMATS,
            variables={**order.variables, "IVR_WAIT": str(max(1, round(order.wait)))},
        )

    def _give(self, *commands: CallCommand) -> Commands:
        self.given += commands
        return commands

    # --- events --------------------------------------------------------------------------------

    def handle(self, event: FlowEvent) -> Commands | None:
        """Take an event; None when it is none of the hand-over's."""
        match event:
            case Done(command) | Failed(command) if command in self.given:
                self.given.remove(command)
                return self._settled(command, failed=isinstance(event, Failed))
            case StasisStart(channel) if channel.id in self._channels:
                self._entered.add(channel.id)
                return self._go_on()
            case StasisEnd(channel) | ChannelDestroyed(channel) if channel.id in self._channels:
                cause = event.cause if isinstance(event, ChannelDestroyed) else 0
                return self._channel_gone(self._channels[channel.id], cause)
            case BridgeDestroyed(bridge) if bridge.id in self._bridges:
                self.open.discard(self._bridges[bridge.id])
                return self._broke()
            case ChannelDtmfReceived(channel, digit) if channel.id == self.person:
                return (Tell(PersonPressed(digit)),) if self.stage is Stage.BRIEFING else ()
            case Dial(_, "ANSWER", self.caller):
                return (Tell(PersonTalks()),) if not self.warm and self.stage is Stage.MOVED else None
            case _:
                return self._asked(event)

    def _asked(self, event: FlowEvent) -> Commands | None:
        match event:
            case JoinAsked():
                return self._join() if self.stage is Stage.BRIEFING else ()
            case DismissAsked():
                return self.fail("hung_up") if self.stage in {Stage.OPENING, Stage.BRIEFING} and self.warm else ()
            case TimedOut("person"):
                return self.fail("no_answer") if self.stage is Stage.OPENING else ()
            case _:
                return None

    def _settled(self, command: CallCommand, *, failed: bool) -> Commands:
        match command:
            case HangUpChannel(channel):
                self.open.discard(self._channels[channel])
            case DestroyBridge(bridge):
                self.open.discard(self._bridges[bridge])
            case CloseLink():
                self.open.discard(Thing.PERSON_LINK)
            case Snoop() | Subscribe() | SetVariable() if failed:
                return self._go_on() if isinstance(command, Subscribe | SetVariable) else self._deaf()
            case AddChannels(bridge) if self.stage is Stage.MOVED and bridge != self.joint:
                pass
            case _ if failed:
                return self._broke()
            case CreateBridge(self.person_bridge):
                self._leg_made = True
                return self._go_on()
            case AddChannels(self.person_bridge, members) if self.person in members:
                return self._give_news()
            case AddChannels(self.joint) if self.stage is Stage.MOVING:
                self.stage = Stage.MOVED
                return (Tell(CallerMoved()), *self._snoop())
            case _:
                pass
        return ()

    def _give_news(self) -> Commands:
        if self.stage is not Stage.OPENING:
            return ()
        self.stage = Stage.BRIEFING
        return (Tell(PersonAnswered()),)

    def _go_on(self) -> Commands:
        """Take the next step if all it needs is there."""
        ready = self._leg_made and self.media in self._entered
        snooped = {self.snoop_in, self.snoop_out} <= self._entered
        match self.stage:
            case Stage.OPENING if ready and self.warm and self.person in self._entered:
                self._entered.discard(self.person)
                return self._give(AddChannels(self.person_bridge, (self.media, self.person)))
            case Stage.OPENING if ready and not self.warm:
                self.stage = Stage.SNOOPING
                return self._snoop()
            case Stage.SNOOPING if snooped:
                return (*self._listen_out(), *self._leave())
            case Stage.MOVED if snooped and self.warm:
                self._entered.clear()
                return (*self._give(AddChannels(self.bridge, (self.snoop_in,))), *self._listen_out())
            case _:
                return ()

    def _snoop(self) -> Commands:
        self.open |= {Thing.SNOOP_IN, Thing.SNOOP_OUT}
        app = self._policy.app
        return self._give(
            Snoop(self.caller, self.snoop_in, app, "in"),
            Snoop(self.caller, self.snoop_out, app, "out"),
        )

    def _listen_out(self) -> Commands:
        return self._give(AddChannels(self.person_bridge, (self.media, self.snoop_out)))

    # --- moving --------------------------------------------------------------------------------

    def _join(self) -> Commands:
        self.stage = Stage.MOVING
        self.open.add(Thing.JOINT)
        return self._give(CreateBridge(self.joint), AddChannels(self.joint, (self.caller, self.person)))

    def _leave(self) -> Commands:
        self.stage = Stage.MOVING
        wait = str(max(1, round(self.order.wait)))
        variables = {**self.order.variables, "IVR_WAIT": wait}
        return self._give(
            Subscribe(self._policy.app, f"channel:{self.caller}"),
            *(SetVariable(self.caller, name, value) for name, value in variables.items() if value),
            ContinueInDialplan(self.caller, self._policy.transfer_context, self.order.target),
        )

    def caller_left(self) -> Commands:
        """Blind: the dialplan has the caller; listen on, where that can be."""
        self.stage = Stage.MOVED
        if not self.listening:
            return ()
        return (Tell(CallerMoved()), *self._give(AddChannels(self.bridge, (self.snoop_in,))))

    # --- ending --------------------------------------------------------------------------------

    def _channel_gone(self, thing: Thing, cause: int) -> Commands:
        self.open.discard(thing)
        if thing is Thing.PERSON:
            return self.fail(_why(cause) if self.stage is Stage.OPENING else "hung_up")
        return self._broke() if thing is Thing.PERSON_MEDIA else self._deaf()

    def _broke(self) -> Commands:
        """Give up what cannot be without a part of the second leg that failed."""
        if self.stage is Stage.MOVED:
            return ()
        if self.warm or self.stage is Stage.MOVING:
            return self.fail("failed")
        closing = self.close(with_link=True)
        return (*closing, *self._leave()) if self.stage in {Stage.OPENING, Stage.SNOOPING} else closing

    def _deaf(self) -> Commands:
        """Go on without the snoop channels: one could not be made, or is gone."""
        return self._broke() if self.stage is Stage.SNOOPING else ()

    def fail(self, reason: Literal["no_answer", "busy", "unreachable", "hung_up", "failed"]) -> Commands:
        """Give up; the caller is the agent's again. After the move nothing is left to give up."""
        if self.stage in {Stage.FAILED, Stage.MOVED}:
            return ()
        back: Commands = ()
        if self.warm and self.stage is Stage.MOVING:
            back = self._give(AddChannels(self.bridge, (self.caller,)))
        self.stage = Stage.FAILED
        return (Tell(HandoverFailed(reason)), *back, *self.close(with_link=True))

    def close(self, *, with_link: bool) -> Commands:
        """Close whatever may be open and is not being closed; the link only when no session uses it."""
        commands: list[CallCommand] = [
            HangUpChannel(channel) for channel, thing in self._channels.items() if thing in self.open
        ]
        commands += [DestroyBridge(bridge) for bridge, thing in self._bridges.items() if thing in self.open]
        if with_link and Thing.PERSON_LINK in self.open:
            commands.append(CloseLink("person"))
        return self._give(*(command for command in commands if command not in self.given))


def _why(cause: int) -> Literal["no_answer", "busy", "unreachable"]:
    if cause == BUSY:
        return "busy"
    return "unreachable" if cause in UNREACHABLE else "no_answer"
