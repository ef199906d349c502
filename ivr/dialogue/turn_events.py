"""What the turn machine is told (events, past tense) and what it asks for (commands, imperative)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from ivr.dialogue.endpointing import SpeechPaused, SpeechStarted

if TYPE_CHECKING:
    from ivr.dialogue.bargein import Verdict
    from ivr.dialogue.outcome import Outcome

# --- events (past tense) -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ticked:
    """Twenty milliseconds went by."""


@dataclass(frozen=True, slots=True)
class Understood:
    """Speech-to-text answered for ``revision``; empty text when it failed or refused."""

    revision: int
    text: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Judged:
    """The turn-end model answered for ``revision``."""

    revision: int
    probability: float


@dataclass(frozen=True, slots=True)
class ReplyStarted:
    """The reply's first sound went out."""


@dataclass(frozen=True, slots=True)
class ToolRan:
    """A business function ran for this reply: the caller's turn can no longer be taken back."""


@dataclass(frozen=True, slots=True)
class PlayedOut:
    """The reply is complete and its last sound went out; ``final`` when the call ends with it."""

    final: Outcome | None = None


@dataclass(frozen=True, slots=True)
class ReplyFailed:
    """No engine could make a reply."""


@dataclass(frozen=True, slots=True)
class DigitPressed:
    """The caller pressed a key."""

    digit: str


@dataclass(frozen=True, slots=True)
class MoveWanted:
    """Twenty milliseconds went by, and somebody else wants the caller moved: it is announced once the floor is free."""


@dataclass(frozen=True, slots=True)
class CallerLeft:
    """The line is gone."""


# --- commands (imperative) ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Transcribe:
    """Recognise the caller's audio from ``start`` to ``end``, and judge whether the turn is over."""

    revision: int
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Forget:
    """Drop the recognition in progress, and what was prepared from it: the caller goes on."""


@dataclass(frozen=True, slots=True)
class Prepare:
    """The caller's turn may be over: make the answer ready, unheard. ``Reply`` or ``Forget`` follows."""

    text: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Reply:
    """The caller's turn is over: answer it. ``protected`` replies cannot be interrupted."""

    text: str
    start: float
    end: float
    by_keys: bool = False
    protected: bool = False


@dataclass(frozen=True, slots=True)
class Prompt:
    """Say a fixed line of the script; with ``final`` the call ends after it."""

    name: str
    final: Outcome | None = None


@dataclass(frozen=True, slots=True)
class DropReply:
    """Throw the reply away, unheard; with ``retract`` the caller's turn is taken back too, to be said anew."""

    retract: bool


@dataclass(frozen=True, slots=True)
class PauseSpeech:
    """Fall silent at once, keeping the place."""


@dataclass(frozen=True, slots=True)
class ResumeSpeech:
    """Go on at the exact sample; ``verdict`` says what the sound was."""

    verdict: Verdict
    text: str
    at: float


@dataclass(frozen=True, slots=True)
class StopSpeech:
    """Stop for good: the caller took the floor at ``at``."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class EndCall:
    """Hang up, or let go of the line that is gone (``outcome`` None: the line decides)."""

    outcome: Outcome | None


TurnEvent: TypeAlias = (
    Ticked
    | SpeechStarted
    | SpeechPaused
    | Understood
    | Judged
    | ReplyStarted
    | ToolRan
    | PlayedOut
    | ReplyFailed
    | DigitPressed
    | MoveWanted
    | CallerLeft
)
TurnCommand: TypeAlias = (
    Transcribe | Forget | Prepare | Reply | Prompt | DropReply | PauseSpeech | ResumeSpeech | StopSpeech | EndCall
)
Commands: TypeAlias = tuple[TurnCommand, ...]
