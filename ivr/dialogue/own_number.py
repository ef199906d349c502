"""Puts the number that a call comes from where the caller means it: "al mismo desde el que llamo"."""

# ruff: noqa: E501 - one family of phrases a line
from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ivr.dialogue.state import State

_THIS = r"(?:n[uú]mero|tel[eé]fono|m[oó]vil|celular)"
_FROM = r"(?:(?:desde|con|de) (?:el|l|donde|la)(?: (?:que|cual))?|que) (?:le |les |os |te |los |yo )?(?:estoy |estamos )?(?:llam\w+|marc\w+|habl\w+)"
_OWN = re.compile(
    rf"\b(?:este|el|ese)(?: mism[oa])? {_THIS}(?: {_FROM})|\b(?:este|el|al)(?: mism[oa]) (?:{_THIS}\b)?(?: ?{_FROM})?"
    rf"|\beste (?:{_THIS}\b)(?: mismo)?|\b(?:desde el|al) que (?:le |les |os |te )?(?:estoy |estamos )?(?:llam\w+|marc\w+|habl\w+)"
    r"|\b(?:(?:para |a |o )?este mesmo|aquest mateix|aquest)(?: n[uú]mero| telef\w+| tel[eè]fon)?\b"
    r"|\b(?:this|the same)(?: same)? (?:number|phone|one)\b|\bthe (?:number|one) (?:that )?i ?'?a?m calling (?:you )?from",
    re.IGNORECASE,
)
_ONLY_THIS = re.compile(
    r"\W*(?:s[ií]m?|vale|claro|bueno|pues|perfecto|de acuerdo|a|al|en|mejor|yes|sure|ok|\W)*(?:este|mismo|este mismo|el mismo|this one|este mesmo|aquest mateix|a aquest|mateix)?\W*",
    re.IGNORECASE,
)
_PHONES = frozenset({"ask_phone", "ask_new_phone"})


def with_own_number(text: str, state: State) -> str:
    """Give the text with the digits of the caller's number in it, where a number to call is what it speaks of."""
    if not state.caller or any(map(str.isdigit, text)):
        return text
    asked = state.ask is not None and state.ask.name in _PHONES
    if asked and _ONLY_THIS.fullmatch(text):
        return f"{text} {state.caller}"
    if not asked and state.goal not in {"callback", "contact"} and not re.search(r"llam|call", text, re.IGNORECASE):
        return text
    return _OWN.sub(f" {state.caller} ", text, count=1)
