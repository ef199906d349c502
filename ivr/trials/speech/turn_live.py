"""The turn machine itself on test turns: events at the times a call would bring them, a tick every 20 ms. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from ivr.dialogue.endpointing import SpeechPaused, SpeechStarted
from ivr.dialogue.turn_events import (
    Judged,
    PlayedOut,
    Prepare,
    Prompt,
    Reply,
    ReplyStarted,
    Ticked,
    Transcribe,
    Understood,
)
from ivr.dialogue.turns import TurnTaking

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.dialogue.turn_events import TurnEvent
    from ivr.dialogue.turn_policy import TurnPolicy
    from ivr.trials.speech.turn_evidence import Silence

TICK = 0.02
PAUSE_KNOWN = 0.2
"""Seconds into a silence at which the voice detector reports it: 0.125 s of policy, the rest is the detector's."""
MODEL_TAKES = 0.06
EPSILON = 1e-9
SPOKEN = 1.0
"""Seconds of speech between two silences; only silences matter here."""


@dataclass(frozen=True, slots=True)
class Lived:
    """What the machine did in one silence: when it took the turn and when it began to prepare a reply, if it did."""

    silence: Silence
    ended: float | None
    prepared: float | None


class LiveCaller:
    """One call: ``policy`` rules it, words come ``words_after`` seconds into a silence."""

    def __init__(self, policy: TurnPolicy, words_after: float) -> None:
        self._turns = TurnTaking(policy)
        self._words_after = words_after
        self._now = 0.0
        self._revision = 0
        self._commands = list(self._turns.open())
        self._answered()

    def turn(self, silences: Sequence[Silence]) -> list[Lived]:
        """Live one turn through."""
        line = silences[0].line
        self._turns.expects, self._turns.digits = line.expects, line.digits
        lived = [self._silence(silence) for silence in silences]
        self._answered()
        return lived

    def _answered(self) -> None:
        self._tell(ReplyStarted())
        self._now += 1
        self._tell(PlayedOut())

    def _tell(self, event: TurnEvent) -> None:
        self._commands += self._turns.handle(event, self._now)

    def _silence(self, silence: Silence) -> Lived:
        self._tell(SpeechStarted(self._now))
        self._now += SPOKEN
        end, ended, prepared = self._now, None, None
        due: list[tuple[float, str]] = [(PAUSE_KNOWN, "paused"), (self._words_after, "words")]
        due.append((PAUSE_KNOWN + MODEL_TAKES, "judged"))
        self._commands.clear()
        while (passed := self._now - end) < silence.seconds:
            for what in [what for at, what in due if at <= passed + EPSILON]:
                self._bring(what, silence, end)
            due = [(at, what) for at, what in due if at > passed + EPSILON]
            self._tell(Ticked())
            for command in self._commands:
                match command:
                    case Transcribe(revision):
                        self._revision = revision
                    case Prepare():
                        prepared = passed
                    case Reply() | Prompt():
                        ended = passed if ended is None else ended
                    case _:
                        pass
            self._commands.clear()
            self._now += TICK
        return Lived(silence, ended, prepared)

    def _bring(self, what: str, silence: Silence, end: float) -> None:
        match what:
            case "paused":
                self._tell(SpeechPaused(end))
            case "words":
                self._tell(Understood(self._revision, silence.text, 1.0))
            case _:
                self._tell(Judged(self._revision, silence.judged))


def live(silences: Sequence[Silence], policy: TurnPolicy, words_after: float) -> list[Lived]:
    """Play all callers' turns, each caller's in one call."""
    lived: list[Lived] = []
    for _, of_caller in groupby(silences, key=lambda silence: silence.caller):
        call = LiveCaller(policy, words_after)
        for _, of_turn in groupby(of_caller, key=lambda silence: silence.turn):
            lived += call.turn(list(of_turn))
    return lived
