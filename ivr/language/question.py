"""Whether the caller asks: words, word order, the mark that speech-to-text wrote, and the voice's rise, together.

A final rise marks yes-no questions in much of Spanish, but not in the Caribbean, half the time in Buenos Aires, and
never questions with "qué" or "cuándo"; unfinished statements rise as well. So the rise tips the scales and never
decides alone. Evidence adds up as in a logistic model; the weights are fitted by ``ivr.trials.speech.question_fit``.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from ivr.language.sentiment import sentiment_of
from ivr.language.words import plain

if TYPE_CHECKING:
    from collections.abc import Iterable

Cues: TypeAlias = tuple[str, ...]

_OPENING = (
    r"^(?:(?:hola|buenas|buenos dias|buenas tardes|buenas noches|si|no|vale|bueno|pues|a ver|oiga|oye|perdone?|disculpe"
    r"|y|e|o|pero|entonces|alo|ah|eh|senorita|senora?|mire|mira|una pregunta|una duda|otra cosa|gracias|claro|ok) )*"
)
_ASKING_WORD = re.compile(
    _OPENING + r"(?:(?:a|de|en|con|para|por|desde|hasta|sobre) )?"
    r"(?:que|quien|quienes|cual|cuales|como|cuando|donde|adonde|cuanto|cuanta|cuantos|cuantas)\b"
    r"(?! (?:te|le) vaya| no| si\b)"
)
_INDIRECT = re.compile(
    r"\b(?:sabes?|sabe usted|me (?:puedes?|podrias?|podes) (?:decir|explicar|confirmar|indicar)|me (?:dices?|decis))"
    r" (?:a |de |en |con |por |para |hasta |desde )?(?:que|quien|cual|como|cuando|donde|cuant[oa]s?|si)\b"
)
_VERB_FIRST = re.compile(
    _OPENING + r"(?<!\bno )(?!me (?:sirve|tienen))(?:(?:me|te|le|les|nos|se|lo|la|los|las) )*"
    r"(?:puedo|puedes?|pueden|podria[ns]?|podrias?|podemos|podes|tienes?|tienen|tenes|tendrian?|hay|habria|sabes?|seria"
    r"|es (?:posible|verdad|cierto|usted|necesario|obligatorio|gratis|seguro)|esta (?:abierto|incluid[oa]|disponible)"
    r"|queda[ns]?|quieren?|quiere usted|necesitan?|hace falta|hacen falta|cobran|aceptan|ofrecen|atienden|abren"
    r"|incluye|cuesta|vale la|llega|vienen?|va a|van a|vas a|regala[ns]?|ha llegado"
    r"|han (?:recibido|mandado|enviado)|debo|sirve)\b"
)
_TAG = re.compile(r"(?:\b(?:(?<!la )(?<!de )verdad|cierto|no es asi|o no|no cree|si o no)|[,.] no) ?$")
_STATES = re.compile(
    _OPENING + r"(?:quiero|queria|quisiera|necesito|llamo|llamaba|tengo|soy|estoy|mi|mis|el|la|los|las|un|una|yo|ya"
    r"|nunca|gracias|me (?:gustaria|han|llamo|ha|llego|cobraron|interesa|parece)|es que|creo|digame|deme|dime|no)\b"
)
_EXCLAIMS = re.compile(_OPENING + r"(que \w+(?: \w+)?)")
_ACCENTED = re.compile(r"\b(?:qué|quién(?:es)?|cuál(?:es)?|cómo|cuándo|d[oó]nde|cuánt[oa]s?)\b", re.IGNORECASE)

BIAS = -1.94
WEIGHTS = {
    "mark": 3.08,
    "asking word": 2.94,
    "accent": 0.88,
    "indirect": 2.29,
    "verb first": 2.14,
    "tag": 2.0,
    "states": -0.44,
    "rise": 1.1,
    "fall": -0.51,
}
"""What each cue is worth, in log odds."""
RISES, FALLS = 15.0, -8.0
"""Percent of the final movement of the pitch that count."""


@dataclass(frozen=True, slots=True)
class Question:
    """``probability`` that the caller asks, and the cues that were there."""

    probability: float
    cues: Cues = ()

    @property
    def asks(self) -> bool:
        """Decide."""
        return self.probability > 0.5  # noqa: PLR2004 - more likely than not


def question_of(text: str, rise: float | None = None) -> Question:
    """Tell whether an utterance asks; ``rise`` is the pitch's final movement in percent, None where unknown."""
    cues = cues_of(text, rise)
    return Question(round(probability(cues), 3), cues)


def probability(cues: Iterable[str]) -> float:
    """Add up the evidence of cues."""
    return 1 / (1 + math.exp(-BIAS - sum(WEIGHTS[cue] for cue in cues)))


def cues_of(text: str, rise: float | None = None) -> Cues:
    """List the cues that an utterance gives."""
    said = plain(text)
    tail = plain(re.split(r"[.!]\s+", text.strip())[-1])
    asking = bool(_ASKING_WORD.search(said) or _ASKING_WORD.search(tail))
    exclaims = "?" not in text and _exclaims(said)
    found = {
        "mark": "?" in text,
        "asking word": asking and not exclaims,
        "accent": bool(_ACCENTED.search(text)) and not exclaims,
        "indirect": bool(_INDIRECT.search(said)),
        "verb first": bool(_VERB_FIRST.search(said) or _VERB_FIRST.search(tail)),
        "tag": bool(_TAG.search(re.sub(r"[^\w,. ]", "", text.lower()).rstrip(". "))),
        "states": bool(_STATES.search(tail)),
        "rise": rise is not None and rise > RISES,
        "fall": rise is not None and rise < FALLS,
    }
    return tuple(cue for cue, there in found.items() if there)


def _exclaims(said: str) -> bool:
    """Tell "qué maravilla" and "qué servicio tan malo" from a question."""
    begins = _EXCLAIMS.match(said)
    return begins is not None and (" tan" in begins[1] or sentiment_of(begins[1]).level != "neutral")
