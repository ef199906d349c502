"""What an earlier call of the same customer left behind, and how it is told. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from babel.dates import format_date

from ivr.dialogue.summary import SUBJECTS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

FRESH = 14
"""Days for which an open matter is asked about; later it is only told to models and people."""
_WEEK = 7
_DAYS = {
    "es": ("hoy", "ayer", "'el' EEEE", "'el' d 'de' MMMM"),
    "en": ("today", "yesterday", "'on' EEEE", "'on' MMMM d"),
    "pt": ("hoje", "ontem", "'no dia' d 'de' MMMM", "'no dia' d 'de' MMMM"),
    "ca": ("avui", "ahir", "EEEE", "'el' d MMMM"),
    "gl": ("hoxe", "onte", "'o' EEEE", "'o' d 'de' MMMM"),
}
MATTERS = frozenset(
    {
        *("technical_support", "billing_inquiry", "cancellation", "complaint", "schedule_callback"),
        *("appointment", "update_contact_info", "order_status"),
    }
)
"""Wishes that one may come back for."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """A call in short; ``promised`` are calls back that were arranged, "2026-06-03 17:00"."""

    day: dt.date
    wishes: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    promised: tuple[str, ...] = ()
    upset: bool = False
    language: str = "es"
    text: str = ""

    def matter(self, today: dt.date, outcomes: frozenset[str] = MATTERS) -> str:
        """Name the intent that a caller may come back for; "" where none is left, or it is too long ago."""
        if (today - self.day).days > FRESH:
            return ""
        left = [wish for wish in self.open if wish in outcomes]
        if not left and self.promised and "technical_support" in self.wishes:
            left = ["technical_support"]
        return left[-1] if left else ""

    def for_models(self, today: dt.date, subjects: Mapping[str, str] = SUBJECTS) -> str:
        """Tell a hosted model, for the end of its instructions."""
        upset = " Acabó molesto." if self.upset else ""
        matter = self.matter(today)
        ask = f" Si viene al caso, pregúntele si llama por {subjects.get(matter, matter)}." if matter else ""
        return f"De este cliente se sabe que llamó {day_of_call(self.day, today)}. {self.text}{upset}{ask}"


def day_of_call(day: dt.date, today: dt.date, language: str = "es") -> str:
    """Say when a call was ("ayer", "el martes", "el 3 de marzo")."""
    now, before, weekday, date = _DAYS[language]
    ago = (today - day).days
    if ago <= 1:
        return before if ago == 1 else now
    return format_date(day, weekday if ago < _WEEK else date, locale=language)
