"""A call from answer to hang-up: one tick hears a frame, asks the turn machine, says a frame.

Slow work (recognition, replies) runs in cancellable tasks of the session's TaskGroup and comes back through
the inbox on a later tick. Only ``_drop_*`` and ``Recognition.drop`` cancel, and only the session calls them.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.call.agent import Agent, came_back
from ivr.call.attention import attention_of
from ivr.call.ear import Ear
from ivr.call.feelings import Feelings
from ivr.call.following import Following
from ivr.call.moving import CallerMoves
from ivr.call.playout import Playout
from ivr.call.recognition import LOOK_AFTER, Recognition
from ivr.call.side_notes import note_sound_faults, note_stage, note_voice_switch
from ivr.dialogue import turn_events
from ivr.dialogue.briefing import screen_pop
from ivr.dialogue.conversation import UNRATED, Expectation
from ivr.dialogue.outcome import Outcome
from ivr.dialogue.turns import Turn, TurnTaking
from ivr.errors import IvrError
from ivr.ports import CallContext, HangUp
from ivr.trace import CALL_ID

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from ivr.call.conductor import Conductor
    from ivr.call.handover import CallerHandover, Wish
    from ivr.call.kit import AgentKit
    from ivr.call.ledger import Spoken
    from ivr.call.log import CallLog
    from ivr.call.shedding import StageChanged
    from ivr.dialogue.turn_events import Commands, TurnCommand, TurnEvent
    from ivr.handover_ports import HandoverMode
    from ivr.metadata import ToolRecord
    from ivr.ports import CallControl, CallOffer, Hints, MediaLink, VoiceStream

log = logging.getLogger(__name__)

INBOX = 64
"""Results waiting for the next tick; more than this many means that the tick stands still."""
MAX_FAILURES = 2
"""Replies in a row that may fail before the call is ended politely."""


class CallSession:
    """One call. ``run`` holds it; the conductor ticks it."""

    def __init__(
        self,
        offer: CallOffer,
        link: MediaLink,
        control: CallControl,
        kit: AgentKit,
        conductor: Conductor,
        book: CallLog,
    ) -> None:
        self._offer = offer
        self._link = link
        self._control = control
        self._kit = kit
        self._conductor = conductor
        self._book = book
        self._ear = Ear(link.rate, kit.detector, kit.policy.endpointing, kit.voice.denoiser)
        self._attention = attention_of(kit, book, lambda: conductor.shedding.allows("isolation"))
        book.feelings = Feelings(kit, lambda: conductor.shedding.allows("prosody"))
        self.stream: VoiceStream = self._ear.stream
        self._turns = TurnTaking(kit.policy.turns)
        self._playout = Playout(link.rate)
        self._silence = bytes(link.rate // 50 * 2)
        self._inbox: deque[TurnEvent] = deque(maxlen=INBOX)
        self._heard = self._silence
        self._tasks: asyncio.TaskGroup
        self._recognition: Recognition
        self._agent: Agent
        self._reply: asyncio.Task[None] | None = None
        self._moves = CallerMoves(kit, conductor, book, self._ear, link)
        self._prepared: str | None = None
        self._prompts = 0
        self._silenced_at: float | None = None
        self._failures = 0
        self._hangup: HangUp | None = None
        self._outcome: Outcome | None = None
        self._over = asyncio.Event()

    # --- as the switchboard sees it --------------------------------------------------------

    async def run(self) -> None:
        """Hold the conversation; returns when the line may be torn down."""
        CALL_ID.set(self._offer.call_id)
        await self._book.open()
        try:
            async with asyncio.TaskGroup() as tasks:
                self._tasks = tasks
                self._recognition = Recognition(
                    self._ear, self._kit, self._book, self._inbox.append, self._hints, self._attention
                )
                caller = CallContext(
                    self._offer.call_id,
                    self._offer.caller,
                    returned="returned" in self._offer.variables,
                    direction=self._offer.direction,
                )
                self._agent = Agent(self._kit, caller, self._playout, tasks)
                self._agent.on_tool = self._tool_ran
                self._agent.on_switch = lambda record: note_voice_switch(self._book.metadata, record, self.now)
                self._recognition.heed = Following(self._kit, self._agent, self._book, lambda: self.now).heed
                self._agent.mood = lambda: self._book.feelings.mood
                self._obey(self._turns.open())
                self._conductor.add(self)
                for stage in self._conductor.shedding.off:
                    note_stage(self._book.metadata, stage, self.now, on=False)
                await self._over.wait()
                await self._wind_up()
        except* Exception:
            log.exception("the session broke")
            self._outcome = Outcome.AGENT_FAILED
        finally:
            self._conductor.remove(self)
            self._ear.close()
            await self._book.close(self._outcome or Outcome.AGENT_FAILED, self._hangup, self._link.stats)

    async def _wind_up(self) -> None:
        self._conductor.remove(self)
        await self._moves.close()
        self._recognition.drop()
        self._drop_reply()
        note_sound_faults(self._book.metadata, self._recognition.sound_faults)
        if self._kit.voice.denoiser is not None:
            self._book.metadata.media["denoise_late_ticks"] = self._ear.late
        if self._hangup is None:
            await self._control.hang_up()

    @property
    def late_ticks(self) -> int:
        """Ticks so far whose clean sound was not there in time."""
        return self._ear.late

    def press(self, digit: str) -> None:
        """Take a key that the caller pressed."""
        self._inbox.append(turn_events.DigitPressed(digit))

    def move(self, target: str, mode: HandoverMode) -> None:
        """Move the caller once what is being said and done is finished, and the move announced."""
        self._moves.ask(target, mode)

    def leave(self, hangup: HangUp) -> None:
        """Learn that the line is gone."""
        self._hangup = hangup
        if self._outcome is None:
            self._outcome = hangup.outcome or Outcome.CALLER_HUNG_UP
        self._inbox.append(turn_events.CallerLeft())
        if self._moves.under_way is not None:
            self._over.set()

    # --- the tick --------------------------------------------------------------------------

    @property
    def now(self) -> float:
        """Seconds since the call's first tick, by the audio."""
        return self._ear.now

    def hear(self) -> bytes | None:
        """Take the next 20 ms from the line."""
        self._heard = self._link.receive()
        return self._ear.hear(self._heard, denoising=self._conductor.shedding.allows("denoise"))

    def step(self, probability: float | None) -> None:
        """Decide, then put the next 20 ms on the line."""
        speech = self._ear.judge(probability) if probability is not None else None
        if self._moves.under_way is not None:
            self._moves.under_way.tick(speech, self._heard)
            return
        if speech is not None:
            self._handle(speech)
        while self._inbox:
            self._handle(self._inbox.popleft())
        self._handle(turn_events.Ticked() if self._moves.wish is None else turn_events.MoveWanted())
        since = self._turns.hearing_since
        if self._turns.turn is Turn.PAUSED and since is not None and self.now - since >= LOOK_AFTER:
            self._recognition.look(self._turns.revision, since, self._tasks)
        self._speak()

    def _speak(self) -> None:
        said = self._playout.next(self.now)
        if said is not None and self._turns.turn is Turn.THINKING:
            self._book.reply_sounds(self.now, self._agent.first_text_at)
            self._handle(turn_events.ReplyStarted())
        self._turns.interruptible = self._playout.interruptible
        self._turns.remaining = self._playout.remaining
        if said is not None and self._attention is not None:
            self._attention.overhear(said, self._link.rate)
        said = said or self._silence
        self._link.send(said)
        self._book.record(self._heard, said, card=Expectation.CARD in {self._turns.expects, self._agent.expects})
        if self._playout.idle and self._prepared is None and self._reply is not None and self._reply.done():
            self._played_out()

    def fail(self, error: Exception) -> None:
        """End this call: its tick broke."""
        del error
        self._outcome = Outcome.AGENT_FAILED
        self._over.set()

    def stage_changed(self, change: StageChanged) -> None:
        """Write down that load switched a stage off, or on again."""
        note_stage(self._book.metadata, change.stage, self.now, on=change.on)

    # --- events and commands -----------------------------------------------------------------

    def _handle(self, event: TurnEvent) -> None:
        self._obey(self._turns.handle(event, self.now))

    def _obey(self, commands: Commands) -> None:
        for command in commands:
            self._do(command)

    def _do(self, command: TurnCommand) -> None:
        match command:
            case turn_events.Transcribe():
                self._recognise(command)
            case turn_events.Forget():
                self._forget()
            case turn_events.Prepare(text):
                self._prepare(text)
            case turn_events.Reply():
                self._answer(command)
            case turn_events.Prompt() if self._moves.wish is not None:
                self._announce(self._moves.wish)
            case turn_events.Prompt():
                self._prompt(command)
            case turn_events.DropReply(retract):
                self._drop_unheard(retract=retract)
            case turn_events.PauseSpeech():
                self._playout.pause()
                self._silenced_at = self.now
            case turn_events.ResumeSpeech(verdict, text, at):
                self._playout.resume()
                self._interrupted(verdict.value, at, text)
            case turn_events.StopSpeech(at, text):
                self._interrupted("interruption", at, text)
                self._drop_reply()
            case turn_events.EndCall(outcome):
                self._outcome = outcome or self._outcome or Outcome.CALLER_HUNG_UP
                self._over.set()

    def _interrupted(self, kind: str, at: float, text: str) -> None:
        silenced, self._silenced_at = self._silenced_at, None
        self._book.interrupted(kind, at, text, silenced if silenced is not None else self.now)

    # --- hearing -----------------------------------------------------------------------------

    def _recognise(self, command: turn_events.Transcribe) -> None:
        self._book.speech_paused(command.end, self.now)
        self._recognition.begin(command, self._tasks, over_agent=self._turns.turn is Turn.PAUSED)

    def _forget(self) -> None:
        self._recognition.drop()
        self._drop_prepared()

    def _hints(self) -> Hints:
        return self._agent.hints(self._turns.expects, self._turns.digits)

    # --- replying ----------------------------------------------------------------------------

    def _prepare(self, text: str) -> None:
        """Begin the answer to a turn that may not be over: no sound goes out, and no function runs, until it is."""
        self._agent.hear(text, self._recognition.hearing_of(text), upset=self._book.feelings.upsets(text))
        self._begin_reply(self._agent.reply())
        self._agent.hold()
        self._playout.pause()
        self._prepared = text

    def _drop_prepared(self) -> None:
        """Forget a prepared answer and the entry it was made for; nobody has heard anything."""
        if self._prepared is None:
            return
        self._prepared = None
        if self._reply is not None:
            self._reply.cancel()
            self._close_reply()
        self._agent.retract()

    def _answer(self, command: turn_events.Reply) -> None:
        self._moves.wished_at = self.now
        if self._prepared == command.text and self._reply is not None and self._moves.wish is None:
            self._prepared = None
            self._book.caller_turn(command.text, command.start, command.end, self.now, by_keys=command.by_keys)
            self._agent.release()
            self._playout.resume()
            return
        self._drop_prepared()
        if command.text:
            heard = UNRATED if command.by_keys else self._recognition.hearing_of(command.text)
            upset = not command.by_keys and self._book.feelings.upsets(command.text)
            self._agent.hear(command.text, heard, by_keys=command.by_keys, upset=upset)
            self._book.caller_turn(command.text, command.start, command.end, self.now, by_keys=command.by_keys)
        if self._moves.wish is not None:
            self._announce(self._moves.wish)
        else:
            self._begin_reply(self._agent.reply())

    def _announce(self, wish: Wish) -> None:
        """Tell the caller that they are moved, as somebody else wants it; nothing that they say stops that."""
        line = replace(self._agent.lines.line("transfer_to_agent"), interruptible=False)
        self._begin_reply(self._agent.recite(line), answers=False)
        self._agent.final, self._agent.transfer_to = Outcome.TRANSFERRED, wish.target

    def _prompt(self, command: turn_events.Prompt) -> None:
        self._prompts += 1
        expects, digits = self._turns.expects, self._turns.digits
        self._begin_reply(self._agent.recite(self._agent.lines.line(command.name, self._prompts)), answers=False)
        self._agent.final = command.final
        self._agent.expects, self._agent.digits = expects, digits

    def _begin_reply(self, work: Coroutine[None, None, None], *, answers: bool = True) -> None:
        self._drop_reply()
        self._agent.begin()
        self._playout.begin()
        self._reply = self._tasks.create_task(self._guard(work, answers=answers))

    async def _guard(self, work: Coroutine[None, None, None], *, answers: bool) -> None:
        """Run a reply; an engine's failure becomes an event. Only what ``answers`` shows that engines work again."""
        try:
            await work
        except IvrError as error:
            log.warning("the reply failed: %s", error)
            if self._prepared is not None:
                self._drop_prepared()
                return
            self._failures += 1
            self._playout.finish()
            if self._failures > MAX_FAILURES:
                self._agent.final = Outcome.AGENT_FAILED
            else:
                self._inbox.append(turn_events.ReplyFailed())
            return
        if answers:
            self._failures = 0
        self._playout.finish()

    def _played_out(self) -> None:
        self._turns.expects, self._turns.digits = self._agent.expects, self._agent.digits
        final, target, wish = self._agent.final, self._agent.transfer_to, self._moves.wish
        self._close_reply()
        if wish is not None and final is Outcome.AGENT_FAILED:
            final, target = Outcome.TRANSFERRED, wish.target  # it cannot even announce it, but a person can serve them
        if final is Outcome.TRANSFERRED and target:
            self._moves.follow(self._tasks.create_task(self._hand_over(self._moves.begin(target))))
        else:
            self._handle(turn_events.PlayedOut(None if wish is not None else final))

    async def _hand_over(self, handover: CallerHandover) -> None:
        """Hand the caller over; when nobody takes them the agent says so and goes on."""
        metadata = self._book.metadata
        known = (metadata.conversation_id, metadata.recording_id, self._offer.caller)
        await handover.run(self._control, screen_pop(self._agent.messages, *known, self._book.feelings.mood))
        self._moves.came_back()
        self._agent.messages += came_back()
        self._begin_reply(self._agent.reply())

    def _drop_reply(self) -> None:
        if self._reply is None:
            return
        self._reply.cancel()
        self._agent.final = None
        spoken = self._close_reply()
        asked = spoken is not None and "?" in spoken.heard
        self._turns.expects = self._agent.expects if asked else Expectation.ANY
        self._turns.digits = self._agent.digits  # who knows the number keys it before the question is over

    def _drop_unheard(self, *, retract: bool) -> None:
        """Throw a reply away before its first sound; a turn taken back still answers what the agent asked before."""
        expects, digits = self._turns.expects, self._turns.digits
        self._drop_reply()
        self._book.caller_turn_over(kept=not retract)
        if retract:
            self._agent.retract()
            self._turns.expects, self._turns.digits = expects, digits

    def _close_reply(self) -> Spoken | None:
        self._reply = None
        spoken = self._playout.close(self.now)
        if spoken is not None:
            self._agent.said(spoken)
            self._book.agent_turn(spoken, self._agent.clarifies)
        return spoken

    def _tool_ran(self, record: ToolRecord) -> None:
        self._book.tool(record, self.now)
        self._inbox.append(turn_events.ToolRan())
