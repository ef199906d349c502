"""What a call says about corrections: what the caller answered to what was made of their words."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rapidfuzz.distance import Levenshtein

from ivr.language.answers import Answer, answer
from ivr.language.correction.bank_file import check_entry
from ivr.language.correction.firing import WIDEST, bare, folded, is_common
from ivr.language.correction.ledger import What
from ivr.language.correction.lessons import lessons
from ivr.language.correction.values import Entry
from ivr.language.phonetics import phonetic_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ALIKE = 0.5
"""Distance of the sounds up to which a phrase may have been the term that the agent asked about."""
REPEATED = 0.5
"""Share of its words that a repeated sentence has in common with the first one."""
_QUESTION = re.compile(r"¿([^?]*)\?")


@dataclass(frozen=True, slots=True)
class Made:
    """A correction that was made in a turn."""

    heard: str
    meant: str
    entry_id: int | None


@dataclass(frozen=True, slots=True)
class Exchange:
    """A caller's turn as it was recognised, what was corrected in it, the agent's reply, the caller's next turn."""

    heard: str
    made: tuple[Made, ...]
    reply: str
    then: str


@dataclass(frozen=True, slots=True)
class Statement:
    """What one call says about one correction: about ``entry_id`` where it is known, else about ``entry``."""

    what: What
    entry: Entry
    entry_id: int | None = None


def read_exchange(exchange: Exchange, terms: Sequence[str]) -> list[Statement]:
    """Read one exchange; ``terms`` are the words of the field, the only ones that calls may teach."""
    found = []
    for made in exchange.made:
        entry = Entry(bare(made.heard), made.meant)
        found.append(Statement(What.FIRED, entry, made.entry_id))
        verdict = _verdict(made, exchange)
        if verdict is not None:
            found.append(Statement(verdict, entry, made.entry_id))
    if exchange.made:
        return found
    learned = [*_asked_about(exchange, terms), *_said_again(exchange, terms)]
    return [Statement(What.HEARD, entry) for entry in dict.fromkeys(learned)]


def _verdict(made: Made, exchange: Exchange) -> What | None:
    """Judge a correction by what the caller said once the agent had used it."""
    if not exchange.then or not _says(exchange.reply, made.meant):
        return None
    if answer(exchange.then) is Answer.NO or _says(exchange.then, made.heard):
        return What.REVERTED
    asked = any(_says(question, made.meant) for question in _QUESTION.findall(exchange.reply))
    return What.CONFIRMED if not asked or answer(exchange.then) is Answer.YES else None


def _asked_about(exchange: Exchange, terms: Iterable[str]) -> list[Entry]:
    """Learn from "¿Ha dicho saldo?" "Sí": the phrase that sounds most like the term was misheard."""
    if answer(exchange.then) is not Answer.YES:
        return []
    asked = " ".join(_QUESTION.findall(exchange.reply))
    learned = []
    for term in terms:
        if _says(asked, term) and not _says(exchange.heard, term):
            entry = _nearest(exchange.heard.split(), term)
            if entry is not None and not check_entry(entry):
                learned.append(entry)
    return learned


def _nearest(words: Sequence[str], term: str) -> Entry | None:
    """Give the phrase of an utterance that sounds most like a term; with the words beside it, if it is a common one."""
    key = phonetic_key(term)
    ends = ["^", *(bare(word) for word in words), "$"]
    best: tuple[float, Entry] | None = None
    for first in range(len(words)):
        for last in range(first + 1, min(first + WIDEST, len(words)) + 1):
            phrase = " ".join(ends[first + 1 : last + 1])
            distance = Levenshtein.normalized_distance(phonetic_key(phrase), key)
            if distance <= ALIKE and (best is None or distance < best[0]):
                entry = Entry(phrase, term)
                if all(is_common(word) for word in phrase.split()):
                    entry = replace(entry, before=frozenset({ends[first]}), after=frozenset({ends[last + 1]}))
                best = distance, entry
    return best[1] if best else None


def _said_again(exchange: Exchange, terms: Iterable[str]) -> list[Entry]:
    """Learn from a sentence that the caller said twice, the second time with a term of the field in it."""
    first, second = exchange.heard.split(), exchange.then.split()
    shared = len({bare(word) for word in first} & {bare(word) for word in second})
    if shared < REPEATED * max(len(first), len(second)):
        return []
    known = frozenset(folded(term) for term in terms)
    return [entry for entry in lessons(exchange.heard, exchange.then, known) if folded(entry.meant) in known]


def _says(text: str, phrase: str) -> bool:
    return f" {folded(phrase)} " in f" {folded(text)} "
