"""When to ask the caller again, and how: judged from the confidence of the critical words alone.

Critical are numbers, amounts, names, and the words that confirm or cancel; that "quería" was heard badly does not
matter. Strategies: *explicit* asks for the whole again, *spell_out* for it letter by letter, *yes_no* reads back what
was understood, *implicit* says it in passing and goes on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from ivr.language.answers import Answer, answer
from ivr.language.identifiers import HOME
from ivr.language.intents import detect_intent
from ivr.language.numbers import heard_digits, numerals
from ivr.language.readings import READABLE, read_value
from ivr.language.words import fold, plain

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from ivr.language.correction.values import HeardWord
    from ivr.language.readings import Reading


class Strategy(Enum):
    """How a caller is asked again."""

    EXPLICIT = "explicit"
    IMPLICIT = "implicit"
    SPELL_OUT = "spell_out"
    YES_NO = "yes_no"


@dataclass(frozen=True, slots=True)
class ClarificationPolicy:
    """``confidence`` under which a critical word is in doubt; ``most`` clarifications a conversation."""

    confidence: float = 0.5
    most: int = 3


@dataclass(frozen=True, slots=True)
class Clarification:
    """What to ask: ``kind`` of value (as entities are called, or cancel, confirm, number), what was understood."""

    strategy: Strategy
    kind: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a turn held: the value of the kind that was asked for, and what has to be asked before it is used.

    ``denied``: it held nothing but what the caller has denied.
    """

    value: str = ""
    kind: str = ""
    clarification: Clarification | None = None
    denied: bool = False


_CANCEL = re.compile(
    r"\b(?:cancel\w+|(?:dar|darme|darnos|doy|quiero|causar|solicit\w+|tramit\w+) (?:de |la |una )*baja|baja|anul\w+)\b"
)
_HOLDS_VALUE = {
    "email": re.compile(r"@|r[ou][bv]a|\bpunto\b|guion|gmail|hotmail|\.(?:com|es)\b"),
    "person": re.compile(r"\w"),
}
_FEWEST_DIGITS = 3
_CLEAR = 0.8
_PUT_THROUGH = re.compile(r"\b(?:pas[ea](?:me|nos)|p[oó]ngame|comun[ií]queme)\b")


def doubtful(words: Sequence[HeardWord], policy: ClarificationPolicy, pattern: re.Pattern[str] | None = None) -> bool:
    """Tell whether a critical word is in doubt: those that match ``pattern``, or numbers where there is none."""
    for word in words:
        if word.confidence is None or word.confidence >= policy.confidence:
            continue
        if pattern.search(fold(word.text)) if pattern else numerals(word.text):
            return True
    return False


_SOUNDS_LIKE = {
    **dict.fromkeys(("finco", "sinco", "zinco", "cinto", "tinco"), "5"),
    **dict.fromkeys(("si", "sei", "seys", "sey"), "6"),
    **dict.fromkeys(("nuebe", "nueva"), "9"),
    **dict.fromkeys(("zero", "sero"), "0"),
    **dict.fromkeys(("tre", "trez"), "3"),
}
"""What telephone speech-to-text makes of single digits."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The open question: kinds of value that it asks for, a bare yes or no, how often it was put again.

    ``denied`` are values that were read back to the caller and are wrong; ``digits`` are those that a number of the
    house has (0 = not known).
    """

    kinds: frozenset[str] = frozenset()
    closed: bool = False
    times: int = 0
    denied: frozenset[str] = frozenset()
    country: str = HOME
    digits: int = 0


def judge(
    hypotheses: Sequence[str],
    words: Sequence[HeardWord],
    asked: Asked,
    now: dt.datetime,
    policy: ClarificationPolicy,
) -> Judgement:
    """Judge one turn as the answer to what was asked; of its other readings only a value is taken."""
    text, kinds = hypotheses[0], asked.kinds
    kind = next(iter(sorted(kinds & READABLE)), "")
    if kind:
        readings = read_value(kind, hypotheses, now, asked.country, asked.denied)
        return _taken(kind, text, readings, denied=bool(asked.denied), doubt=doubtful(words, policy))
    if asked.closed:
        return _yes_or_no(text, words, policy)
    if "account_id" in kinds:
        return _numbered(hypotheses, asked.digits, doubt=doubtful(words, policy))
    if "person" in kinds and doubtful(words, policy, _HOLDS_VALUE["person"]):
        return Judgement(clarification=Clarification(Strategy.SPELL_OUT, "person"))
    if _CANCEL.search(plain(text)) and doubtful(words, policy, _CANCEL):
        return Judgement(clarification=Clarification(Strategy.YES_NO, "cancel", "cancelar el servicio"))
    if not kinds and doubtful(words, policy) and len(heard_digits(text)) >= _FEWEST_DIGITS:
        return Judgement(clarification=Clarification(Strategy.IMPLICIT, "number", heard_digits(text)))
    return Judgement()


def _taken(kind: str, text: str, readings: Sequence[Reading], *, denied: bool, doubt: bool) -> Judgement:
    if not readings:
        if not holds_value(kind, text):
            return Judgement()
        again = Clarification(Strategy.SPELL_OUT if kind == "email" else Strategy.EXPLICIT, kind)
        return Judgement("", kind, again, denied=denied)
    first = readings[0]
    if first.certain and not doubt:
        return Judgement(first.value, kind)
    return Judgement(first.value, kind, Clarification(Strategy.YES_NO, kind, first.value))


def _numbered(hypotheses: Sequence[str], wanted: int, *, doubt: bool) -> Judgement:
    """Judge a number of the house: of another length than it has it was misheard; a reading that fits is read back."""
    said = heard_digits(hypotheses[0])
    read = [*map(heard_digits, hypotheses), *map(_by_sound, hypotheses)]
    fits = [digits for digits in read if digits and len(digits) == wanted] or _undoubled(said, wanted)
    number = fits[0] if fits else said
    if number and (number != said or (doubt and len(said) == (wanted or len(said)))):
        return Judgement(clarification=Clarification(Strategy.YES_NO, "number", number))
    return Judgement()


def _by_sound(text: str) -> str:
    """Read digits that were told one by one and written as they sounded ("finco finco si si"); "" where one is none."""
    digits = [_SOUNDS_LIKE.get(word) or heard_digits(word) for word in plain(text).split()]
    return "".join(digits) if all(digits) else ""


def _undoubled(digits: str, wanted: int) -> list[str]:
    """Take out one of two equal digits that follow each other, where only one number can be meant: "5678900"."""
    found = {digits[:at] + digits[at + 1 :] for at in range(1, len(digits)) if digits[at] == digits[at - 1]}
    return list(found) if len(found) == 1 and len(digits) == wanted + 1 else []


def holds_value(kind: str, text: str) -> bool:
    """Tell whether a turn tries to give a value of a kind, rather than to say something else."""
    if pattern := _HOLDS_VALUE.get(kind):
        return pattern.search(fold(text)) is not None
    return sum(len(number.digits) for number in numerals(text)) >= (1 if kind in {"amount", "date"} else _FEWEST_DIGITS)


def says_more(text: str) -> bool:
    """Tell whether a turn goes on beyond a yes or no: a number, a goodbye, the wish for a person."""
    intent = detect_intent(text)
    leaves = intent.name in {"farewell", "transfer_to_agent"} and intent.confidence >= _CLEAR
    leaves = leaves or _PUT_THROUGH.search(plain(text)) is not None
    return leaves or len(heard_digits(text)) >= _FEWEST_DIGITS


def _yes_or_no(text: str, words: Sequence[HeardWord], policy: ClarificationPolicy) -> Judgement:
    verdict = answer(text)
    if verdict is Answer.UNCLEAR or not words or says_more(text):
        return Judgement()
    if verdict is Answer.NO and len(re.findall(r"\bno\b", plain(text))) > 1:
        return Judgement()  # a no that is said twice is one, and does nothing
    rated = [word.confidence for word in words if word.confidence is not None]
    if rated and min(rated[:2]) < policy.confidence:
        return Judgement(clarification=Clarification(Strategy.YES_NO, "confirm", verdict.value))
    return Judgement()
