"""What a call would know in each silence of a turn: the turn model's probabilities and the words recognised so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.call.ear import POSTROLL, PREROLL
from ivr.ports import Hints
from ivr.trials.speech.turn_metric import HOLDS

if TYPE_CHECKING:
    from ivr.audio.frame import AudioFrame
    from ivr.ports import Transcriber, TurnDetector
    from ivr.trials.speech.turn_set import CallerTurn, Line

JUDGED_AT = 0.2
"""Seconds into a silence at which the turn model is asked, as a call asks it."""
WORDS_AFTER = 0.5
"""Seconds into a silence until recognition answers: eot-bench's transcript lag, and about what a call takes."""


@dataclass(frozen=True, slots=True)
class Silence:
    """One silence of a turn and what can be known in it; ``judged`` is the turn model's probability."""

    turn: int
    caller: int
    line: Line
    seconds: float
    is_end: bool
    judged: float
    text: str


async def gather(turns: list[CallerTurn], transcriber: Transcriber, detector: TurnDetector) -> list[Silence]:
    """Recognise and judge each turn up to each of its silences; holds too short to count are left out."""
    found = []
    for number, turn in enumerate(turns):
        for place, silence in enumerate(turn.silences):
            is_end = place == len(turn.silences) - 1
            if not is_end and silence.duration < HOLDS[0]:
                continue
            judged = await detector.complete(_cut(turn, silence.start + JUDGED_AT))
            speech = _cut(turn, silence.start + min(POSTROLL, silence.duration))
            heard = await transcriber.transcribe(speech, Hints(words=True))
            found.append(Silence(number, turn.caller, turn.line, silence.duration, is_end, judged, heard.text))
    return found


def _cut(turn: CallerTurn, end: float) -> AudioFrame:
    rate = turn.sound.rate
    return turn.sound.cut(max(0, round((turn.began - PREROLL) * rate)), round(end * rate))
