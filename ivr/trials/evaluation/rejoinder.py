"""What a simulated caller answers when the agent asks again: to a read-back yes or no, to "¿puede repetirlo?" the same.

A caller knows what it said, and nothing of what is expected of the agent. A value that was read back is compared with
what it said: digits with digits (told in parts, they count together), all else by the words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ivr.language.answers import Answer, answer
from ivr.language.intents import detect_intent
from ivr.language.numbers import digit_runs
from ivr.language.words import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST = 3
"""Times in a call that a caller answers such questions; then it goes on as if nothing had been asked."""
LABEL = "clarification"
"""As which such an answer is marked among what the caller did."""
YES = "Sí, es correcto."
_CORRECT = re.compile(r"¿[^¿?]*(?:correct[oa]|esta bien|ha dicho)[^¿?]*\?\s*$")
_AGAIN = re.compile(
    r"¿[^¿?]*\b(?:repet\w+|repite|otra vez|con otras palabras)\b[^¿?]*\?|\bno le oigo\b|¿sigue ahi\?|\bno le he oido\b"
)
_SAID = re.compile(r"¿ha dicho que (si|no)\?")
_FEWEST_DIGITS = 3


@dataclass(frozen=True, slots=True)
class Said:
    """The agent's last words, and how they ask again ("" where the system does not tell)."""

    text: str
    clarifies: str = ""


def rejoinder(asked: Said, said: Sequence[str]) -> str:
    """Give a caller's answer; ``said``: what it said so far, the last last. "" where nothing is asked again."""
    question = _bare(asked.text)
    if not said:
        return ""
    again = f"No. {said[-1]}"
    if match := _SAID.search(question):
        meant = {"si": Answer.YES, "no": Answer.NO}[match[1]]
        return YES if answer(said[-1]) is meant else again
    if asked.clarifies == "yes_no" or (_CORRECT.search(question) and _holds_digits(question)):
        return YES if _is_what_was_said(question, said) else again
    if asked.clarifies in {"explicit", "spell_out"} or _AGAIN.search(question):
        return said[-1]
    return ""


def _bare(text: str) -> str:
    return text.lower().translate(str.maketrans("áéíóú", "aeiou"))


def _digits(text: str) -> str:
    return "".join(run.digits for run in digit_runs(text))


def _holds_digits(text: str) -> bool:
    return len(_digits(text)) >= _FEWEST_DIGITS


def _is_what_was_said(question: str, said: Sequence[str]) -> bool:
    if _holds_digits(question):
        value = _digits(question)
        told = ["".join(map(_digits, said[at:])) for at in range(len(said))]
        return value in told or value in map(_digits, said)
    wish = detect_intent(said[-1]).name
    if "cancelar" in question:
        return wish == "cancellation"
    value = plain(re.sub(r"¿[^¿?]*\?", "", question).partition(".")[2])
    return bool(value) and set(value.split()) <= set(plain(said[-1]).split())
