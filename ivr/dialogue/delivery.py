"""How a clause is delivered: its pace and tone, from what it says and from the state of who listens. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ivr.language.letters import LETTER_NAMES
from ivr.language.mood import CALMED
from ivr.language.words import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.dialogue.conversation import Message
    from ivr.language.mood import Mood

Tone = Literal["plain", "calm", "brisk"]

CALM, BRISK = 0.93, 1.07
"""Paces against the agent's usual one: heard as a manner, not as an effect."""
DICTATED, FIGURES = 0.83, 0.93
"""For what the caller writes down or compares, and for a figure among words."""
SHORT = 3
"""Words up to which an answer is short."""
IN_A_ROW = 3
"""So many short answers, one after the other, are a hurry."""
_FEWEST_DIGITS = 4
_DIGIT = (
    r"(?:cero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|zero|one|two|three|four|five|six|seven|eight|nine|\d)"
)
_LETTER = "|".join(name for names in LETTER_NAMES.values() for name in names)
_SPELLED = re.compile(
    rf"\b{_DIGIT}(?:[\s,.-]*\b{_DIGIT}\b){{{_FEWEST_DIGITS - 1},}}|\d{{5,}}|\barroba\b|@"
    rf"|\b(?:{_LETTER}) de \w+, (?:{_LETTER}) de \w",
    re.IGNORECASE,
)
_FIGURE = re.compile(
    r"\d|\blas? (?:una|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez)(?: y| menos| de la)\b"
    r"|\b(?:once|doce|trece|catorce|quince|dieci\w+|veint\w+|treinta|cuarenta|cincuenta|sesenta|setenta|ochenta"
    r"|noventa|cien|cientos?|\w+cient[oa]s|quinient[oa]s|mil|millon(?:es)?|euros?|centimos?|pesos|centavos|por ciento"
    r"|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)\b"
)
_HURRY = re.compile(
    r"\b(?:(?:tengo|llevo|con) (?:mucha |bastante |un poco de )?prisa|no tengo (?:mucho )?tiempo|al grano|dese prisa"
    r"|date prisa|in a hurry|no time)\b"
)


@dataclass(frozen=True, slots=True)
class Delivery:
    """``pace`` against the agent's usual one (1 = as usual), and the tone."""

    pace: float = 1.0
    tone: Tone = "plain"


def deliver(clause: str, messages: Sequence[Message], mood: Mood) -> Delivery:
    """Choose how to say a clause to this caller.

    Dictation is slow for everybody; an upset caller is spoken to calmly, and never hurried.
    """
    content = pace_of(clause)
    if upset(messages, mood):
        return Delivery(min(CALM, content), "calm")
    if content < 1:
        return Delivery(content)
    return Delivery(BRISK, "brisk") if hurried(messages) else Delivery()


def pace_of(clause: str) -> float:
    """Say how much slower than usual a clause must be to be taken in."""
    if _SPELLED.search(clause):
        return DICTATED
    return FIGURES if _FIGURE.search(fold(clause)) else 1.0


def upset(messages: Sequence[Message], mood: Mood) -> bool:
    """Say whether the caller has just had enough, or has not calmed since."""
    last = next((message for message in reversed(messages) if message.role == "user"), None)
    return mood.alerted or mood.frustration > CALMED or (last is not None and last.upset)


def hurried(messages: Sequence[Message]) -> bool:
    """Say whether the caller is short of time: says so, or has answered shortly for a while; keys tell nothing."""
    spoken = [message.text for message in messages if message.role == "user" and not message.by_keys][-IN_A_ROW:]
    if any(_HURRY.search(fold(text)) for text in spoken):
        return True
    return len(spoken) == IN_A_ROW and all(len(text.split()) <= SHORT for text in spoken)
