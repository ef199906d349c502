"""Yes and no, in the many words that callers have for them."""

from __future__ import annotations

import re
from enum import Enum

from ivr.language.words import plain

MOST_WORDS = 14
"""A longer answer is an answer only if it begins or ends as one."""


class Answer(Enum):
    """What a caller said to a closed question."""

    YES = "yes"
    NO = "no"
    UNCLEAR = "unclear"


_NO = re.compile(
    r"""^(?:(?:eh|mm|ah|ay|uy|pues|bueno|hombre|mira|mire|oiga|que|pero|perdon|ok|bien|a\ ver)\ )*
    (?:no|nop|nope|nada|nunca|jamas|negativo|tampoco|ni\ hablar|ni\ loco|ni\ de\ broma|ni\ pensarlo|en\ absoluto
    |para\ nada|que\ va|de\ ninguna\ manera|de\ ningun\ modo|mejor\ no|creo\ que\ no|claro\ que\ no
    |por\ supuesto\ que\ no
    |todavia\ no|aun\ no|ahora\ no|gracias\ no|nel|prefiero\ que\ no|preferiria\ que\ no|cancelalo\ no|dejalo
    |dejelo|olvidalo|olvidelo|dejemoslo|me\ lo\ he\ pensado\ mejor|he\ cambiado\ de\ (?:idea|opinion)
    |me\ (?:he\ )?equivo\w+|(?:esta|es)\ (?:mal|incorrecto|equivocado|erroneo)|incorrecto)\b""",
    re.VERBOSE,
)
_LEAD = r"^(?:(?:eh|mm|ah|pues|bueno|hombre|mira|mire|oiga|que|ay|uy|perfecto|muy bien|ok|vale) )*"
_YES = re.compile(
    _LEAD + r"(?:si|sip|sii+|see|claro|vale|bale|ok|okay|okey|correcto|correcta|exacto|exactamente|efectivamente"
    r"|afirmativo|eso es|asi es|por supuesto|desde luego|de acuerdo|deacuerdo|confirmo|lo confirmo|confirmado|adelante"
    r"|hagalo|hazlo|proceda|procede|perfecto|estupendo|genial|es cierto|ese mismo|esa misma|ese es|esa es|muy bien"
    r"|esta bien|me parece bien|sin duda|dale|orale|andale|andele|simon|como no|cuando quiera|ya lo (?:he|hice)"
    r"|creo que si|me parece que si|claro que si|conforme|es correcto|esta correcto|es asi|tal cual|totalmente"
    r"|encantad[oa]|si por favor)\b"
)
_SHORT_YES = re.compile(
    _LEAD + r"(?:venga|cierto|eso|bien|ya|aja|aha|mhm|mjm|uhu|listo|sale|quiero|me gustaria|por favor)"
    r"(?: (?:gracias|por favor|si|eso|venga|pues|ya))*$"
)
_NO_AFTER_YES = re.compile(
    r"\b(?:pero (?:no|mejor|espera|antes)|no lo (?:cancele|haga|hagas|canceles)|no quiero|mejor no|que no|no gracias"
    r"|no (?:es|era) (?:correcto|eso|asi|ese|esa)|me equivoque|esta mal)\b"
)
_YES_IN_NO = re.compile(
    r"^(?:no (?:hay|tengo) (?:ningun )?(?:problema|inconveniente)"
    r"|no (?:pasa nada|esta mal)|no se preocupe si|como no)\b"
)
_YES_AT_END = re.compile(r"\b(?:si|correcto|de acuerdo|confirmo|lo confirmo|por favor si|asi es|eso es)$")
_NO_AT_END = re.compile(r"\b(?:no|no gracias|que no|para nada|mejor no|creo que no)$")
_FIRM = re.compile(
    r"^(?:(?:eh|ah|pues|bueno|perfecto|muy bien|ok|vale) )*(?:si|vale|ok|okay|okey|claro|correcto|correcta"
    r"|exacto|exactamente|afirmativo|efectivamente|confirmo|lo confirmo|confirmado|adelante|hagalo|hazlo"
    r"|proceda|procede"
    r"|de acuerdo|por supuesto|desde luego|sin duda|segur[oa]|eso es|asi es|es correcto|esta bien"
    r"|muy bien|perfecto|dale|conforme"
    r"|cancel(?:elo|ela|alo|ala|e))\b"
)
_SHAKEN = re.compile(r"\b(?:no|tampoco|nunca|pero|aunque|si no|espere?|antes|momento|que es|cuanto|cuando|por que)\b")
_FIRM_WORDS = 8
_DOUBT = re.compile(
    r"^(?:no (?:lo |me )?(?:se|acuerdo|recuerdo|consigo|puedo|funciona|va|entran|entiendo|entendi"
    r"|he entendido|te oigo|le oigo|escucho)"
    r"|si (?:no|me|te|le|lo|la|se|es|hay|puedo|quiero|pago|cancelo|tengo|yo)\b"
    r"|ya (?:veremos|le he dicho|te he dicho|no)\b|que si\b(?! (?:claro|por|quiero))"
    r"|quiero (?:que|saber|hablar|hacer|cambiar|preguntar|una|un|ver)\b|claro (?:pero|que no)\b|bien (?:y|pero)\b"
    r"|eso (?:no|que)\b|por favor (?:\w+ )+)"
)


_YES_IT_IS = re.compile(
    _LEAD
    + r"si (?:(?:eso|todo) )?(?:es|esta) (?:(?:muy )?bien|correct\w+|exact\w+|perfect\w+|asi|es[eoa]|verdad|cierto)\b"
)
"""What speech-to-text writes for "sí, es correcto": without the accent it looks like a condition."""


def answer(text: str) -> Answer:
    """Tell whether a text says yes or no to a closed question; doubt and everything else is UNCLEAR."""
    said = plain(text)
    if not said:
        return Answer.UNCLEAR
    short = len(said.split()) <= MOST_WORDS
    if _YES_IN_NO.search(said):
        return Answer.YES
    if _YES_IT_IS.search(said):
        return Answer.NO if _NO_AFTER_YES.search(said) else Answer.YES
    if _DOUBT.search(said):
        return Answer.NO if short and _NO_AT_END.search(said) and not said.startswith("no lo se") else Answer.UNCLEAR
    if _NO.search(said):
        return Answer.NO
    if _YES.search(said) or _SHORT_YES.search(said):
        return Answer.NO if _NO_AFTER_YES.search(said) else Answer.YES
    if short and _NO_AT_END.search(said):
        return Answer.NO
    if short and _YES_AT_END.search(said):
        return Answer.YES
    return Answer.UNCLEAR


def is_firm_yes(text: str) -> bool:
    """Tell whether a text is a yes that may be acted on irreversibly: short, clear, without a "but" or a "no"."""
    said = plain(text)
    if len(said.split()) > _FIRM_WORDS or _SHAKEN.search(said):
        return False
    return _FIRM.search(said) is not None and answer(text) is Answer.YES
