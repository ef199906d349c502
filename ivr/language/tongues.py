"""The languages that callers can switch to, and how they ask for one, as a recogniser set to another may write it."""

# ruff: noqa: E501 - one family of phrases a line
from __future__ import annotations

import re

from ivr.language.words import plain

TONGUES = ("es", "en", "ca", "gl", "pt")
OTHER = "other"
"""As a wish: a language that we do not speak."""
UNNAMED = "unnamed"
"""As a wish: not the present language; which one was not said."""

_CALLED = {
    "es": r"espan\w+|espany\w*|espain\w*|spanish|castel(?:l|h)?ano?|castelan|castella",
    "en": r"ingl[ei]s\w*|inglish|english|angles|inglate\w*",
    "ca": r"catala\w*|katala\w*|encatala?\w*|valencia\w*|(?:en ?)?que ?te ?la|enquete\w*",
    "gl": r"gal+eg[oa]|calego|kalego|galician|galete|engalego|enga lego|que lego",
    "pt": r"portug\w+|portuk\w+|purtug\w+|cortug\w+",
    OTHER: r"frances|french|francais|aleman|german|deutsch|italian[oa]?|arab[ei]\w*|chin[eo]\w*|chinese|ruso|russian|rumano|euskera|basque|basco",
}
"""Folded names of each language in all five, with misrecognitions that were collected with synthetic callers."""
_COURTESY = (
    r"(?:hola|hello|hi|halo|ola|oi|perdon\w*|disculp\w*|desculp\w*|sorry|excuse me|oiga|oye|mire|buenas(?: tardes)?|buenos dias|bon dia|bos dias|bom dia"
    r"|good (?:morning|afternoon)|si|yes|yeah|no|please|por favor|si us plau|y|pero|que|em|eh|gracias|mejor|millor|melhor|mellor|pues)"
)
_AFTER = r"(?: (?:please|plis|por favor|si us plau|se non lle importa|si no (?:li fa res|le importa)|if possible|gracias|thank you|thanks|ok))*"
_SPEAK = (
    r"(?:habl|abl|fal|parl|speak|talk|atend|atien|aten|segui|sigu|continu|volv|torn|convers|charl|do this|go on|pas)\w*"
)
_MAY = (
    r"(?:pod\w+|pued\w+|posso|podo|puc|pot|pots|can|could|would|may|shall|let s|quier\w*|quisiera|queria|prefier\w+|prefir\w+|prefereix\w*|prefer\w*"
    r"|gustari\w+|gostav\w+|gostari\w+|m agradari\w+|m estimo|vull|quero|vos possible|possible|posible|alguien|alguen|alguem|algu|quien|anybody|anyone|someone|somebody|will)"
)
_NAME = {code: rf"(?:{names})" for code, names in _CALLED.items()}
_PREFER = r"(?:prefier\w+|prefir\w+|prefereix\w*|prefer\w*|m estimo mes|estimo mes|possible|posible|mejor|millor|melhor|mellor)"


def _asks(name: str) -> re.Pattern[str]:
    """Write the ways to ask for the language that is called so."""
    return re.compile(
        rf"^(?:{_COURTESY} )*(?:en |in |em |el |o )?{name}{_AFTER}$"
        rf"|^(?:{_COURTESY} )*(?:(?:usted|usteds|voce|voces|vostes?|vosaltres|tu|do you|does anybody|can you) )?(?:habla[ns]?|hablais|ablan?|falas?|falam|falan|falais|parla|parlen|parleu|parles|speaks?) (?:en |in |em )?{name}\b"
        rf"|\b{_MAY}(?: \w+){{0,5}} {_SPEAK}(?: \w+){{0,4}} {name}\b"
        rf"|\b{_PREFER}(?: \w+)? (?:en |in |em |el |o |a )?{name}\b"
        rf"|\b(?:only|solo|so|just|nomes|solament|somente)(?: \w+)? ?(?:speak|hablo|falo|parlo)? ?{name}\b"
        rf"|\b(?:que|who) (?:hable|fale|parli|parla|speaks?|habla|fala) {name}\b"
        rf"|\b(?:do you have|have you got) {name}$"
    )


_ASKS = {code: _asks(name) for code, name in _NAME.items()}
_DENIED = (
    r"\b(?:no|non|nao|num|don t|dont|do not|cannot|can t|can not)(?: \w+){0,1} "
    r"(?:habl|abl|entiend|entend|comprend|speak|understand|fal|parl|entenc|percebo|se)\w*(?: \w+){0,2} "
)
_DENIES = {code: re.compile(_DENIED + name) for code, name in _NAME.items()}

NAMES = {
    "es": {"es": "español", "en": "inglés", "ca": "catalán", "gl": "gallego", "pt": "portugués"},
    "en": {"es": "Spanish", "en": "English", "ca": "Catalan", "gl": "Galician", "pt": "Portuguese"},
    "ca": {"es": "castellà", "en": "anglès", "ca": "català", "gl": "gallec", "pt": "portuguès"},
    "gl": {"es": "castelán", "en": "inglés", "ca": "catalán", "gl": "galego", "pt": "portugués"},
    "pt": {"es": "espanhol", "en": "inglês", "ca": "catalão", "gl": "galego", "pt": "português"},
}
"""The languages, as each of them calls them."""
AND = {"es": "y", "en": "and", "ca": "i", "gl": "e", "pt": "e"}


def wish_of(text: str, present: str) -> str:
    """Name the language that a caller asks for, ``OTHER`` or ``UNNAMED``; "" where none is asked for.

    Who only speaks of a language ("la carta está en inglés") or says that he does not know one asks for nothing, unless
    it is the ``present`` one.
    """
    said = plain(text)
    for code, asks in _ASKS.items():
        if asks.search(said) and not _DENIES[code].search(said):
            return "" if code == present else code
    return UNNAMED if present in _DENIES and _DENIES[present].search(said) else ""


def listed(codes: tuple[str, ...], language: str) -> str:
    """Name languages in one of them, as they are said ("español, inglés y catalán")."""
    names = [NAMES[language][code] for code in codes]
    return f" {AND[language]} ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
