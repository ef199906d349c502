"""The flow's rows one by one; that no order of events leaks anything is proved in test_callflow_orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.dialogue.outcome import Outcome
from ivr.handover_ports import HandoverOrder, PersonTalks
from ivr.telephony.ari_commands import (
    AddChannels,
    Answer,
    ContinueInDialplan,
    CreateBridge,
    DestroyBridge,
    HangUpChannel,
)
from ivr.telephony.callflow import CallFlow
from ivr.telephony.callflow_values import (
    CallerLost,
    CallState,
    CancelSession,
    CloseLink,
    ConnectLink,
    Done,
    Failed,
    FlowPolicy,
    HandoverAsked,
    HangUpAsked,
    Leave,
    OpenMedia,
    PbxGone,
    PrepareLink,
    Press,
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
    Dial,
    StasisEnd,
    StasisStart,
    UnknownEvent,
)
from ivr.telephony.handover_flow import Stage

if TYPE_CHECKING:
    from ivr.ports import HangUp
    from ivr.telephony.callflow_values import CallCommand

CALLER, MEDIA, BRIDGE = "1795.1", "ivr-media-1795-1.", "ivr-bridge-1795-1"
POLICY = FlowPolicy(transfer_context="ivr-transfer")
CLOSE_REMOTE = (HangUpChannel(CALLER), HangUpChannel(MEDIA), DestroyBridge(BRIDGE))


def new_flow() -> CallFlow:
    return CallFlow(CALLER, "1795-1", POLICY)


def talking() -> CallFlow:
    flow = new_flow()
    flow.handle(StasisStart(Channel(CALLER, state="Ring")))
    for event in (
        Done(PrepareLink()),
        Done(Answer(CALLER)),
        StasisStart(Channel(MEDIA)),
        Done(OpenMedia(MEDIA)),
        Done(ConnectLink()),
        Done(CreateBridge(BRIDGE)),
        Done(AddChannels(BRIDGE, (CALLER, MEDIA))),
        Done(StartSession()),
    ):
        flow.handle(event)
    assert flow.state is CallState.TALKING
    return flow


def told(commands: tuple[CallCommand, ...]) -> HangUp:
    [leave] = [command for command in commands if isinstance(command, Leave)]
    return leave.hangup


def close(flow: CallFlow) -> None:
    for command in (*CLOSE_REMOTE, CloseLink()):
        flow.handle(Done(command))


def test_no_media_legs_id_begins_another_ones() -> None:
    """Asterisk would refuse the shorter one while the longer one lives."""
    first, second = CallFlow("1795.1", "1795-1", POLICY), CallFlow("1795.10", "1795-10", POLICY)
    assert not second.media.startswith(first.media)


def test_a_call_is_set_up_step_by_step() -> None:
    flow = new_flow()
    assert flow.handle(StasisStart(Channel(CALLER, state="Ring"))) == (SetTimer("setup", 10.0), PrepareLink())
    assert flow.handle(Done(PrepareLink())) == (Answer(CALLER),)
    assert flow.handle(Done(Answer(CALLER))) == (OpenMedia(MEDIA),)
    assert flow.handle(Done(OpenMedia(MEDIA))) == (ConnectLink(),)
    assert flow.handle(Done(ConnectLink())) == ()
    assert flow.handle(StasisStart(Channel(MEDIA))) == (CreateBridge(BRIDGE),)
    assert flow.handle(Done(CreateBridge(BRIDGE))) == (AddChannels(BRIDGE, (CALLER, MEDIA)),)
    assert flow.handle(Done(AddChannels(BRIDGE, (CALLER, MEDIA)))) == (StartSession(), SetTimer("media", 10.0))
    assert flow.state is CallState.TALKING


def test_the_bridge_waits_for_the_post_when_the_media_leg_is_faster() -> None:
    flow = new_flow()
    flow.handle(StasisStart(Channel(CALLER, state="Ring")))
    flow.handle(Done(PrepareLink()))
    flow.handle(Done(Answer(CALLER)))
    assert flow.handle(StasisStart(Channel(MEDIA))) == ()
    assert flow.handle(Done(OpenMedia(MEDIA))) == (ConnectLink(),)
    assert flow.handle(Done(ConnectLink())) == (CreateBridge(BRIDGE),)


def test_a_line_that_is_up_already_is_not_answered_again() -> None:
    flow = new_flow()
    flow.handle(StasisStart(Channel(CALLER, state="Up")))
    assert flow.handle(Done(PrepareLink())) == (OpenMedia(MEDIA),)


def test_a_caller_who_hangs_up_ends_the_call_and_is_not_hung_up_again() -> None:
    flow = talking()
    flow.handle(ChannelHangupRequest(Channel(CALLER), cause=16))
    commands = flow.handle(StasisEnd(Channel(CALLER)))
    assert told(commands).by == "caller"
    assert told(commands).outcome is Outcome.CALLER_HUNG_UP
    assert commands[2:] == (HangUpChannel(MEDIA), DestroyBridge(BRIDGE))
    assert flow.handle(SessionEnded()) == (CloseLink(),)
    close(flow)
    assert flow.over


def test_the_link_stays_open_until_the_session_has_let_go_of_it() -> None:
    flow = talking()
    assert CloseLink() not in flow.handle(StasisEnd(Channel(CALLER)))
    for command in CLOSE_REMOTE:
        assert flow.handle(Done(command)) == ()
    assert not flow.over
    assert flow.handle(SessionEnded()) == (CloseLink(),)
    flow.handle(Done(CloseLink()))
    assert flow.over


def test_an_agent_that_has_finished_hangs_up_the_line() -> None:
    flow = talking()
    assert flow.handle(SessionEnded()) == (*CLOSE_REMOTE, CloseLink())
    assert flow.ending is not None
    assert flow.ending.outcome is Outcome.COMPLETED


def test_hanging_up_twice_is_once() -> None:
    flow = talking()
    assert flow.handle(HangUpAsked("busy"))[2] == HangUpChannel(CALLER, "busy")
    assert flow.handle(HangUpAsked()) == ()


def test_a_session_that_does_not_end_in_time_is_cancelled() -> None:
    flow = talking()
    assert SetTimer("leave", 5.0) in flow.handle(StasisEnd(Channel(CALLER)))
    assert flow.handle(TimedOut("leave")) == (CancelSession(),)
    assert flow.handle(SessionEnded()) == (CloseLink(),)
    assert flow.handle(TimedOut("leave")) == ()


def test_no_audio_in_time_ends_the_call_as_no_media() -> None:
    assert told(talking().handle(TimedOut("media", heard=False))).outcome is Outcome.NO_MEDIA
    assert talking().handle(TimedOut("media", heard=True)) == ()


@pytest.mark.parametrize(
    "event",
    [StasisEnd(Channel(MEDIA)), ChannelDestroyed(Channel(MEDIA), 44), BridgeDestroyed(Bridge(BRIDGE))],
)
def test_a_media_leg_or_bridge_that_dies_takes_the_call_with_it(event: StasisEnd) -> None:
    hangup = told(talking().handle(event))
    assert (hangup.by, hangup.outcome) == ("pbx", Outcome.PBX_FAILED)


def test_a_pbx_that_is_gone_fails_the_call() -> None:
    hangup = told(talking().handle(PbxGone()))
    assert (hangup.by, hangup.outcome) == ("pbx", Outcome.PBX_FAILED)


def test_a_caller_who_left_unseen_has_hung_up() -> None:
    assert told(talking().handle(CallerLost())).outcome is Outcome.CALLER_HUNG_UP


def test_keys_of_the_caller_reach_the_session_while_it_talks() -> None:
    assert talking().handle(ChannelDtmfReceived(Channel(CALLER), "5")) == (Press("5"),)
    assert talking().handle(ChannelDtmfReceived(Channel(MEDIA), "5")) == ()
    assert new_flow().handle(ChannelDtmfReceived(Channel(CALLER), "5")) == ()


def test_our_own_hangup_request_carries_no_cause() -> None:
    flow = talking()
    flow.handle(ChannelHangupRequest(Channel(CALLER), cause=32, soft=True))
    assert told(flow.handle(StasisEnd(Channel(CALLER)))).cause == 16


def test_a_transferred_caller_is_let_go_and_the_rest_is_closed() -> None:
    flow = talking()
    move = ContinueInDialplan(CALLER, "ivr-transfer", "2000")
    assert flow.handle(TransferAsked("2000")) == (move,)
    commands = flow.handle(Done(move))
    assert flow.transferred
    assert told(commands).outcome is Outcome.TRANSFERRED
    assert commands[2:] == (HangUpChannel(MEDIA), DestroyBridge(BRIDGE))


def test_a_transfer_is_also_done_when_the_caller_leaves_before_its_answer() -> None:
    flow = talking()
    flow.handle(TransferAsked("2000"))
    assert told(flow.handle(StasisEnd(Channel(CALLER)))).outcome is Outcome.TRANSFERRED


def test_a_caller_who_hangs_up_during_a_transfer_was_not_transferred() -> None:
    flow = talking()
    flow.handle(TransferAsked("2000"))
    flow.handle(ChannelHangupRequest(Channel(CALLER), cause=16))
    assert told(flow.handle(StasisEnd(Channel(CALLER)))).outcome is Outcome.CALLER_HUNG_UP
    assert not flow.transferred


def test_a_refused_transfer_leaves_the_call_as_it_was() -> None:
    flow = talking()
    [move] = flow.handle(TransferAsked("nowhere"))
    assert flow.handle(Failed(move)) == ()
    assert flow.state is CallState.TALKING
    assert flow.handle(TransferAsked("2000")) != ()


def test_whoever_answers_a_caller_that_went_on_in_the_dialplan_is_told_of_once_they_have_them() -> None:
    flow = talking()
    flow.handle(HandoverAsked(HandoverOrder("2000", "blind")))
    assert flow.handover is not None
    flow.handover.stage = Stage.MOVED
    person = Channel("person")
    assert flow.handle(Dial(person, "RINGING", CALLER)) == ()
    assert flow.handle(Dial(person, "ANSWER", "someone-else")) == ()
    assert flow.handle(Dial(person, "ANSWER", CALLER)) == (Tell(PersonTalks()),)


def test_without_a_port_the_caller_is_refused_before_the_answer() -> None:
    flow = new_flow()
    flow.handle(StasisStart(Channel(CALLER, state="Ring")))
    assert flow.handle(Failed(PrepareLink())) == (HangUpChannel(CALLER, "congestion"), CloseLink())
    flow.handle(Done(HangUpChannel(CALLER, "congestion")))
    flow.handle(Done(CloseLink()))
    assert flow.over


def test_a_media_leg_whose_request_failed_is_hung_up_all_the_same() -> None:
    flow = new_flow()
    flow.handle(StasisStart(Channel(CALLER, state="Up")))
    flow.handle(Done(PrepareLink()))
    assert HangUpChannel(MEDIA) in flow.handle(Failed(OpenMedia(MEDIA)))


def test_a_media_leg_that_never_enters_runs_into_the_set_up_timer() -> None:
    flow = new_flow()
    flow.handle(StasisStart(Channel(CALLER, state="Up")))
    for done in (PrepareLink(), OpenMedia(MEDIA), ConnectLink()):
        flow.handle(Done(done))
    commands = flow.handle(TimedOut("setup"))
    assert commands == (HangUpChannel(CALLER, "congestion"), HangUpChannel(MEDIA), CloseLink())


def test_a_session_that_cannot_start_fails_the_call() -> None:
    flow = talking()
    assert CloseLink() in flow.handle(Failed(StartSession()))
    assert flow.ending is not None
    assert flow.ending.outcome is Outcome.AGENT_FAILED


def test_events_without_meaning_for_a_call_are_ignored() -> None:
    flow = talking()
    assert flow.handle(UnknownEvent("ContactStatusChange", {})) == ()
    assert flow.handle(BridgeDestroyed(Bridge("another"))) == ()
    assert flow.state is CallState.TALKING
