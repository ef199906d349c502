"""How long from now a caller says in Spanish ("dentro de dos horas", "en tres cuartos de hora"), below a day."""

from __future__ import annotations

import datetime as dt
import re

from ivr.language.numbers import SMALL_NUMBER, small_number
from ivr.language.words import fold

_FROM = r"(?:dentro\sde|de\saqui\s(?:a|en)|en|al\scabo\sde|pasad[oa]s?|de\saca\sa)"
_ABOUT = r"(?:(?:unos|unas|como|cosa\sde|algo\sasi\scomo|mas\so\smenos|aproximadamente|otr[oa]s?)\s)*"
_ANOTHER = rf"(?:\sy\s(?P<more>media|cuarto|pico)|\sy\s(?P<minutes>{SMALL_NUMBER})(?:\sminutos?)?)?"
_PATTERNS = tuple(
    re.compile(rf"\b{_FROM}\s{_ABOUT}{distance}")
    for distance in (
        r"(?P<quarters>tres|3)\scuartos\sde\shora\b",
        r"(?P<quarter>(?:un\s)?cuarto)\sde\shora\b",
        r"(?P<half>media)\s(?:hora|horita)\b",
        rf"(?:(?P<pair>un\spar\sde)|(?P<hours>{SMALL_NUMBER}))\s(?:horas?|horita)\b{_ANOTHER}",
        r"(?P<bare>hora)\sy\s(?P<more>media|cuarto|pico)\b",
        rf"(?:(?P<few>un\spar\sde)|(?P<minutes>{SMALL_NUMBER}))\s(?:minutos?|minutitos|min)\b",
    )
)
_PARTS = {"media": 30, "cuarto": 15}
_FIXED = {"quarters": 45, "quarter": 15, "half": 30, "pair": 120, "bare": 60, "few": 2}
"""Minutes."""
_STEP = 5
"""Minutes: nobody arranges a call for thirteen past."""


def find_delay(text: str) -> dt.timedelta | None:
    """Give how long from now a text says, the last where it says several; None for none."""
    folded = fold(text)
    found = [match for pattern in _PATTERNS for match in pattern.finditer(folded)]
    if not found:
        return None
    said = max(found, key=lambda match: match.start()).groupdict()
    minutes = sum(_FIXED[name] for name, words in said.items() if words and name in _FIXED)
    minutes += 60 * small_number(said.get("hours") or "") + small_number(said.get("minutes") or "")
    return dt.timedelta(minutes=minutes + _PARTS.get(said.get("more") or "", 0)) or None


def moment_after(now: dt.datetime, delay: dt.timedelta) -> dt.datetime:
    """Give the moment that lies so far ahead, at the next five minutes."""
    moment = now.replace(second=0, microsecond=0) + delay
    return moment + dt.timedelta(minutes=-moment.minute % _STEP)
