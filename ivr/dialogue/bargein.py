"""What to do when the caller makes a sound while the agent is talking.

The agent has already paused, so the decision may take its time: nothing is audible until it is made.
"""

from __future__ import annotations

from enum import Enum

from ivr.dialogue.conversation import Expectation
from ivr.language.backchannel import is_backchannel, is_stop_word


class Verdict(Enum):
    """What the sound was."""

    INTERRUPTION = "interruption"
    BACKCHANNEL = "backchannel"
    NOISE = "noise"


BLIP = 0.45
"""Seconds of voice under which a badly recognised sound is taken for a cough."""
DOUBTFUL = 0.45
"""Mean word confidence under which a short sound is taken for a cough."""
ANSWER_WITHIN = 1.2
"""Seconds before the end of a question from which "sí" is an answer and not a backchannel."""


def judge_interruption(text: str, confidence: float, voiced: float, expects: Expectation, remaining: float) -> Verdict:
    """Judge a sound of ``voiced`` seconds recognised as ``text``, ``remaining`` seconds before the agent's end."""
    words = text.strip()
    if not words:
        return Verdict.NOISE
    if is_stop_word(words):
        return Verdict.INTERRUPTION
    if is_backchannel(words):
        answers = expects is Expectation.YES_NO and remaining <= ANSWER_WITHIN
        return Verdict.INTERRUPTION if answers else Verdict.BACKCHANNEL
    if voiced < BLIP and confidence < DOUBTFUL:
        return Verdict.NOISE
    return Verdict.INTERRUPTION
