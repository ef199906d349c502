"""What the words alone say about the end of a turn, before any model or clock is asked."""

from __future__ import annotations

import re
from enum import Enum

from ivr.dialogue.conversation import Expectation
from ivr.language.answers import Answer, answer
from ivr.language.backchannel import is_backchannel
from ivr.language.numbers import digit_runs, heard_digits
from ivr.language.words import plain

FEWEST_DIGITS = 6
"""Digits under which a number of unknown length counts as unfinished dictation."""
LONGEST_CLOSED_ANSWER = 4
"""Words up to which a yes or no is complete in itself."""


class Ending(Enum):
    """How what was recognised of a turn ends."""

    UNHEARD = "unheard"
    """Nothing is recognised yet."""
    HANGS = "hangs"
    """An article, a preposition, an open conjunction, "mi número es"."""
    FILLER = "filler"
    """ "Eh", "pues", "o sea": the caller is thinking aloud."""
    DICTATES = "dictates"
    """A number or an address that is not whole."""
    TRAILS = "trails"
    """Three dots, a comma, or no mark at all."""
    STATES = "states"
    """A full stop, for what speech-to-text's punctuation is worth."""
    ASKS = "asks"
    """A question mark."""
    CLOSES = "closes"
    """A yes or no that was asked for, a thank you; more may follow all the same."""
    WHOLE = "whole"
    """All the digits that were asked for, a whole address."""


_OPEN_END = re.compile(
    r"""(?:^|\ )(?:
      y|e|o|u|ni|que|pero|sino|porque|aunque|cuando|como|donde|mientras
    | si\ no|(?:saber|ver|mirar|decir|decirme|preguntar|confirmar|por|como)\ si
    | a|ante|con|contra|de|desde|en|entre|hacia|hasta|para|por|segun|sin|sobre|tras|al|del
    | el|la|los|las|lo|un|una|unos|unas|mi|mis|tu|tus|su|sus|nuestro|nuestra|este|esta|ese|esa|aquel|cual
    | me|te|se|nos|le|les|es|son|quisiera|queria|necesito|podria|voy\ a
    | muy|cada|todo\ el|toda\ la|me\ llamo|soy|(?:el|la)\ senora?|(?<!no\ )tengo|llamaba|creo|estoy|estaba|hay
    | (?:mi|el|un|la)\ (?:numero|telefono|movil|correo|email|cuenta|dni|nie|direccion|nombre|apellido|codigo)
      (?:\ de\ (?:cuenta|telefono|cliente|contrato|abonado|contacto|movil|correo))?\ (?:es|seria|son)(?:\ (?:el|la))?
    )$""",
    re.VERBOSE,
)
_FILLER = re.compile(
    r"(?:^| )(?:eh|em|ehm|mm+|uh|um|o sea|es que|digamos|pues|bueno|a ver|mire|oiga"
    r"|un (?:momento|segundo|minuto)|espere?|espera|(?:lo|la) (?:busco|miro))$"
)
_STRESSED = re.compile(
    r"\b(?:mí|tú|sé|está|más|(?:de|con|para|a|por|en|sin) él|eso es|así es"
    r"|sé (?:qué|cuándo|cómo|dónde|cuál|quién)|(?:qué|cuándo|cómo|dónde|cuál|quién)(?=\W*\?))\W*$",
    re.IGNORECASE,
)
"""Endings that look like the small words above and are none: their accent says so. Speech-to-text puts accents freely
("vendría él" for "vendría el"), so a lone "él" or "qué" needs a preposition, a verb or a question mark beside it."""
_ANNOUNCED = re.compile(
    r"^(?:(?:si|vale|claro|ok|pues|bueno|es) )*(?:mi|el|la) (?:numero|telefono|movil|correo|email|cuenta|dni|nie)"
    r"(?: de (?:cuenta|telefono|cliente|contrato|abonado|movil|correo|contacto))?$"
)
_WHOLE_QUESTION = re.compile(
    r"^(?:y )?(?:para que|por que|con que|a que|de que|en cual|cual|como|donde|cuando|de cual)$"
)
_EMAIL_END = re.compile(r"\b(?:com|es|net|org|mx|cat|info|eu|ar|co|cl)$")
_EMAIL_PART = re.compile(r"@|\b(?:a ?rr?o[bv]a\w*|punto|guion|gmail|hotmail|outlook|yahoo)\b")
_DOMAIN_END = re.compile(r"\w\.(?:com|es|net|org|mx|cat|info|eu|ar|co|cl)\W*$")
_NO_VALUE = re.compile(r"\b(?:no|tengo|quiero|puede|puedo|prefiero|gracias)\b")
_CLOSED_END = re.compile(r"\b(?:gracias|por favor|adios|hasta luego|nada mas|eso es todo)$")


def ending_of(text: str, expects: Expectation, digits: int, keyed: str = "") -> Ending:
    """Tell from the words how a turn ends so far.

    ``digits`` is how many the question asked for (0 = not known); ``keyed`` what was keyed in already.
    """
    said = plain(text)
    if not said:
        return Ending.UNHEARD
    if (answered := _answer_so_far(text, said, expects, digits, keyed)) is not None:
        return answered
    if _STRESSED.search(text):
        return _by_mark(text)
    if expects is Expectation.YES_NO and is_backchannel(text) and not said.endswith("a ver"):
        return Ending.CLOSES
    if _FILLER.search(said):
        return Ending.FILLER
    if _OPEN_END.search(said) or _ANNOUNCED.search(said):
        return Ending.HANGS
    if expects is Expectation.ANY and _dictates(text):
        return Ending.DICTATES
    return _by_mark(text)


def _answer_so_far(text: str, said: str, expects: Expectation, digits: int, keyed: str) -> Ending | None:
    """Measure the words against the answer that was asked for, where they are one."""
    if expects is Expectation.DIGITS and (heard := keyed + heard_digits(text)):
        verdict = _dictation(heard, digits, whole=_is_only_digits(text, said))
        if verdict is not None:
            return verdict
    if expects is Expectation.DOCUMENT and (heard := heard_digits(text)):
        tail = plain(text[digit_runs(text)[-1].end :])
        return Ending.WHOLE if len(heard) >= digits and tail else Ending.DICTATES
    if expects in {Expectation.EMAIL, Expectation.SPELLING}:
        part = _EMAIL_PART.search(said.replace(" at ", " arroba ") + text)
        if _DOMAIN_END.search(text.lower()) or (part and _EMAIL_END.search(said)):
            return Ending.WHOLE
        if part or not _NO_VALUE.search(said):
            return Ending.DICTATES
    if _CLOSED_END.search(said) or (_WHOLE_QUESTION.search(said) and text.rstrip().endswith("?")):
        return Ending.CLOSES
    if expects is Expectation.YES_NO and len(said.split()) <= LONGEST_CLOSED_ANSWER and _is_closed_answer(text, said):
        return Ending.CLOSES
    return None


def _by_mark(text: str) -> Ending:
    written = text.rstrip()
    if written.endswith("?"):
        return Ending.ASKS
    return Ending.STATES if written.endswith((".", "!")) and not written.endswith("..") else Ending.TRAILS


def _is_closed_answer(text: str, said: str) -> bool:
    if (_OPEN_END.search(said) or _FILLER.search(said)) and said not in {"eso es", "asi es", "bueno"}:
        return False
    return answer(text) is not Answer.UNCLEAR


def _dictation(heard: str, digits: int, *, whole: bool) -> Ending | None:
    if digits:
        if len(heard) < digits:
            return Ending.DICTATES
        return Ending.WHOLE if len(heard) == digits else None
    return Ending.DICTATES if whole and len(heard) < FEWEST_DIGITS else None


def _is_only_digits(text: str, said: str) -> bool:
    runs = digit_runs(text)
    return bool(runs) and not plain(text[: runs[0].start] + text[runs[-1].end :]).strip() and bool(said)


def _dictates(text: str) -> bool:
    """Tell a bare, short run of digits that nobody asked for: more will follow."""
    runs = digit_runs(text)
    if len(runs) != 1 or not _is_only_digits(text, plain(text)):
        return False
    return len(text.split()) > 1 and len(runs[0].digits) < FEWEST_DIGITS
