"""Recognises in another model's words the question that it put, as one of ours."""

from __future__ import annotations

import re

from ivr.dialogue.conversation import Expectation
from ivr.dialogue.expectation import infer_expectation
from ivr.dialogue.state import Ask
from ivr.language.words import plain

_YES_NO = (
    (r"\b(?:algo mas|alguna otra cosa|otra cosa)\b", "anything_else"),
    (
        r"\b(?:reinici\w+|apag\w+|encend\w+)\b.*\b(?:ya|ha|has)\b|\b(?:ya|ha|has)\b.*\b(?:reinici\w+|apag\w+)\b",
        "ask_rebooted",
    ),
    (r"\b(?:funciona|va)\b.*\b(?:ahora|ya)\b", "advise_reboot"),
    (r"\b(?:responsable|supervisor\w*|encargad\w+|gerente)\b", "offer_manager"),
    (r"\b(?:llam\w+|tecnico|programe|programar|cita)\b", "offer_callback"),
    (r"\b(?:persona|agente|companer\w+|humano|operador\w*|asesor\w*)\b", "offer_agent"),
)


def ask_of(text: str, goal: str) -> Ask | None:
    """Tell what a text asks, given the caller's goal; None where it asks nothing that we know.

    A confirmation in foreign words never counts as heard: it is put again in ours before anything happens.
    """
    expects, _ = infer_expectation(text)
    said = plain(text)
    match expects:
        case Expectation.DIGITS:
            if re.search(r"\b(?:telefono|movil|celular)\b", said) and "cuenta" not in said:
                return Ask("ask_new_phone" if goal == "contact" else "ask_phone")
            return Ask("ask_account")
        case Expectation.EMAIL:
            return Ask("ask_new_email")
        case Expectation.DATE:
            return Ask("ask_time" if re.search(r"\bhora\b", said) and "dia" not in said else "ask_date")
        case Expectation.YES_NO:
            return _closed(said, goal)
        case _:
            return Ask("ask_reason") if re.search(r"\b(?:motivo|por que|razon)\b", said) and goal == "cancel" else None


def _closed(said: str, goal: str) -> Ask | None:
    if re.search(r"\b(?:baja|cancel\w+)\b", said) and goal in {"cancel", ""}:
        return Ask("confirm_cancel", heard=False)
    for pattern, name in _YES_NO:
        if re.search(pattern, said):
            return Ask(name)
    if goal == "contact":
        return Ask("confirm_phone", heard=False)
    return None
