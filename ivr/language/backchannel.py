"""Sounds and words by which a listener says "go on", and those that say "stop".

Short and closed on purpose: what is not listed counts as an interruption.
"""

from __future__ import annotations

import re

from ivr.language.words import words

MOST_WORDS = 5
"""A longer utterance is no backchannel, whatever its words."""

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


def is_backchannel(text: str) -> bool:
    """Tell whether a text only says "I am listening" ("Ajá.", "Sí, sí", "Mhm", "Vale")."""
    heard = words(text)
    return 0 < len(heard) <= MOST_WORDS and _BACKCHANNEL.fullmatch(" ".join(heard)) is not None


def is_stop_word(text: str) -> bool:
    """Tell whether a text only asks the speaker to stop ("Espera, espera", "Un momento", "No, no", "Oiga")."""
    return _STOP.fullmatch(" ".join(words(text))) is not None
