"""Whatever happens in whatever order, a call ends with nothing left open: not here, not in Asterisk."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.handover_ports import HandoverOrder
from ivr.telephony.ari_commands import (
    AddChannels,
    Answer,
    ContinueInDialplan,
    CreateBridge,
    DestroyBridge,
    HangUpChannel,
    Originate,
    Snoop,
)
from ivr.telephony.callflow import CallFlow
from ivr.telephony.callflow_values import (
    CallerLost,
    CancelSession,
    CloseLink,
    DismissAsked,
    Done,
    Failed,
    FlowPolicy,
    HandoverAsked,
    HangUpAsked,
    JoinAsked,
    Leave,
    OpenMedia,
    PbxGone,
    PrepareLink,
    SessionEnded,
    SetTimer,
    StartSession,
    Tell,
    TimedOut,
    TransferAsked,
)
from ivr.telephony.events import (
    Bridge,
    BridgeDestroyed,
    Channel,
    ChannelDestroyed,
    ChannelDtmfReceived,
    ChannelHangupRequest,
    StasisEnd,
    StasisStart,
)

if TYPE_CHECKING:
    from ivr.telephony.callflow_values import CallCommand, FlowEvent, Timer

CALLER = "1795.1"


class World:
    """Asterisk, our own end and the clock, as far as one call can tell; carries out commands in order."""

    def __init__(self, *, stubborn: bool) -> None:
        self.flow = CallFlow(CALLER, "1795-1", FlowPolicy())
        self.channels = {CALLER}
        self.bridges: set[str] = set()
        self.links: set[str] = set()
        self.ringing = ""
        self.session = False
        self.stubborn = stubborn
        self.timers: set[Timer] = set()
        self.commands: deque[CallCommand] = deque()
        self.inbox: deque[FlowEvent] = deque([StasisStart(Channel(CALLER, state="Ring"))])

    # what may happen, one thing a step

    def deliver(self) -> None:
        if self.inbox:
            self.commands.extend(self.flow.handle(self.inbox.popleft()))

    def carry_out(self, *, fails: bool) -> None:
        if not self.commands:
            return
        command = self.commands.popleft()
        if fails and isinstance(command, PrepareLink | StartSession):
            self.inbox.append(Failed(command))
            return
        sure = HangUpChannel | DestroyBridge | CloseLink | CancelSession | Leave | Tell
        lost = fails and not isinstance(command, sure)
        gone = not self.apply(command)
        self.inbox.append(Failed(command, gone) if lost or gone else Done(command))

    def happen(self, what: str) -> None:
        match what:
            case "caller hangs up" if CALLER in self.channels:
                self.inbox.append(ChannelHangupRequest(Channel(CALLER), 16))
                self.end_channel(CALLER)
            case "caller is moved away" if CALLER in self.channels:
                self.end_channel(CALLER)
            case "caller lost" if CALLER in self.channels:
                self.channels.discard(CALLER)
                self.inbox.append(CallerLost())
            case "media dies" if self.flow.media in self.channels:
                self.end_channel(self.flow.media)
            case "bridge dies" if self.flow.bridge in self.bridges:
                self.end_bridge(self.flow.bridge)
            case "pbx restarts":
                self.channels.clear()
                self.bridges.clear()
                self.inbox.append(PbxGone())
            case "session ends" if self.session:
                self.end_session()
            case "agent hangs up":
                self.inbox.append(HangUpAsked())
            case "agent transfers":
                self.inbox.append(TransferAsked("2000"))
            case "key":
                self.inbox.append(ChannelDtmfReceived(Channel(CALLER), "1"))
            case "time passes" if self.timers:
                self.inbox.append(TimedOut(self.timers.pop()))
            case _:
                self.happen_to_handover(what)

    def happen_to_handover(self, what: str) -> None:
        match what:
            case "warm hand-over":
                self.inbox.append(HandoverAsked(HandoverOrder("2000")))
            case "blind hand-over":
                self.inbox.append(HandoverAsked(HandoverOrder("2000", "blind")))
            case "person answers" if self.ringing in self.channels:
                self.inbox.append(StasisStart(Channel(self.ringing)))
            case "person leaves" if self.ringing in self.channels:
                self.end_channel(self.ringing)
            case "person accepts":
                self.inbox.append(JoinAsked())
            case "person declines":
                self.inbox.append(DismissAsked())
            case "a snoop dies":
                for channel in [name for name in sorted(self.channels) if ".in." in name or ".out." in name][:1]:
                    self.end_channel(channel)
            case _:
                pass

    # what commands do; False when their object is gone

    def apply(self, command: CallCommand) -> bool:
        match command:
            case PrepareLink(leg):
                self.links.add(leg)
            case CloseLink(leg):
                self.links.discard(leg)
            case CreateBridge(bridge_id):
                self.bridges.add(bridge_id)
            case Answer(channel_id):
                return channel_id in self.channels
            case AddChannels(bridge_id, members):
                return bridge_id in self.bridges and set(members) <= self.channels
            case HangUpChannel(channel_id) | ContinueInDialplan(channel_id):
                return self.end_channel(channel_id)
            case DestroyBridge(bridge_id):
                return self.end_bridge(bridge_id)
            case StartSession():
                self.session = True
            case Leave():
                if not self.stubborn:
                    self.end_session()
            case CancelSession():
                self.end_session()
            case SetTimer(timer):
                self.timers.add(timer)
            case _:
                return self.make_leg(command)
        return True

    def make_leg(self, command: CallCommand) -> bool:
        match command:
            case OpenMedia(channel_id):
                self.channels.add(channel_id)
                self.inbox.append(StasisStart(Channel(channel_id)))
            case Originate(channel_id):
                self.channels.add(channel_id)
                self.ringing = channel_id
            case Snoop(channel_id, snoop_id):
                if channel_id not in self.channels:
                    return False
                self.channels.add(snoop_id)
                self.inbox.append(StasisStart(Channel(snoop_id)))
            case _:
                pass
        return True

    def end_channel(self, channel: str) -> bool:
        if channel not in self.channels:
            return False
        self.channels.discard(channel)
        self.inbox.append(StasisEnd(Channel(channel)))
        if channel != CALLER:
            self.inbox.append(ChannelDestroyed(Channel(channel), 16))
        return True

    def end_caller_for_good(self) -> None:
        """Let the caller hang up, wherever they are; what snoops on them ends too."""
        self.end_channel(CALLER)
        for channel in [name for name in self.channels if ".in." in name or ".out." in name]:
            self.end_channel(channel)

    def end_bridge(self, bridge: str) -> bool:
        if bridge not in self.bridges:
            return False
        self.bridges.discard(bridge)
        self.inbox.append(BridgeDestroyed(Bridge(bridge)))
        return True

    def end_session(self) -> None:
        if self.session:
            self.session = False
            self.inbox.append(SessionEnded())

    def run_out(self) -> None:
        """Let the rest happen: all events, all commands, all timers."""
        while self.inbox or self.commands or (self.timers and not self.flow.over):
            if self.commands:
                self.carry_out(fails=False)
            elif self.inbox:
                self.deliver()
            else:
                self.happen("time passes")


HAPPENINGS = [
    *("caller hangs up", "caller is moved away", "caller lost", "media dies", "bridge dies", "pbx restarts"),
    *("session ends", "agent hangs up", "agent transfers", "key", "time passes"),
    *("warm hand-over", "blind hand-over", "person answers", "person leaves", "person accepts", "person declines"),
    *("warm hand-over", "person answers", "person accepts", "a snoop dies"),
]
STEPS = st.lists(
    st.sampled_from(["deliver", "carry out", "deliver", "carry out", "fail", *HAPPENINGS]), min_size=1, max_size=60
)


def play(steps: list[str], *, stubborn: bool) -> World:
    world = World(stubborn=stubborn)
    for step in steps:
        if step == "deliver":
            world.deliver()
        elif step in {"carry out", "fail"}:
            world.carry_out(fails=step == "fail")
        else:
            world.happen(step)
    return world


@settings(max_examples=600, deadline=None)
@given(steps=STEPS, stubborn=st.booleans())
def test_no_order_of_events_leaves_anything_open(steps: list[str], stubborn: bool) -> None:
    world = play(steps, stubborn=stubborn)
    world.inbox.append(HangUpAsked())
    world.run_out()
    assert world.flow.over
    assert world.flow.open == set()
    assert (world.channels, world.bridges, world.links, world.session) == (set(), set(), set(), False)


@settings(max_examples=300, deadline=None)
@given(before=st.integers(0, 20), happening=st.sampled_from(HAPPENINGS), stubborn=st.booleans())
def test_every_happening_at_every_step_of_the_set_up_leaves_nothing_open(
    before: int, happening: str, stubborn: bool
) -> None:
    world = play(["deliver", "carry out"] * before, stubborn=stubborn)
    world.happen(happening)
    world.run_out()
    world.inbox.append(HangUpAsked())
    world.run_out()
    assert world.flow.over
    assert (world.channels, world.bridges, world.links, world.session) == (set(), set(), set(), False)


@settings(max_examples=300, deadline=None)
@given(steps=STEPS)
def test_a_caller_who_left_our_application_is_never_hung_up(steps: list[str]) -> None:
    world = play(steps, stubborn=False)
    while world.inbox or world.commands:
        world.carry_out(fails=False) if world.commands else world.deliver()
    if world.flow.transferred or CALLER in world.channels:
        return
    assert HangUpChannel(CALLER) not in world.flow.handle(HangUpAsked())
