"""Which side of a subject a caller asks about: the amount or the day, the telephone or the e-mail."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.dialogue.hearing import Heard

_DUE = re.compile(
    r"\b(?:cuando|hasta cuando|que dia|plazo|fecha)\b.*\b(?:venc\w+|pagar(?:l[oae]s?)?|pago|paga|cobr\w+|cargan|caduca"
    r"|pasan|toca)\b|\bvenc\w+|^(?:y )?(?:para |hasta )?cuando$"
)
_PLAN = re.compile(
    r"\b(?:que|cual es mi|mi|de mi|cual) (?:tarifa|plan|paquete|contrato)\b|\b(?:cuota|al mes"
    r"|mensual\w*)\b|que tengo contratado"
)
_OWN_PLAN = re.compile(
    r"\b(?:mi (?:tarifa|plan|paquete|cuota)|(?:tarifa|plan|paquete) (?:es la que )?(?:tengo|contrate)"
    r"|tengo contratad[oa])\b"
)
_DISPUTE = re.compile(
    r"\b(?:de mas|dos veces|doble|duplicad\w+|alt[oa]|no (?:me )?(?:cuadra|entiendo|comprendo|reconozco)"
    r"|por que|error|equivocad\w+|indebido|subido|car[oa]|mas de|rar[oa]|extran[oa])\b"
)
_ITS = r"(?:mi|la|el|mis|nuestra|nuestro) (?:cuenta|linea|servicio|contrato|fibra|internet)"
_STATUS = re.compile(
    rf"\b(?:estado|situacion) (?:actual )?(?:de|en (?:el |la )?que (?:esta|tengo)) {_ITS}\b"
    rf"|\bcomo (?:esta|tengo|va) {_ITS}$"
    rf"|\b(?:esta|tengo|sigue|sigo teniendo) (?:{_ITS} )?"
    rf"(?:activ|suspendid|bloquead|dad[oa] de (?:alta|baja)|al dia)\w*(?: {_ITS})?$"
)
_GIVES_REASON = re.compile(r"\b(?:porque|ya que|es que|me mudo|me voy a|por el precio|muy caro|no lo uso|no la uso)\b")
_UNTIL = re.compile(
    r"\b(?:cuando|cuanto|a que hora)\b.*\b(?:arregl\w+|vuelv\w+|volver\w*|solucion\w*|tard\w+|funcion\w+|repar\w+"
    r"|estara|van? a|recuper\w+)\b"
)


def is_follow_up(topic: str, heard: Heard) -> str:
    """Name the goal that a question without a subject belongs to ("¿y cuándo vence?"), given the last topic."""
    if _OWN_PLAN.search(heard.said):
        return "balance"
    if topic == "support" and _UNTIL.search(heard.said):
        return "support"
    if _DUE.search(heard.said) or _PLAN.search(heard.said):
        return "balance" if topic == "balance" or _DUE.search(heard.said) else ""
    if topic == "balance" and re.search(r"^(?:y )?(?:cuanto|cuanto es|cuanto era|el total|por que)\b", heard.said):
        return "balance"
    return ""


def asks_status(heard: Heard) -> bool:
    """Whether the turn asks how the account stands, not what is to be paid or mended."""
    return _STATUS.search(heard.said) is not None


def bill_aspect(heard: Heard) -> str:
    """Name the side of a bill: balance, due, all (both), plan, dispute; empty when none is named."""
    if _DUE.search(heard.said):
        return "all" if re.search(r"\b(?:saldo|cuanto|debo|importe)\b", heard.said) else "due"
    if heard.wants("billing_inquiry") and _DISPUTE.search(heard.said):
        return "dispute"
    if "saldo" in heard.said or heard.wants("account_balance"):
        return "balance"
    return "plan" if _PLAN.search(heard.said) else ""


def take_contact(slots: dict[str, str], heard: Heard) -> None:
    """Fill which contact detail changes, and its new value."""
    email, phone = heard.value("email"), heard.value("phone")
    if email:
        slots["field"], slots["value"] = "email", email
    elif phone:
        slots["field"], slots["value"] = "phone", phone
    elif re.search(r"\b(?:correo|email|e mail|mail|electronico)\b", heard.said):
        slots["field"] = "email"
    elif re.search(r"\b(?:telefono|movil|celular|numero)\b", heard.said):
        slots["field"] = "phone"


def asks_until(heard: Heard) -> bool:
    """Tell whether it is asked how long an outage lasts."""
    return _UNTIL.search(heard.said) is not None


def gives_reason(heard: Heard) -> bool:
    """Tell whether a wish comes with its reason."""
    return _GIVES_REASON.search(heard.said) is not None
