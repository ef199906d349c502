"""Takes an utterance that holds more than one wish apart; tells a wish that is taken back, and one after a refusal."""

from __future__ import annotations

import re

_AND = (
    r"y (?:tambi[eé]n|adem[aá]s|luego|despu[eé]s|de paso|aparte|por otro lado|otra cosa)|y|e|adem[aá]s|tambi[eé]n"
    r"|por otro lado|aparte"
)
_JOINT = re.compile(rf"[\s,.;:]+(?:(?:{_AND})\b[\s,]*)+", re.IGNORECASE)
_REASON = re.compile(r"\b(?:porque|ya que|es que|como que|puesto que)\b", re.IGNORECASE)
_COUNTED = re.compile(
    r"^\W*(?:(?:quer[ií]a|quiero|tengo|son|eran|necesito) )?(?:dos|varias|un par de) cosas\W*", re.IGNORECASE
)
_NO = r"(?:no|nada|qu[eé] va)"
_REFUSAL = re.compile(
    rf"^\W*(?:(?:pues|bueno|que|vale|perfecto|ya)\b\W*)*{_NO}\b(?:\W+{_NO}\b)*(?:\W+gracias\b)?"
    r"(?:[\s]*[,.;:…]+\s*|\s+(?=pero\b|es que\b|espere\b|tambi[eé]n\b|adem[aá]s\b))"
    r"(?:(?:pero|espere|espera|perd[oó]n|perdone|oiga|es que|mire|una cosa|gracias)\b\W*)*",
    re.IGNORECASE,
)
_BESIDES = re.compile(r"\b(?:tambi[eé]n|adem[aá]s)\b\s*", re.IGNORECASE)
_UNDO = r"(?:cambi|cancel|anul|modific|program|actualiz|hac|hag|tramit|dar(?:me)? de baja|guard|toqu|toc)"
_WITHDRAWN = re.compile(
    rf"\bno (?:lo |la |me |se )?(?:quiero|voy a|hace falta|necesito|quisiera) (?:ya )?{_UNDO}\w*"
    r"(?: (?:nada|ya|gracias|al final|entonces|mejor|de baja|el servicio))*$"
    rf"|\bno (?:me |se |nos )?(?:lo|la|los|las|nada)? ?{_UNDO}\w*(?: (?:nada|gracias|por favor|ya))*$"
    r"|\bdej\w* (?:todo )?(?:como esta\w*|asi|tal cual|estar)\b|\bme (?:he )?arrep\w+(?! de)\b"
    r"|\b(?:mejor|prefiero que) no(?: (?:gracias|nada|lo \w+|la \w+))*$|\b(?:he|hemos) cambiado de (?:idea|opinion)\b"
    r"|\bme quedo(?: con (?:ustedes|vosotros|el servicio))?$|\b(?:sigo|continuo) con (?:ustedes|vosotros)\b"
    r"|\bya (?:les |os |le )?(?:llam|marc)(?:o|are|aremos|amos)(?: yo)?\b"
    r"|\bmanten(?:ga|gan|gal[oa]|gan?l[oa]|lo|la|ed)\w*$"
)
_STAYS = re.compile(
    r"\b(?:mejor no|d[eé]j[ea]lo(?: (?:estar|as[ií]))?"
    r"|(?:ya )?no (?:me )?(?:quiero|voy a) (?:dar(?:me)?|darme) de baja"
    r"|no (?:lo|la|me|se) (?:cancel|anul|d)\w+(?: de baja)?|h[ea] cambiado de (?:idea|opini[oó]n)|me lo he pensado"
    r"|me quedo)\b\W*",
    re.IGNORECASE,
)


def takes_back(said: str) -> bool:
    """Tell whether folded words take back what was asked for: "no, déjelo como está"."""
    return _WITHDRAWN.search(said) is not None


def parts(text: str) -> list[str]:
    """Cut an utterance at what joins wishes; whole where it gives a reason, for that may be joined as well."""
    if _REASON.search(text):
        return [text]
    counted = _COUNTED.sub("", text)
    return [part for part in _JOINT.split(counted) if part.strip()] or [text]


def beyond_refusal(text: str) -> str:
    """Give what follows a "no": "no, pero quería el saldo" -> "quería el saldo"; "" where nothing does.

    A "no" that belongs to a verb ("no quiero ...") is no refusal.
    """
    refusal = _REFUSAL.match(text)
    return _BESIDES.sub("", text[refusal.end() :]).strip() if refusal else ""


def instead(text: str) -> str:
    """Give what follows a wish taken back: "mejor no, dígame mi saldo" -> "dígame mi saldo"; "" where nothing does."""
    ends = [found.end() for found in _STAYS.finditer(text)]
    return text[ends[-1] :].strip() if ends else ""
