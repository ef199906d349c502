"""Yes and no, in the many words that callers have for them."""

# ruff: noqa: E501 - one family of phrases a line
from __future__ import annotations

import re
from enum import Enum

from ivr.language.denials import corrects_part, denies, marked
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
    r"|(?:asi )?esta (?:muy )?bien|me parece bien|sin duda|dale|orale|andale|andele|simon|como no|cuando quiera|ya lo (?:he|hice)"
    r"|creo que si|me parece que si|claro que si|conforme|es correcto|esta correcto|es asi|tal cual|totalmente"
    r"|encantad[oa]|si por favor|todo (?:bien|correcto|perfecto))\b"
)
_SHORT_YES = re.compile(
    _LEAD + r"(?:venga|cierto|eso|bien|ya|aja|aha|mhm|mjm|uhu|listo|sale|quiero|me gustaria|por favor)"
    r"(?: (?:gracias|por favor|si|eso|venga|pues|ya))*$"
)
_NO_AFTER_YES = re.compile(
    r"\b(?:pero (?:no|mejor|espera|antes)|no lo (?:cancele|haga|hagas|canceles)|no quiero|mejor no|(?<!por )que no|no gracias"
    r"|no (?:es|era|esta) (?:correct\w+|exact\w+|bien|eso|asi|ese|esa)|me equivoque|(?<!no )(?:esta|es) mal)\b"
    r"|(?<!como )(?<!por que )(?<!\bo )\bno(?: (?:es|era|esta))?$"
)
_YES_IN_NO = re.compile(
    r"^(?:no, )*(?:no (?:hay|tengo) (?:ningun )?(?:problema|inconveniente)"
    r"|no (?:pasa nada|esta (?:nada )?mal)|no se preocupe si|como no)\b"
)
"""On marked words: with a comma after the "no" these are the opposite."""
_TAG = re.compile(r"\bno\s*\?\W*$", re.IGNORECASE)
"""The "¿no?" that asks for nothing but assent."""
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
    + r"(?:si (?:(?:eso|todo) )?(?:es|esta) (?:(?:muy )?bien|correct\w+|exact\w+|perfect\w+|asi|es[eoa]|verdad|cierto)"
    r"\b|que si(?: que si)*$)"
)
"""What speech-to-text writes for "sí, es correcto": without the accent it looks like a condition."""
_NO_BUT_RIGHT = re.compile(
    r"^(?:no, )+(?:(?:si|(?:todo|eso) )?(?:es|esta) )?(?:muy )?(?:bien|correct[oa]|perfect[oa])\b|^no hay (?:ningun )?(?:error|fallo)\b"
)
_NOT_WRONG = re.compile(r"^(?:no, )*no esta (?:nada )?mal\b")


def answer(text: str) -> Answer:
    """Tell whether a text says yes or no to a closed question; doubt and everything else is UNCLEAR."""
    said = plain(text)
    if not said:
        return Answer.UNCLEAR
    verdict = _spoken_answer(text, said)
    if corrects_part(text):  # "sí, acaba en ocho" may confirm; "sí, pero acaba en ocho" does not
        return (
            Answer.NO
            if verdict is not Answer.YES or re.search(r"\b(?:pero|no|menos|solo que)\b", said)
            else Answer.UNCLEAR
        )
    return verdict


def answer_to_readback(text: str) -> Answer:
    """Tell whether a text says that what was just read back is right.

    Nobody says of a number that it is "not bad": speech-to-text has lost the comma of "no, está mal". A "no" with a
    "yes" after it may be either.
    """
    if _NOT_WRONG.search(marked(text)):
        return Answer.NO
    verdict = answer(text)
    if verdict is Answer.NO and _NO_BUT_RIGHT.search(marked(text)) and not corrects_part(text):
        return Answer.UNCLEAR
    if verdict is Answer.UNCLEAR and plain(text).startswith("casi"):
        return Answer.NO
    if verdict is Answer.YES and re.search(r"\b(?:pero|aunque|excepto|menos|salvo|solo que)\b", plain(text)):
        return Answer.UNCLEAR
    return verdict


def _spoken_answer(text: str, said: str) -> Answer:
    short = len(said.split()) <= MOST_WORDS
    assents = Answer.NO if _NO_AFTER_YES.search(said) and not _TAG.search(text) else Answer.YES
    if _YES_IN_NO.search(marked(text)):
        return assents
    if short and denies(text):
        return Answer.NO
    if _YES_IT_IS.search(said):
        return assents
    if _DOUBT.search(said):
        return Answer.NO if short and _NO_AT_END.search(said) and not said.startswith("no lo se") else Answer.UNCLEAR
    if _NO.search(said):
        return Answer.NO
    if _YES.search(said) or _SHORT_YES.search(said):
        return assents
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
