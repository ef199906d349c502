"""What says that something is wrong: denials of the whole ("ese no es"), and corrections of a part ("falta un seis").

Reads folded words with ", " where the recogniser wrote a mark: a comma makes the difference between "no, está mal" and
"no está mal".
"""

# ruff: noqa: E501 - one family of phrases a line
from __future__ import annotations

import re

from ivr.language.letters import LETTER_NAMES
from ivr.language.words import plain

_MARK = re.compile(r"[.,;:!?¡¿…]+(?!\d)")
_LEAD = (
    r"^(?:(?:eh|mm|ah|ay|uy|huy|pues|bueno|hombre|mira|mire|oiga|que|pero|perdon|a ver|es que|creo que|si|ya|perfecto"
    r"|vale|ok|claro|bien|casi),? )*"
)
_NUMBER = (
    r"(?:cero|un[oa]?|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce|trece|catorce|quince|dieci\w+|veint\w+"
    r"|(?:trei|cuare|cincue|sese|sete|oche|nove)nta(?: y \w+)?|\d{1,3})"
)
_LETTER = "|".join(sorted((name for names in LETTER_NAMES.values() for name in names), key=len, reverse=True))
_SIGN = rf"(?:(?:{_NUMBER}|letra (?:{_LETTER})|{_LETTER}|numer(?:it)?o|digito|cifra|letra|punto|guion|acento)s?)"
"""One piece of a number or an address."""
_ARTICLES = r"(?: (?:un|una|el|la|los|las|otr[oa]|algun|alguna|ese|esa|solo))*"
_PLACE = (
    r"(?:final|principio|comienzo|medio|mitad|resto|prefijo|dominio|letra"
    r"|(?:ultim|penultim|primer|segund|tercer|cuart|quint|sext|septim|octav|noven)[oa]?s?)"
    r"(?: (?:numero|digito|cifra|letra|parte)s?| dos| tres| cuatro)?"
)
_WRONG = r"(?:(?:muy |todo )?mal|incorrect\w+|equivocad\w+|errone\w+|cambiad\w+|repetid\w+|al reves|distint\w+)"
_VALUE = r"(?:numero|telefono|movil|correo|email|dni|nie|nombre|apellido|importe|dia|fecha|hora|letra|direccion)"

_PART = re.compile(
    r"\b(?:"
    + "|".join(
        (
            rf"(?:falta|sobra)n?{_ARTICLES} {_SIGN}(?=$|,| (?:al?|en|entre|y|mas|detras|delante|antes|despues|{_SIGN})\b)",
            r"(?:falta|sobra)n?(?: algo)?$",
            rf"(?:te|se) (?:has|ha|habeis|han) (?:comido|saltado|dejado){_ARTICLES} {_SIGN}",
            rf"hay{_ARTICLES} {_SIGN} (?:de mas|de menos|que no|que sobra|{_WRONG})",
            rf"(?:acab|termin|finaliz|empiez|empez|comienz)\w+ (?:en|por|con){_ARTICLES} {_SIGN}\b(?! de )",
            (
                rf"{_PLACE},? (?:no )?(?:es|son|era|seria|va|lleva|esta|estan)(?: (?:con|en))?{_ARTICLES}"
                rf" (?:{_SIGN}|{_WRONG}|diferente)\b(?! de )"
            ),
            rf"(?:{_PLACE}|{_SIGN}),? (?:no (?:es|esta|va)$|(?:esta|estan|va|es) {_WRONG})",
            rf"(?:es|son|era|va|lleva|seria|pon|ponga) (?:con|sin|un|una) {_SIGN}(?:$|,| (?:no|y|al|en)\b)",
            rf"en (?:vez|lugar) de{_ARTICLES} {_SIGN}",
            rf"(?:cambi|corrij|correg|corrig|quit)\w+{_ARTICLES} (?:{_NUMBER}|{_PLACE})\b(?! de )",
            rf"{_NUMBER},? (?:y )?no (?:(?:un|una|el|la) )?{_NUMBER}$",
        )
    )
    + ")"
)
_WHOLE = re.compile(
    rf"{_LEAD}(?:"
    + "|".join(
        (
            rf"(?:es[eoa]|est[eoa]|asi|(?:el|la|ese|esa) {_VALUE}) no(?: (?:es|era|esta))?(?:$|,)",
            (
                rf"(?:es[eoa]|est[eoa]|asi|(?:el|la|ese|esa) {_VALUE}) no (?:es|era|esta) (?:mi\b|mi[oa]\b|es[eoa]\b|asi\b"
                rf"|bien\b|correct\w+|exact\w+|ciert\w+|verdad|(?:el|la) (?:mi[oa]|correct\w+|que (?:he dicho|dije)|{_VALUE})\b)"
            ),
            rf"(?:(?:todo|eso|lo|(?:el|la|ese|esa) {_VALUE}) )?(?:(?:me )?(?:esta|es|tiene|ha|has) (?:\w+d[oa] )?)?{_WRONG}$",
            rf"(?:esta|es) {_WRONG}\b",
            r"(?:(?:hay|es|tiene|hay algun) )?(?:(?:un|una) )?(?:error|fallo|equivocacion)$",
            r"(?:me|te|se) (?:(?:he|has|ha|habeis|han) )?(?:equivo\w+|confund\w+|liado)(?: usted| tu)?(?:$|,)",
            r"(?:no exactamente|no del todo|ningun[oa]|no+o+)(?:$|,)",
        )
    )
    + ")"
)
_NOT_BAD = re.compile(
    r"\b(?:no (?:hay|tengo|veo|es|supone) (?:ningun[oa]? |un )?(?:problema|inconveniente|pega|error|fallo)s?"
    r"|no pasa nada|no esta (?:nada )?mal|nada mal|sin (?:ningun )?(?:problema|error|fallo|falta)(?:e?s)?)\b"
)


def marked(text: str) -> str:
    """Give the folded words, with ", " where there was a mark between them."""
    return ", ".join(part for clause in _MARK.split(text) if (part := plain(clause)))


def denies(text: str) -> bool:
    """Tell whether a text says that what was read back is wrong as a whole; "no, ..." itself is an answer's matter."""
    return _WHOLE.search(_NOT_BAD.sub("", marked(text))) is not None


def corrects_part(text: str) -> bool:
    """Tell whether a text names a part of what was read back that is wrong, missing, or to be replaced."""
    return _PART.search(_NOT_BAD.sub("", marked(text))) is not None
