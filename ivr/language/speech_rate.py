"""How long a text takes to say, and how far a voice has come in it after so many seconds. Pure.

Spanish is spoken at an even pace, so letters tell the time: over sentences of different length the seconds a letter
differ by a twentieth within one voice and by a fifth between voices; hence ``pace`` is learned for each voice.
"""

from __future__ import annotations

import re

PACE = 0.058
"""Seconds a letter at speed 1, for a voice that has not been heard yet."""
WORD, COMMA, STOP = 1.0, 4.0, 6.0
"""What the end of a word and the pauses at marks take, in letters; the stop at the end of all is silence."""
MARGIN = 0.1
"""Seconds taken off what was heard: to repeat part of a word is better than to leave one out."""
TAIL = 0.25
"""Share of the last word that may be missing: to say it all again for its last sound would be worse."""
SHORT = 0.45
"""Share of the expected time under which a sound cannot hold its whole text."""
LEAST = 0.8
"""Expected seconds under which nothing is said about that."""
FIRST_PIECE, GROWTH = 14, 2.5
"""Letters of a first piece that is ready soon, and how much longer each next may be while that one is heard."""


def letters_of(text: str) -> float:
    """Weigh a text in letters, pauses included."""
    return sum(map(_weight, text.split()), 0.0)


def _weight(word: str) -> float:
    pause = COMMA if word[-1] in ",;:" else STOP if word[-1] in ".?!…" else 0.0
    return sum(map(str.isalnum, word)) + WORD + pause


def seconds_of(text: str, pace: float = PACE) -> float:
    """Say how long a text takes; the pause after its last word is none of it."""
    words = text.split()
    return pace * (
        letters_of(text) - (_weight(words[-1]) - _weight(words[-1].rstrip(".,;:?!…") or "x") if words else 0)
    )


def unspoken(text: str, heard: float, pace: float = PACE) -> str:
    """Give what is left of a text after ``heard`` seconds of it, from the word on that was broken."""
    words = text.split()
    if words and heard >= seconds_of(text, pace) - TAIL * pace * len(words[-1]):
        return ""
    left = (heard - MARGIN) / pace
    for number, word in enumerate(words):
        spoken = sum(map(str.isalnum, word)) + WORD
        if left < spoken:
            return " ".join(words[number:])
        left -= _weight(word)
    return ""


def fell_short(text: str, heard: float, pace: float = PACE) -> bool:
    """Say whether a sound that ended by itself is too short to hold the whole text."""
    expected = seconds_of(text, pace)
    return expected >= LEAST and heard < SHORT * expected


def pieces(text: str) -> list[str]:
    """Cut a text so that a voice which gives each piece at once begins soon and goes on without a pause."""
    found: list[str] = []
    most: float = FIRST_PIECE
    held: list[str] = []
    for word in text.split():
        held.append(word)
        if letters_of(" ".join(held)) >= most or (
            re.search(r"[,;:.?!]$", word) and letters_of(" ".join(held)) > most / 2
        ):
            found.append(" ".join(held))
            held, most = [], most * GROWTH
    rest = " ".join(held)
    if rest and found and letters_of(rest) < FIRST_PIECE / 2:
        found[-1] += f" {rest}"
    elif rest:
        found.append(rest)
    return found
