"""A yes that something irreversible may follow: a list of what is one, from its first word to its last."""

# ruff: noqa: E501 - one family of phrases a line
from __future__ import annotations

import re

from ivr.language.words import plain

_LEADS = r"eh|ah|mm|pues|bueno|mire|mira|oiga|oye|hombre|venga|ya le digo que|le digo que"
_SOFT = (
    r"(?:muy |todo )?bien|perfecto|estupendo|genial|(?:todo |asi )?esta (?:(?:muy |todo )?bien|perfecto)|me parece bien"
)
"""Content with something: that no cancellation may rest on."""
_STRONG = (
    r"sip?|(?:(?:claro|por supuesto|desde luego|seguro) )?que si|por supuesto|desde luego|(?:todo |si )?(?:es|esta) "
    r"(?:totalmente )?correct[oa]|correct[oa]|exact[oa]|exactamente|efectivamente|afirmativo|eso es|eso mismo|asi es"
    r"|(?:si )?es cierto|es asi|tal cual|(?:se )?(?:lo )?confirmo|confirmad[oa]|adelante|sin (?:ninguna )?dudas?"
    r"|(?:estoy )?(?:muy |totalmente |completamente )?segur[oa]|totalmente|(?:si )?(?:lo )?quiero que si|si (?:lo )?quiero"
    r"|hagal[oa]|hazl[oa]|hagan?l[oa]|procedan?|procede"
)
_MILD = r"vale|bale|ok|okay|okey|de acuerdo|deacuerdo|claro|conforme|dale|dele"
_THE_SERVICE = (
    r"(?: todo| (?:con )?(?:el|la|mi|ese|este|esa|esta) (?:servicio|linea|contrato|fibra|internet|cuenta|tarifa))"
)
_CANCELS = (
    r"(?:(?:quiero|deseo|queremos|puede|pueden) (?:cancel|anul)ar(?:l[oa])?|cancel(?:e|a|en|el[oa]|al[oa]|enl[oa]|ad|adl[oa]))"
    rf"{_THE_SERVICE}?|anul(?:e|a|en){_THE_SERVICE}"
    r"|(?:(?:quiero|deseo|queremos|puede) )?(?:dar(?:me|l[oa]|nos)?|de(?:me|l[oa])?|dame|denme)(?: ya)? de baja"
    rf"|(?:adelante|siga|proceda) con la (?:baja|cancelacion)|(?:tramite|tramita|haga|haz|hagan|confirmo)(?:{_THE_SERVICE}| la baja)"
    r"|confirmo la (?:baja|cancelacion)|(?:confirmo )?que (?:lo |la |me )?(?:cancele|quiero cancelar(?:l[oa])?|de de baja)"
)
_ENDS = (
    r"ya(?: mismo)?|ahora(?: mismo)?|cuanto antes|lo antes posible|hoy mismo|por favor|(?:muchas )?gracias"
    r"|senor(?:a|ita)?|hombre|mujer|claro|eso"
)
_IT_IS_RIGHT = (
    r"(?:si )?(?:es|son|sera) (?:es[eoa]|est[ea]|el mio|ese mismo|(?:el|mi) (?:numero|telefono|movil|correo|email|direccion))"
    r"|(?:es[ea]|est[ea]|asi) (?:mism[oa] )?(?:es|esta)(?: (?:el|mi) (?:numero|telefono|movil|correo|email|direccion))?|es[ea] mism[oa]"
    r"|(?:guard|cambi|anot|apunt|pong|actualic|grab)(?:ue|e|a|u)?l[oa]"
)


def _whole(*cores: str) -> re.Pattern[str]:
    core = "|".join(cores)
    return re.compile(rf"(?:(?:{_LEADS}|{_SOFT}) )*(?:{core})(?: (?:(?:{_LEADS}) )*(?:{core}|{_SOFT}|{_ENDS}))*")


_FIRM_TO_CANCEL = _whole(_CANCELS, _STRONG, _MILD)
_FIRM_TO_CHANGE = _whole(_IT_IS_RIGHT, _STRONG, _MILD, _SOFT)
_SURELY = re.compile(rf"\b(?:{_STRONG}|{_CANCELS})\b")
_ASKS = re.compile(r"[¿?]")


def is_firm_yes(text: str, *, to_cancel: bool = True) -> bool:
    """Tell whether a text is a yes that may be acted on irreversibly: yes from its first word to its last.

    The list is of what is a yes, and nothing else is: a question, a condition or a second clause makes it none.
    What is cancelled asks for more than contentment, and thanks alone may be a goodbye.
    """
    said = plain(text)
    if _ASKS.search(text) or not said:
        return False
    if not to_cancel:
        return _FIRM_TO_CHANGE.fullmatch(said) is not None
    if _FIRM_TO_CANCEL.fullmatch(said) is None:
        return False
    return "gracias" not in said or _SURELY.search(said) is not None
