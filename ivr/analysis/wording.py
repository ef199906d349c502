"""How intents, functions and outcomes are called in a Spanish report."""

from __future__ import annotations

from ivr.metadata import Outcome

SOCIAL = frozenset({"greeting", "farewell", "affirm", "deny", "other"})
"""Intents that are no reason for a call."""

INTENTS = {
    "billing_inquiry": "aclarar una factura",
    "account_balance": "consultar su saldo",
    "technical_support": "resolver una avería",
    "cancellation": "dar de baja el servicio",
    "payment": "hacer un pago",
    "sales": "contratar un servicio",
    "complaint": "poner una reclamación",
    "transfer_to_agent": "hablar con una persona",
    "schedule_callback": "pedir que le llamen",
    "update_contact_info": "cambiar sus datos de contacto",
    "appointment": "pedir una cita",
    "order_status": "saber cómo va un pedido",
    "opening_hours": "conocer el horario de atención",
    "security": "proteger su cuenta",
    "greeting": "saludar",
    "farewell": "despedirse",
    "affirm": "decir que sí",
    "deny": "decir que no",
    "other": "otro asunto",
}
FUNCTIONS = {
    "get_account_balance": "consultó el saldo",
    "get_account_status": "consultó el estado del servicio",
    "schedule_callback": "programó una llamada",
    "transfer_to_agent": "pasó la llamada a un agente",
    "transfer_to_manager": "pasó la llamada a un responsable",
    "cancel_service": "tramitó la baja",
    "update_contact_info": "actualizó los datos de contacto",
    "note_detail": "tomó nota de un dato",
    "end_call": "se despidió",
}
OUTCOMES = {
    Outcome.COMPLETED: "La conversación terminó con la despedida del agente",
    Outcome.CALLER_HUNG_UP: "El cliente colgó",
    Outcome.TRANSFERRED: "La llamada pasó a una persona",
    Outcome.NO_INPUT: "El cliente no habló o dejó de contestar",
    Outcome.CALLER_NEVER_STOPPED: "El cliente no dejó de hablar",
    Outcome.NO_MEDIA: "Nunca llegó sonido",
    Outcome.INCOMPATIBLE_MEDIA: "El teléfono no ofrecía un códec compatible",
    Outcome.BUSY: "Comunicaba",
    Outcome.NO_ANSWER: "Nadie contestó",
    Outcome.REJECTED: "La llamada fue rechazada",
    Outcome.INVALID_NUMBER: "El número no existe",
    Outcome.UNREACHABLE: "No se pudo llegar al destino",
    Outcome.CONGESTION: "La red estaba saturada",
    Outcome.PBX_FAILED: "La centralita falló durante la llamada",
    Outcome.AGENT_FAILED: "El agente falló durante la llamada",
    Outcome.TIME_LIMIT: "La llamada llegó al tiempo máximo",
}
INTERRUPTIONS = {"interruption": "interrupción", "backchannel": "asentimiento", "noise": "ruido"}


def listed(parts: list[str]) -> str:
    """Join as one says it: "a, b y c" ("e" before an i)."""
    if len(parts) < 2:  # noqa: PLR2004 - one needs no conjunction
        return "".join(parts)
    last = parts[-1]
    soft = last.lower().startswith(("i", "hi")) and not last.lower().startswith(("hie", "ia", "ie", "io"))
    return f"{', '.join(parts[:-1])} {'e' if soft else 'y'} {last}"


def clock(seconds: float) -> str:
    """Write a time in the call as 1:05."""
    whole = int(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


def length(seconds: float) -> str:
    """Write how long something took: "41 s", "3 min 12 s"."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
