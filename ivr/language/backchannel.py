"""Sounds and words by which a listener says "go on", those that say "stop", and those that ask for the floor.

Speech-to-text mishears lone short words at any model size ("Ajá" as "Acharde", "Sí, claro" as "Ciclaro"), so beside
the closed lists there is likeness by sound.
"""

from __future__ import annotations

import re

from rapidfuzz import fuzz, process

from ivr.language.intents import SURE, detect_intent
from ivr.language.terms import TERMS, mend_terms
from ivr.language.words import words

MOST_WORDS = 5
"""A longer utterance is no backchannel, whatever its words."""
LIKE = 80
"""Likeness (0..100, edit distance over the spelling by sound) from which a misheard word is taken for the other."""
SHORTEST_STOP = 6
"""Characters, punctuation included, from which likeness to a stop word means anything."""

# Folded, in the spellings that speech-to-text gives them. One entry is one unit; units may follow each other.
_UNITS = """
aja|aha|ahan|aja aja|ah|ahh|aah|oh|ohh|eh ya|uh huh|u hu|uhu|ajam|anja
mm|mmm|mmmm|mhm|mjm|mmhm|mm hm|m hm|hmm|hm|hum|umju|um|mju|jum
si|sip|see|sii|siii|ya|yaa|ok|okay|okey|oki|okei|o k|vale|bale|vales|val
claro|claro que si|pues claro|por supuesto|entiendo|entendido|comprendo|ya veo|ya entiendo|lo entiendo
de acuerdo|deacuerdo|muy bien|bien|esta bien|perfecto|perfeto|correcto|exacto|exactamente|eso es|eso|asi es
ya ya|ya lo se|a ver|genial|bueno|estupendo|sale|orale|andale|simon|listo|dale|que bien|que bueno
"""
_UNIT = "|".join(
    sorted((re.escape(unit) for unit in re.split(r"[|\n]", _UNITS.strip())), key=lambda unit: (-len(unit), unit))
)
_BACKCHANNEL = re.compile(rf"(?:{_UNIT})(?: (?:{_UNIT}))*")

_STOP = re.compile(
    r"""(?:(?:no|oiga|oye|oigame|perdon|perdona|perdone|disculpa|disculpe|pero|por\ favor|eh|ey|a\ ver)\ )*
    (?:(?:
      (?:espera|espere|esperate|esperese|esperame|espereme|aguarda|aguarde|aguanta|aguante)
        (?:\ (?:un|una)\ (?:momento|momentito|segundo|segundito|rato|ratito|minuto|poco))?
    | (?:para|pare|parate|parese|alto|basta|stop|calla|callate|callese|detente|detengase|silencio)
    | (?:un|1)\ (?:momento|momentito|segundo|segundito|minuto|minutito)
    | (?:escucha|escuche|escuchame|escucheme|oiga|oye|oigame|perdon|perdona|perdone|disculpa|disculpe)
    | (?:dejame|dejeme|me\ deja|me\ dejas)\ hablar
    | no\ no(?:\ no)*
    )(?:\ |$))+
    (?:(?:por\ favor|espera|espere|para|pare|un\ momento|un\ segundo|no|oiga|oye|ya|senorita|senora|senor)(?:\ |$))*""",
    re.VERBOSE,
)


# What asks for the floor when it is heard, however short: a question word, a no, a wish.
_FLOOR = re.compile(
    r"""\b(?:
    como|que(?=$)|cuando|cuant[oa]s?|donde|cual(?:es)?|quien(?:es)?|por\ que|que\ es|no|nada|pero
    | quier[oae]\w*|quisiera|necesit\w+|pued[oea]s?|podria|dig[ao]me|repit[ae]\w*|mas\ (?:despacio|alto|fuerte)
    | otr[oa]\ cosa|pregunta|duda|ayuda|hola|momento|segundo|minuto|gracias|adios|es\ que
    )\b""",
    re.VERBOSE,
)
_TERMS = frozenset(TERMS)
_SOCIAL = frozenset({"affirm", "greeting", "farewell"})

# Rough spelling by sound: enough to compare two short utterances.
_BY_SOUND = (
    (re.compile(r"c(?=[ei])|z"), "s"),
    (re.compile(r"g(?=[ei])"), "j"),
    (re.compile(r"qu(?=[ei])|c"), "k"),
    (re.compile(r"ll|y"), "i"),
    (re.compile(r"v"), "b"),
    (re.compile(r"h|[^a-z]"), ""),
)
_STOPS = "espera|espere|para|basta|alto|oiga|oye|perdon|un momento|escuche|calla|espera espera|no no|stop"


def _by_sound(text: str) -> str:
    for pattern, sound in _BY_SOUND:
        text = pattern.sub(sound, text)
    return text


_SOUNDS_BACK = {
    _by_sound(unit)
    for unit in (*re.split(r"[|\n]", _UNITS.strip()), "si si", "aja si", "si claro", "ah vale", "ah ya", "vale vale")
    if len(unit) > 2  # noqa: PLR2004 - two letters are like everything
}
_SOUNDS_STOP = {_by_sound(unit) for unit in _STOPS.split("|")}


def is_backchannel(text: str) -> bool:
    """Tell whether a text only says "I am listening" ("Ajá.", "Sí, sí", "Mhm", "Vale")."""
    heard = words(text)
    return 0 < len(heard) <= MOST_WORDS and _BACKCHANNEL.fullmatch(" ".join(heard)) is not None


def sounds_like_backchannel(text: str) -> bool:
    """Tell whether a text is likely a misheard backchannel ("Ciclaro" for "Sí, claro", "Abale" for "Ah, vale")."""
    return _likest(text, _SOUNDS_BACK) >= LIKE


def is_stop_word(text: str) -> bool:
    """Tell whether a text only asks the speaker to stop ("Espera, espera", "Un momento", "No, no", "Oiga")."""
    return _STOP.fullmatch(" ".join(words(text))) is not None


def sounds_like_stop_word(text: str) -> bool:
    """Tell whether a text is likely a misheard stop word ("Espeda" for "Espera", "Masta" for "Basta")."""
    return len(text) >= SHORTEST_STOP and _likest(text, _SOUNDS_STOP) >= LIKE


def asks_for_floor(text: str) -> bool:
    """Tell whether a text holds something to answer: a question, a no, a wish, a term of this field, an intent."""
    said = mend_terms(" ".join(words(text)))
    if _FLOOR.search(said) or not _TERMS.isdisjoint(said.split()):
        return True
    intent = detect_intent(text)
    return intent.name not in {"other", *_SOCIAL} and intent.confidence >= SURE


def _likest(text: str, sounds: set[str]) -> float:
    heard = words(text)
    if not 0 < len(heard) <= MOST_WORDS:
        return 0.0
    best = process.extractOne(_by_sound(" ".join(heard)), sounds, scorer=fuzz.ratio)
    return best[1] if best else 0.0
