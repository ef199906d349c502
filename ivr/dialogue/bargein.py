"""What to do when the caller makes a sound while the agent is talking.

The agent has already paused, so the decision may take its time: nothing is audible until it is made.
"""

from __future__ import annotations

from enum import Enum

from ivr.dialogue.conversation import Expectation
from ivr.language.backchannel import (
    asks_for_floor,
    is_backchannel,
    is_stop_word,
    sounds_like_backchannel,
    sounds_like_stop_word,
)


class Verdict(Enum):
    """What the sound was."""

    INTERRUPTION = "interruption"
    BACKCHANNEL = "backchannel"
    NOISE = "noise"


BLIP = 0.45
"""Seconds of voice under which a badly recognised sound is taken for a cough."""
DOUBTFUL = 0.45
"""Mean word confidence under which a sound of a blip's length is taken for a cough."""
SHORT = 0.95
"""Seconds of voice up to which an unclear sound is taken for a backchannel: recognition of one word errs often."""
UNCLEAR = 0.6
"""Mean word confidence under which a short sound that asks for nothing is unclear."""
ANSWER_WITHIN = 1.2
"""Seconds before the end of a question from which "sí" is an answer and not a backchannel."""


def judge_interruption(
    text: str, confidence: float, voiced: float, expects: Expectation, remaining: float, *, insists: bool = False
) -> Verdict:
    """Judge a sound of ``voiced`` seconds recognised as ``text``, ``remaining`` seconds before the agent's end.

    ``insists`` says that a sound of the same caller was dismissed just before. Stopping wrongly costs the caller the
    rest of the answer, going on wrongly costs a repetition; so an unclear short sound must ask for something, or come
    twice, to stop the agent.
    """
    words = text.strip()
    if not words:
        return Verdict.NOISE
    if is_stop_word(words):
        return Verdict.INTERRUPTION
    if is_backchannel(words):
        answers = expects is Expectation.YES_NO and remaining <= ANSWER_WITHIN
        return Verdict.INTERRUPTION if answers else Verdict.BACKCHANNEL
    if voiced > SHORT or insists or asks_for_floor(words):
        return Verdict.INTERRUPTION
    if expects is not Expectation.ANY and remaining <= ANSWER_WITHIN:
        return Verdict.INTERRUPTION
    if sounds_like_stop_word(words):
        return Verdict.INTERRUPTION
    if voiced < BLIP and confidence < DOUBTFUL:
        return Verdict.NOISE
    if confidence < UNCLEAR or sounds_like_backchannel(words):
        return Verdict.BACKCHANNEL
    return Verdict.INTERRUPTION
