"""What is made of one utterance beside its words' meaning: how it was said, how the caller feels, whether they ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.audio.prosody import Prosody, measure_prosody
from ivr.language.question import Question, question_of
from ivr.language.sentiment import Sentiment, sentiment_of

if TYPE_CHECKING:
    from ivr.audio.frame import AudioFrame


@dataclass(frozen=True, slots=True)
class Interpretation:
    """One utterance; ``prosody`` is None where the voice was not looked at, or there was none."""

    text: str
    sentiment: Sentiment
    question: Question
    prosody: Prosody | None = None


def interpret(text: str, speech: AudioFrame | None = None, middle: float | None = None) -> Interpretation:
    """Interpret an utterance; ``middle`` is the speaker's usual pitch in Hz where it is known."""
    prosody = measure_prosody(speech, middle) if speech is not None else None
    rise = prosody.rise if prosody is not None else None
    return Interpretation(text, sentiment_of(text), question_of(text, rise), prosody)
