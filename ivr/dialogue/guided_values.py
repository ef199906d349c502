"""Reads the value of a slot out of a caller's turn."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ivr.language.answers import Answer
from ivr.language.dates import settle
from ivr.language.identifiers import phone as normal_phone
from ivr.language.readings import read_value
from ivr.language.words import plain

if TYPE_CHECKING:
    import datetime as dt

    from ivr.dialogue.guide import Slot
    from ivr.dialogue.hearing import Heard
    from ivr.dialogue.script import Script

_LONGEST = 200
_DAY, _EARLY = 24, 8
"""Hours; a bare hour before eight is one of the afternoon."""
_ANSWERS = {Answer.YES: "true", Answer.NO: "false"}


def read_slot(
    slot: Slot, heard: Heard, now: dt.datetime, script: Script, *, partial: str = "", asked: bool = False
) -> str:
    """Give the value that a turn holds for a slot, in its normal form; "" for none.

    ``asked``: the turn answers the question for it, so that bare words count; ``partial`` are digits said before.
    """
    value = _value(slot, heard, now, script, partial if asked else "", asked=asked)
    if slot.pattern and value and re.fullmatch(slot.pattern, value) is None:
        bare = re.sub(r"\W", "", value).upper()
        return bare if re.fullmatch(slot.pattern, bare) else ""
    return value


def _value(slot: Slot, heard: Heard, now: dt.datetime, script: Script, partial: str, *, asked: bool) -> str:
    match slot.kind:
        case "digits":
            return _digits(heard.digits, partial, slot.digits)
        case "account":
            wanted = slot.digits or script.persona.account_digits
            return heard.value("account_id") or _digits(heard.digits, partial, wanted)
        case "integer":
            return str(int(heard.digits)) if heard.digits else ""
        case "number":
            return (heard.value("amount") or heard.digits).split(" ")[0]
        case "date":
            settled = settle(heard.value("date") or "", now.date()) if heard.value("date") else None
            return settled.isoformat() if settled else ""
        case "time":
            return heard.value("time") or (_hour(heard) if asked else "")
        case "phone":
            return heard.value("phone") or normal_phone(partial + heard.digits) or ""
        case "email":
            return heard.value("email") or ""
        case "boolean":
            return _ANSWERS.get(heard.answer, "") if asked else ""
        case "enum":
            return _choice(slot, heard.said)
        case "string":
            return heard.text.strip()[:_LONGEST] if asked else ""
        case kind:
            return next((reading.value for reading in read_value(kind, [heard.text], now, script.country)), "")


def _digits(digits: str, partial: str, wanted: int) -> str:
    joined = partial + digits if partial and len(digits) < (wanted or len(digits)) else digits
    return joined if not wanted or len(joined) == wanted else ""


def _hour(heard: Heard) -> str:
    if not heard.is_short or not heard.digits or int(heard.digits) >= _DAY:
        return ""
    hour = int(heard.digits)
    return f"{hour + 12 if 0 < hour < _EARLY else hour:02}:00"


def _choice(slot: Slot, said: str) -> str:
    """Give the choice whose words were said; none where two were."""
    chosen = {
        value
        for value, spoken in slot.choices.items()
        if any(re.search(rf"\b{re.escape(plain(words))}s?\b", said) for words in spoken)
    }
    return chosen.pop() if len(chosen) == 1 else ""
