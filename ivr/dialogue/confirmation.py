"""Whether a caller has said yes to what was asked: the one rule for every model, the built-in engine included."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ivr.dialogue.conversation import Expectation
from ivr.dialogue.expectation import infer_expectation
from ivr.dialogue.questions import ask_of
from ivr.language.answers import Answer, answer_to_readback
from ivr.language.firm_yes import is_firm_yes
from ivr.language.words import plain, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ivr.dialogue.conversation import Message

YES_KEY = "1"
_CONFIRMS = re.compile(r"\b(?:confirm\w+|correct[oa]?|segur[oa]|adelante|procedo)\b")
_READ_BACK = re.compile(r"\b(?:correct[oa]?|esta bien|es asi)\b")
"""In a question that reads a value back: contentment is a yes to it."""
_ELSE = re.compile(
    r"\b(?:sigues? ahi|me (?:oyes?|escuchas?)|algo mas|otra cosa|en que (?:puedo|le|te)|que necesitas?)\b"
)
"""In a question that a yes answers without confirming anything."""
_WAS_IT_YES = re.compile(r"\bque si\b")
"""In a question whether a yes was heard."""
_CONFIRMING = frozenset({"confirm_cancel", "confirm_phone", "confirm_email"})
_WITH_IT = re.compile(r"(?P<verb>[a-z]{3,}?)(?:[aeu]n?)l[oa]s?")
_STEM = 4
"""Letters by which a verb is known in the question and in the answer ("¿la anulo?", "anúlela")."""


def asks_to_confirm(text: str) -> bool:
    """Tell whether a text asks for the yes that a deed needs: not for a value, not what else is wanted."""
    if "?" not in text:
        return False
    said = plain(text)
    if _ELSE.search(said):
        return False
    if _CONFIRMS.search(said):
        return True
    expects, _ = infer_expectation(text)
    asked = ask_of(text, "")
    return expects in {Expectation.YES_NO, Expectation.ANY} and (asked is None or asked.name in _CONFIRMING)


def says_yes(question: str, answer: str, *, by_keys: bool = False) -> bool:
    """Tell whether an answer to a question is a yes that may be acted on irreversibly."""
    if by_keys:
        return answer == YES_KEY
    asked = plain(question)
    echoed = _without_echo(answer, asked)
    return any(is_firm_yes(text, to_cancel=not _READ_BACK.search(asked)) for text in (answer, echoed))


def _without_echo(answer: str, asked: str) -> str:
    """Put "hágalo" for an order that takes up the question's own verb: "¿Anulo el pedido?" - "Sí, anúlelo"."""
    stems = {word[:_STEM] for word in asked.split()}
    said = words(answer)
    told = [
        "hagalo" if (order := _WITH_IT.fullmatch(word)) and order["verb"][:_STEM] in stems else word for word in said
    ]
    return answer if told == said else " ".join(told)


def is_confirmed(conversation: Sequence[Message]) -> bool:
    """Tell whether the last thing the caller said is a yes to the question that was last heard, and asked for one."""
    talk = [
        message for message in conversation if message.role == "user" or (message.role == "assistant" and message.text)
    ]
    spoken = next((place for place in reversed(range(len(talk))) if talk[place].role == "user"), None)
    if spoken is None:
        return False
    answer = talk[spoken]
    questions = [message.text for message in talk[:spoken] if message.role == "assistant"]
    if questions and _WAS_IT_YES.search(plain(questions[-1])) and "?" in questions[-1]:
        is_yes = answer.text == YES_KEY if answer.by_keys else answer_to_readback(answer.text) is Answer.YES
        return is_yes and len(questions) > 1 and asks_to_confirm(questions[-2])
    if not questions or not asks_to_confirm(questions[-1]):
        return False
    return says_yes(questions[-1], answer.text, by_keys=answer.by_keys)
