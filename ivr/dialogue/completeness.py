"""What the words alone say about the end of a turn, before any model or clock is asked."""

from __future__ import annotations

import re

from ivr.dialogue.conversation import Expectation
from ivr.language.answers import Answer, answer
from ivr.language.backchannel import is_backchannel
from ivr.language.numbers import digit_runs, heard_digits
from ivr.language.words import plain

FEWEST_DIGITS = 6
"""Digits under which a number of unknown length counts as unfinished dictation."""
LONGEST_CLOSED_ANSWER = 4
"""Words up to which a yes or no is complete in itself."""

_OPEN_END = re.compile(
    r"""(?:^|\ )(?:
      y|e|o|u|ni|que|pero|sino|porque|pues|aunque|si\ no|cuando|como|donde|mientras
    | a|ante|con|contra|de|desde|en|entre|hacia|hasta|para|por|segun|sin|sobre|tras|al|del
    | el|la|los|las|lo|un|una|unos|unas|mi|mis|tu|tus|su|sus|nuestro|nuestra|este|esta|ese|esa|aquel|cual
    | me|te|se|nos|le|les|es|son|quisiera|queria|necesito|podria|voy\ a
    | eh|em|ehm|mmm|uh|um|o\ sea|es\ que|digamos|bueno\ pues|muy|cada|todo\ el|toda\ la
    | (?:mi|el|un|la)\ (?:numero|telefono|movil|correo|email|cuenta|dni|nie|direccion|nombre|apellido|codigo)
      (?:\ de\ (?:cuenta|telefono|cliente|contrato|abonado|contacto|movil|correo))?\ (?:es|seria|son)(?:\ (?:el|la))?
    )$""",
    re.VERBOSE,
)
_STRESSED = re.compile(r"\b(?:mí|tú|él|sé|más|qué|cuándo|cómo|dónde|cuál|quién|eso es|así es)\W*$", re.IGNORECASE)
"""Endings that look like the small words above and are none: their accent says so."""
_ANNOUNCED = re.compile(
    r"^(?:(?:si|vale|claro|ok|pues|bueno|es) )*(?:mi|el|la) (?:numero|telefono|movil|correo|email|cuenta|dni|nie)"
    r"(?: de (?:cuenta|telefono|cliente|contrato|abonado|movil|correo|contacto))?$"
)
_WHOLE_QUESTION = re.compile(
    r"^(?:y )?(?:para que|por que|con que|a que|de que|en cual|cual|como|donde|cuando|de cual)$"
)
_EMAIL_END = re.compile(r"\b(?:com|es|net|org|mx|cat|info|eu|ar|co|cl)$")
_EMAIL_PART = re.compile(r"@|\b(?:arroba|punto|guion|gmail|hotmail|outlook|yahoo)\b")
_CLOSED_END = re.compile(r"\b(?:gracias|por favor|adios|hasta luego|nada mas|eso es todo)$")


def looks_unfinished(text: str, expects: Expectation, digits: int, keyed: str = "") -> bool | None:
    """Tell from the words whether the turn goes on: True, False (clearly finished) or None (the words do not say).

    ``digits`` is how many the question asked for (0 = not known); ``keyed`` what was keyed in already.
    """
    said = plain(text)
    if not said:
        return None
    trailing = text.rstrip().endswith(("...", "…", "-"))
    if expects is Expectation.DIGITS and (heard := keyed + heard_digits(text)):
        verdict = _dictation(heard, digits, whole=_is_only_digits(text, said))
        if verdict is not None:
            return verdict
    if expects is Expectation.EMAIL and _EMAIL_PART.search(said.replace(" at ", " arroba ") + text):
        return not _EMAIL_END.search(said)
    if _WHOLE_QUESTION.search(said) and text.rstrip().endswith("?"):
        return False
    if _CLOSED_END.search(said):
        return False
    if expects is Expectation.YES_NO and len(said.split()) <= LONGEST_CLOSED_ANSWER and _is_closed_answer(text, said):
        return False
    if _STRESSED.search(text):
        return None
    if _OPEN_END.search(said) or _ANNOUNCED.search(said) or trailing:
        return True
    if expects is Expectation.ANY and _dictates(text):
        return True
    if expects is Expectation.YES_NO and is_backchannel(text):
        return False
    return None


def _is_closed_answer(text: str, said: str) -> bool:
    if _OPEN_END.search(said) and said not in {"eso es", "asi es"}:
        return False
    return answer(text) is not Answer.UNCLEAR


def _dictation(heard: str, digits: int, *, whole: bool) -> bool | None:
    if digits:
        if len(heard) < digits:
            return True
        return False if len(heard) == digits else None
    if whole and len(heard) < FEWEST_DIGITS:
        return True
    return None


def _is_only_digits(text: str, said: str) -> bool:
    runs = digit_runs(text)
    return bool(runs) and not plain(text[: runs[0].start] + text[runs[-1].end :]).strip() and bool(said)


def _dictates(text: str) -> bool:
    """Tell a bare, short run of digits that nobody asked for: more will follow."""
    runs = digit_runs(text)
    if len(runs) != 1 or not _is_only_digits(text, plain(text)):
        return False
    return len(text.split()) > 1 and len(runs[0].digits) < FEWEST_DIGITS
