"""Who has the floor: events in, commands out, one machine per call.

LISTENING --speech--> HEARING --turn over--> THINKING --first sound--> TALKING --played out--> LISTENING
TALKING --speech--> PAUSED --backchannel, noise--> TALKING
                    PAUSED --interruption--> HEARING
THINKING --speech--> HEARING (the reply is dropped; nobody has heard it)

A pause in HEARING ends the turn by ``turn_end``'s rule; from a lower probability on a reply is prepared, unheard.
any --line gone, or we ended it--> OVER
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from ivr.dialogue.bargein import Verdict, judge_interruption
from ivr.dialogue.completeness import Ending, ending_of
from ivr.dialogue.conversation import Expectation
from ivr.dialogue.endpointing import SpeechPaused, SpeechStarted
from ivr.dialogue.keypad import END, Keypad
from ivr.dialogue.outcome import Outcome
from ivr.dialogue.turn_end import turn_end_weights
from ivr.dialogue.turn_events import (
    CallerLeft,
    Commands,
    DigitPressed,
    DropReply,
    EndCall,
    Forget,
    Judged,
    MoveWanted,
    PauseSpeech,
    PlayedOut,
    Prepare,
    Prompt,
    Reply,
    ReplyFailed,
    ReplyStarted,
    ResumeSpeech,
    StopSpeech,
    Ticked,
    ToolRan,
    Transcribe,
    TurnEvent,
    Understood,
)
from ivr.dialogue.turn_learning import CallerPace
from ivr.dialogue.utterance import Utterance
from ivr.language.backchannel import is_backchannel, is_stop_word

if TYPE_CHECKING:
    from ivr.dialogue.turn_policy import TurnPolicy


class Turn(Enum):
    """Who has the floor."""

    LISTENING = "listening"
    HEARING = "hearing"
    THINKING = "thinking"
    TALKING = "talking"
    PAUSED = "paused"
    OVER = "over"


class TurnTaking:
    """The machine. ``handle(event, now)`` is its only way in; ``now`` is seconds since the call's first tick."""

    def __init__(self, policy: TurnPolicy) -> None:
        self._policy = policy
        self._turn = Turn.LISTENING
        self._utterance: Utterance | None = None
        self._revision = 0
        self._quiet_since = 0.0
        self._unanswered = 0
        self._strikes = 0
        self._keypad = Keypad(policy.key_timeout)
        self._weights = turn_end_weights()
        self._pace = CallerPace()
        self._tool_ran = False
        self._voiced = False
        self._dismissed_at = float("-inf")
        """When an unclear sound was last taken for a backchannel."""
        self.expects = Expectation.ANY
        self.digits = 0
        self.interruptible = True
        """Whether what is being said now may be interrupted (the session keeps it current)."""
        self.remaining = float("inf")
        """Seconds until the reply's end, as far as it is known (the session keeps it current)."""

    @property
    def turn(self) -> Turn:
        """Who has the floor now."""
        return self._turn

    @property
    def hearing_since(self) -> float | None:
        """When the caller's current utterance began, if there is one."""
        return self._utterance.start if self._utterance else None

    @property
    def revision(self) -> int:
        """Which state of the caller's utterance what is recognised of it must be for (as Transcribe names it)."""
        return self._revision

    def open(self) -> Commands:
        """Start the call: the agent greets."""
        self._turn = Turn.THINKING
        return (Reply("", 0.0, 0.0),)

    def handle(self, event: TurnEvent, now: float) -> Commands:
        """Take what happened; answer what to do."""
        if self._turn is Turn.OVER:
            return ()
        match event:
            case Ticked():
                return self._tick(now)
            case SpeechStarted(at):
                return self._speech_started(at)
            case SpeechPaused(at):
                return self._speech_paused(at)
            case Understood():
                return self._understood(event, now)
            case Judged(revision, probability):
                return self._judged(revision, probability, now)
            case DigitPressed(digit):
                return self._key(digit, now)
            case MoveWanted():
                return self._move_wanted() or self._tick(now)
            case CallerLeft():
                self._turn = Turn.OVER
                return (EndCall(None),)
            case ToolRan():
                self._tool_ran = True
                return ()
            case ReplyStarted() | PlayedOut() | ReplyFailed():
                return self._reply_progress(event, now)

    # --- speech --------------------------------------------------------------------------

    def _speech_started(self, at: float) -> Commands:
        self._voiced = True
        utterance = self._utterance
        match self._turn:
            case Turn.LISTENING:
                self._begin_utterance(at)
                self._turn = Turn.HEARING
                return ()
            case Turn.HEARING | Turn.PAUSED:
                return self._go_on(at)
            case Turn.THINKING:
                self._turn = Turn.HEARING
                if utterance is None or self._tool_ran:
                    self._begin_utterance(at)
                    return (DropReply(retract=False),)
                return (*self._go_on(at), DropReply(retract=True))
            case Turn.TALKING if self.interruptible:
                self._begin_utterance(at)
                self._turn = Turn.PAUSED
                return (PauseSpeech(),)
            case Turn.TALKING:
                if utterance is None:
                    self._begin_utterance(at)
                    return ()
                return self._go_on(at)
            case Turn.OVER:
                return ()

    def _begin_utterance(self, at: float) -> None:
        self._revision += 1
        self._utterance = Utterance(at, at, revision=self._revision)

    def _go_on(self, at: float) -> Commands:
        """Hear the caller speak again within the utterance: what was recognised of it is too short."""
        utterance = self._utterance
        if utterance is None:
            self._begin_utterance(at)
            return ()
        if not utterance.speaking:
            self._pace = self._pace.went_on_after(at - utterance.end)
        self._revision += 1
        utterance.speaking, utterance.revision = True, self._revision
        utterance.forget_hearing()
        return (Forget(),)

    def _speech_paused(self, at: float) -> Commands:
        self._voiced = False
        utterance = self._utterance
        if utterance is None:
            return ()
        utterance.speaking, utterance.end = False, at
        return (Transcribe(utterance.revision, utterance.start, at),)

    def _understood(self, event: Understood, now: float) -> Commands:
        utterance = self._utterance
        if utterance is None or event.revision != utterance.revision:
            return ()
        utterance.text, utterance.confidence = event.text, event.confidence
        if self._turn is Turn.PAUSED:
            return self._interruption_verdict(utterance, now)
        return self._decide(now)

    def _judged(self, revision: int, probability: float, now: float) -> Commands:
        utterance = self._utterance
        if utterance is None or revision != utterance.revision:
            return ()
        utterance.probability = probability
        return self._decide(now)

    # --- barge-in ------------------------------------------------------------------------

    def _interruption_verdict(self, utterance: Utterance, now: float) -> Commands:
        voiced = utterance.end - utterance.start
        text = utterance.text or ""
        insists = utterance.start - self._dismissed_at < self._policy.insist_within
        verdict = judge_interruption(text, utterance.confidence, voiced, self.expects, self.remaining, insists=insists)
        if verdict is not Verdict.INTERRUPTION:
            if verdict is Verdict.BACKCHANNEL and not is_backchannel(text):
                self._dismissed_at = now
            self._utterance = None
            self._turn = Turn.TALKING
            return (ResumeSpeech(verdict, text, utterance.start),)
        self._turn = Turn.HEARING
        stop = StopSpeech(utterance.start, text)
        if is_stop_word(text):
            self._utterance = None
            self._turn = Turn.THINKING
            return (stop, Prompt("go_ahead"))
        return (stop, *self._decide(now))

    def _paused_too_long(self, utterance: Utterance, now: float) -> Commands:
        if utterance.speaking and now - utterance.start >= self._policy.stop_after:
            self._turn = Turn.HEARING
            return (StopSpeech(utterance.start, ""),)
        if not utterance.speaking and now - utterance.end >= self._policy.verdict_within:
            self._utterance = None
            self._turn = Turn.TALKING
            return (Forget(), ResumeSpeech(Verdict.NOISE, "", utterance.start))
        return ()

    # --- the end of the caller's turn ----------------------------------------------------

    def _decide(self, now: float) -> Commands:
        utterance = self._utterance
        if self._turn is not Turn.HEARING or utterance is None:
            return ()
        if utterance.speaking:
            return self._talks_too_long(utterance, now)
        silence = now - utterance.end
        if utterance.text is None:
            return ()
        if not utterance.text:
            return self._nothing_heard(utterance, silence)
        if silence >= self._needed_silence(utterance, self._policy.threshold):
            return self._take_turn(utterance)
        if not utterance.prepared and silence >= self._needed_silence(utterance, self._policy.eager):
            utterance.prepared = True
            return (Prepare(utterance.text, utterance.start, utterance.end),)
        return ()

    def _needed_silence(self, utterance: Utterance, threshold: float) -> float:
        """Say how long this pause must be for the turn to be over with probability ``threshold``, within bounds."""
        policy = self._policy
        pace = self._pace.factor(self._weights.pause) if policy.learns else 1.0
        ending = ending_of(utterance.text or "", self.expects, self.digits)
        needed = self._weights.needed_silence(self._weights.evidence(ending, utterance.probability), threshold, pace)
        if ending is Ending.DICTATES:
            return min(max(policy.dictation_silence, needed), policy.dictation_timeout)
        return min(max(policy.min_silence, needed), policy.timeout)

    def _nothing_heard(self, utterance: Utterance, silence: float) -> Commands:
        voiced = utterance.end - utterance.start
        if silence < self._policy.min_silence:
            return ()
        self._utterance = None
        if voiced >= self._policy.min_voiced:
            return self._ask_again("not_understood")
        self._turn = Turn.LISTENING
        return ()

    def _take_turn(self, utterance: Utterance, *, protected: bool = False) -> Commands:
        self._turn = Turn.THINKING
        self._tool_ran = False
        self._unanswered = 0
        if not protected:
            self._strikes = 0
        return (Reply(utterance.text or "", utterance.start, utterance.end, protected=protected),)

    def _talks_too_long(self, utterance: Utterance, now: float) -> Commands:
        if now - utterance.start < self._policy.max_utterance:
            return ()
        self._strikes += 1
        self._utterance = None
        self._turn = Turn.THINKING
        if self._strikes >= self._policy.max_strikes:
            return (Forget(), Prompt("never_stops", final=Outcome.CALLER_NEVER_STOPPED))
        return (Forget(), Prompt("interject"))

    # --- time, keys, the reply's progress --------------------------------------------------

    def _tick(self, now: float) -> Commands:
        if self._keypad.paused(now):
            return self._keys_done()
        utterance = self._utterance
        if self._turn is Turn.PAUSED and utterance is not None:
            return self._paused_too_long(utterance, now)
        if self._turn is Turn.HEARING:
            return self._decide(now)
        if self._turn is Turn.LISTENING and not self._keypad:
            return self._no_input(now)
        return ()

    def _move_wanted(self) -> Commands:
        """Have the move announced while nobody speaks or keys; else what is being said and done is finished first."""
        if self._turn is not Turn.LISTENING or self._keypad:
            return ()
        self._turn = Turn.THINKING
        self._tool_ran = True  # what the caller says now cannot take their last turn back: it was answered
        return (Prompt("transfer_to_agent"),)

    def _no_input(self, now: float) -> Commands:
        if now >= self._policy.max_call:
            self._turn = Turn.THINKING
            return (Prompt("time_limit", final=Outcome.TIME_LIMIT),)
        if now - self._quiet_since < self._policy.no_input_after:
            return ()
        return self._ask_again("no_input")

    def _ask_again(self, prompt: str) -> Commands:
        self._turn = Turn.THINKING
        self._unanswered += 1
        if self._unanswered > self._policy.no_input_prompts:
            return (Prompt("no_input_goodbye", final=Outcome.NO_INPUT),)
        return (Prompt(prompt),)

    def _key(self, digit: str, now: float) -> Commands:
        self._unanswered = 0
        if digit == END and not self._keypad:
            return ()  # the number was whole before: what is being said answers it
        self._keypad.press(digit, now)
        stop: Commands = ()
        if self._turn in {Turn.TALKING, Turn.PAUSED} and self.interruptible:
            stop = (StopSpeech(now, ""),)
            self._turn, self._quiet_since, self._utterance = Turn.LISTENING, now, None
        if self._keypad.complete(digit, self.digits):
            return (*stop, *self._keys_done())
        return stop

    def _keys_done(self) -> Commands:
        if self._turn not in {Turn.LISTENING, Turn.HEARING}:
            return ()
        self._utterance = None
        self._turn = Turn.THINKING
        self._tool_ran = False
        at = self._keypad.pressed_at
        return (Forget(), Reply(self._keypad.take(), at, at, by_keys=True))

    def _reply_progress(self, event: ReplyStarted | PlayedOut | ReplyFailed, now: float) -> Commands:
        match event:
            case ReplyStarted() if self._turn is Turn.THINKING:
                self._turn = Turn.TALKING
                self._utterance = None
            case PlayedOut(final=Outcome() as outcome):
                self._turn = Turn.OVER
                return (EndCall(outcome),)
            case PlayedOut() if self._turn in {Turn.THINKING, Turn.TALKING, Turn.PAUSED}:
                return self._floor_is_free(now)
            case ReplyFailed() if self._turn is not Turn.OVER:
                self._turn = Turn.THINKING
                return (Prompt("failed"),)
            case _:
                pass
        return ()

    def _floor_is_free(self, now: float) -> Commands:
        """Give the floor away; the caller may already be speaking (over protected words, or just now)."""
        self._quiet_since = now
        utterance = self._utterance
        if utterance is None and self._voiced:
            self._begin_utterance(now)
        elif utterance and self.expects is not Expectation.YES_NO and is_backchannel(utterance.text or ""):
            self._utterance = None
        self._turn = Turn.HEARING if self._utterance else Turn.LISTENING
        return self._decide(now)
