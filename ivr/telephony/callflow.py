"""One call's control, without I/O: events in, commands out.

``WAITING PREPARING ANSWERING OPENING BRIDGING JOINING TALKING CLOSING OVER``: any failure, time-out or hang-up on
the way goes to CLOSING, which closes whatever may be open and is OVER when nothing is.

Commands are carried out one after the other, in the order given, and each is answered by ``Done`` or ``Failed``.
A thing counts as open from the moment its command is *given*: an answer that got lost must not leak it.
The media leg's StasisStart may come before its own POST is answered, so its id is chosen first and the bridge
waits for both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, assert_never

from ivr.dialogue.outcome import Outcome
from ivr.handover_ports import HandoverFailed
from ivr.ports import HangUp
from ivr.telephony.ari_commands import (
    AddChannels,
    Answer,
    ContinueInDialplan,
    CreateBridge,
    DestroyBridge,
    HangUpChannel,
    Originate,
    Reason,
    SetVariable,
    Snoop,
    Subscribe,
)
from ivr.telephony.callflow_values import (
    CallerLost,
    CallState,
    CancelSession,
    CloseLink,
    ConnectLink,
    DismissAsked,
    Done,
    Failed,
    HandoverAsked,
    HangUpAsked,
    JoinAsked,
    Leave,
    OpenMedia,
    PbxGone,
    PrepareLink,
    Press,
    SessionEnded,
    SetTimer,
    StartSession,
    Tell,
    Thing,
    TimedOut,
    TransferAsked,
    bridge_prefix,
    media_id,
)
from ivr.telephony.causes import LineEnd, outcome_of
from ivr.telephony.events import (
    AriEvent,
    BridgeDestroyed,
    ChannelDestroyed,
    ChannelDtmfReceived,
    ChannelHangupRequest,
    StasisEnd,
    StasisStart,
)
from ivr.telephony.handover_flow import HandoverFlow, Stage

if TYPE_CHECKING:
    from ivr.handover_ports import HandoverOrder
    from ivr.telephony.callflow_values import CallCommand, Commands, FlowEvent, FlowPolicy, Timer


class CallFlow:
    """The control of one call, beginning with the StasisStart of the channel ``caller``."""

    def __init__(self, caller: str, call_id: str, policy: FlowPolicy) -> None:
        self.caller = caller
        self.media = media_id(policy.app, call_id)
        self.bridge = bridge_prefix(policy.app) + call_id
        self.state = CallState.WAITING
        self.open: set[Thing] = set()
        self.transferred = False
        self.handover: HandoverFlow | None = None
        """The last one that was begun."""
        self.ending: HangUp | None = None
        """How the line ended, once it did."""
        self._policy = policy
        self._call_id = call_id
        self._answered = False
        self._transferring = self._hung_up = False
        self._media_made = self._media_entered = False
        self._cause, self._sip = 16, 0

    @property
    def over(self) -> bool:
        """Whether nothing is open any more."""
        return self.state is CallState.OVER

    @property
    def everything(self) -> set[Thing]:
        """What is open, a hand-over's things included."""
        return self.open | self.handover.open if self.handover is not None else self.open

    @property
    def closing(self) -> bool:
        """Whether the call has ended or is ending."""
        return self.state in {CallState.CLOSING, CallState.OVER}

    def handle(self, event: FlowEvent) -> Commands:
        """Take one event; answers what to do, in order."""
        commands = self._handle(event)
        if self.state is CallState.CLOSING and not self.everything:
            self.state = CallState.OVER
        return commands

    def _handle(self, event: FlowEvent) -> Commands:
        handed = self.handover.handle(event) if self.handover is not None else None
        if handed is not None:
            return (*handed, *self._after_handover())
        match event:
            case Done(command):
                return self._closed(command) if self.closing else self._done(command)
            case Failed(command, gone):
                return self._failed(command, gone=gone)
            case SessionEnded():
                return self._session_ended()
            case HangUpAsked(reason):
                return self._close(self._end("agent"), reason)
            case TransferAsked(target):
                return self._transfer(target)
            case HandoverAsked(order):
                return self._hand_over(order)
            case JoinAsked() | DismissAsked():
                return ()
            case TimedOut(timer, heard):
                return self._timed_out(timer, heard=heard)
            case CallerLost():
                return self._left(self.caller)
            case PbxGone():
                return self._close(self._end("pbx", Outcome.PBX_FAILED))
            case _:
                return self._heard_from_asterisk(event)

    def _heard_from_asterisk(self, event: AriEvent) -> Commands:
        match event:
            case StasisStart(channel) if channel.id == self.caller and self.state is CallState.HANDED_OVER:
                return self._close(self._end("person", Outcome.TRANSFERRED))
            case StasisStart(channel):
                return self._entered(channel.id, up=channel.state == "Up")
            case StasisEnd(channel):
                return self._left(channel.id)
            case ChannelDestroyed(channel, cause, sip):
                self._note_cause(channel.id, cause, sip)
                return self._left(channel.id)
            case ChannelHangupRequest(channel, cause, sip, soft):
                self._note_cause(channel.id, 0 if soft else cause, sip)
                self._hung_up = self._hung_up or channel.id == self.caller
                self._transferring = self._transferring and channel.id != self.caller
                return ()
            case ChannelDtmfReceived(channel, digit):
                talking = self.state is CallState.TALKING and channel.id == self.caller
                return (Press(digit),) if talking else ()
            case BridgeDestroyed(bridge):
                return self._bridge_gone(bridge.id)
            case _:
                return ()

    # --- setting up --------------------------------------------------------------------------

    def _entered(self, channel: str, *, up: bool) -> Commands:
        if channel == self.caller and self.state is CallState.WAITING:
            self.state = CallState.PREPARING
            self.open |= {Thing.CALLER, Thing.LINK}
            self._answered = up
            return SetTimer("setup", self._policy.setup_timeout), PrepareLink()
        if channel == self.media and self.state is CallState.OPENING:
            self._media_entered = True
            return self._media_ready()
        return ()

    def _done(self, command: CallCommand) -> Commands:
        match self.state, command:
            case CallState.PREPARING, PrepareLink():
                if self._answered:
                    return self._open_media()
                self.state = CallState.ANSWERING
                return (Answer(self.caller),)
            case CallState.ANSWERING, Answer():
                self._answered = True
                return self._open_media()
            case CallState.OPENING, OpenMedia():
                return (ConnectLink(),)
            case CallState.OPENING, ConnectLink():
                self._media_made = True
                return self._media_ready()
            case CallState.BRIDGING, CreateBridge():
                self.state = CallState.JOINING
                return (AddChannels(self.bridge, (self.caller, self.media)),)
            case CallState.JOINING, AddChannels():
                self.state = CallState.TALKING
                self.open.add(Thing.SESSION)
                return StartSession(), SetTimer("media", self._policy.media_timeout)
            case CallState.TALKING, ContinueInDialplan():
                return self._moved_on()
            case _:
                return ()

    def _open_media(self) -> Commands:
        self.state = CallState.OPENING
        self.open.add(Thing.MEDIA)
        return (OpenMedia(self.media),)

    def _media_ready(self) -> Commands:
        if not (self._media_made and self._media_entered):
            return ()
        self.state = CallState.BRIDGING
        self.open.add(Thing.BRIDGE)
        return (CreateBridge(self.bridge),)

    def _failed(self, command: CallCommand, *, gone: bool) -> Commands:
        if isinstance(command, StartSession):
            self.open.discard(Thing.SESSION)
        if self.closing:
            return self._closed(command)
        match command:
            case Answer() | AddChannels() if gone:
                return self._close(self._end("caller"))
            case PrepareLink():
                return self._close(self._end("pbx", Outcome.CONGESTION), "congestion")
            case ContinueInDialplan():
                self._transferring = False
                return ()
            case StartSession():
                return self._close(self._end("pbx", Outcome.AGENT_FAILED), "failure")
            case Press() | Leave() | CancelSession() | SetTimer() | CloseLink() | HangUpChannel() | DestroyBridge():
                return ()
            case Tell() | Originate() | Snoop() | Subscribe() | SetVariable():
                return ()
            case Answer() | OpenMedia() | ConnectLink() | CreateBridge() | AddChannels():
                return self._close(self._end("pbx", Outcome.PBX_FAILED), "congestion")
            case never:
                assert_never(never)

    def _timed_out(self, timer: Timer, *, heard: bool) -> Commands:
        match timer:
            case "setup" if self.state is not CallState.TALKING:
                return self._close(self._end("pbx", Outcome.PBX_FAILED), "congestion")
            case "media" if self.state is CallState.TALKING and not heard:
                return self._close(self._end("pbx", Outcome.NO_MEDIA))
            case "leave" if Thing.SESSION in self.open:
                return (CancelSession(),)
            case _:
                return ()

    # --- leaving -----------------------------------------------------------------------------

    def _note_cause(self, channel: str, cause: int, sip: int) -> None:
        if channel == self.caller:
            self._cause, self._sip = cause or self._cause, sip or self._sip

    def _left(self, channel: str) -> Commands:
        if channel == self.media:
            self.open.discard(Thing.MEDIA)
            if self.state is CallState.HANDED_OVER:
                return ()
            return self._close(self._end("pbx", Outcome.PBX_FAILED)) if self.state is not CallState.WAITING else ()
        if channel != self.caller or self.state is CallState.WAITING:
            return ()
        if self._transferring:
            return self._moved_on()
        self.open.discard(Thing.CALLER)
        if self.handover is not None and self.handover.leaving and not self._hung_up:
            return self._left_for_person(self.handover)
        return self._close(self._end("caller", Outcome.TRANSFERRED if self.transferred else None))

    def _bridge_gone(self, bridge: str) -> Commands:
        if bridge != self.bridge or Thing.BRIDGE not in self.open:
            return ()
        self.open.discard(Thing.BRIDGE)
        if self.state is CallState.HANDED_OVER:
            return ()
        return self._close(self._end("pbx", Outcome.PBX_FAILED))

    def _session_ended(self) -> Commands:
        self.open.discard(Thing.SESSION)
        if not self.closing:
            return self._close(self._end("agent", Outcome.TRANSFERRED if self.transferred else None))
        own: Commands = (CloseLink(),) if Thing.LINK in self.open else ()
        return (*own, *self._close_handover())

    def _transfer(self, target: str) -> Commands:
        if self.state is not CallState.TALKING or self._transferring:
            return ()
        self._transferring = True
        return (ContinueInDialplan(self.caller, self._policy.transfer_context, target),)

    # --- handing over ------------------------------------------------------------------------

    def _hand_over(self, order: HandoverOrder) -> Commands:
        busy = self.handover is not None and self.handover.open
        if self.state is not CallState.TALKING or self._transferring or busy:
            return (Tell(HandoverFailed()),)
        self.handover = HandoverFlow(self.caller, self._call_id, self.bridge, self._policy, order)
        return self.handover.begin()

    def _after_handover(self) -> Commands:
        """Take note of where the hand-over has got to."""
        handover = self.handover
        if handover is None or self.closing:
            return self._close_handover() if self.closing else ()
        if self.state is CallState.TALKING and handover.joined:
            self.state, self.transferred = CallState.HANDED_OVER, True
        if self.state is not CallState.HANDED_OVER:
            return ()
        ended = Thing.PERSON not in handover.open if handover.joined else Thing.SNOOP_IN not in handover.open
        return self._close(self._end("person", Outcome.TRANSFERRED)) if ended else ()

    def _left_for_person(self, handover: HandoverFlow) -> Commands:
        self.transferred = True
        commands = handover.caller_left()
        if not handover.listening:
            return (*commands, *self._close(self._end("agent", Outcome.TRANSFERRED)))
        self.state = CallState.HANDED_OVER
        return commands

    def _close_handover(self) -> Commands:
        """Give what closes the hand-over's things; some may have been made since it was last asked."""
        if self.handover is None:
            return ()
        self.handover.stage = Stage.FAILED
        return self.handover.close(with_link=Thing.SESSION not in self.open)

    def _moved_on(self) -> Commands:
        self.transferred, self._transferring = True, False
        self.open.discard(Thing.CALLER)
        return self._close(self._end("agent", Outcome.TRANSFERRED))

    def _end(self, by: Literal["caller", "agent", "pbx", "person"], outcome: Outcome | None = None) -> HangUp:
        if outcome is None and by != "person":
            outcome = outcome_of(LineEnd(self._cause, self._sip, answered=self._answered, by=by))
        return HangUp(self._cause, self._sip, by, outcome)

    def _close(self, hangup: HangUp, reason: Reason = "normal") -> Commands:
        """Close whatever may be open; the link only once no session uses it."""
        if self.closing:
            return ()
        self.state, self.ending = CallState.CLOSING, hangup
        commands: list[CallCommand] = []
        if Thing.SESSION in self.open:
            commands += [Leave(hangup), SetTimer("leave", self._policy.leave_timeout)]
        if Thing.CALLER in self.open:
            commands.append(HangUpChannel(self.caller, reason))
        if Thing.MEDIA in self.open:
            commands.append(HangUpChannel(self.media))
        if Thing.BRIDGE in self.open:
            commands.append(DestroyBridge(self.bridge))
        if Thing.LINK in self.open and Thing.SESSION not in self.open:
            commands.append(CloseLink())
        return (*commands, *self._close_handover())

    def _closed(self, command: CallCommand) -> Commands:
        """Note what a closing command (done, or failed because nothing can be done about it) has settled."""
        match command:
            case HangUpChannel(channel_id):
                self.open.discard(Thing.CALLER if channel_id == self.caller else Thing.MEDIA)
            case DestroyBridge():
                self.open.discard(Thing.BRIDGE)
            case CloseLink():
                self.open.discard(Thing.LINK)
            case StartSession() if Thing.SESSION not in self.open:
                return (CloseLink(),)
            case _:
                pass
        return ()
