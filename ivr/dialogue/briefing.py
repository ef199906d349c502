"""What a person is told of a caller before taking them over: in their ear, on their phone, on their screen. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from ivr.dialogue.summary import SUBJECTS, summary_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ivr.dialogue.conversation import Message
    from ivr.language.mood import Mood

KEYS = "Pulse uno para aceptar, o dos para rechazar."
LONGEST_NAME = 40
"""Characters of a caller's name on a phone's display."""
_FEELS = {"very_negative": "Está muy molesto.", "negative": "Está molesto.", "very_positive": "Está contento."}
_PERSON = "transfer_to_agent"


@dataclass(frozen=True, slots=True)
class ScreenPop:
    """What is known of a caller when a person's phone rings."""

    call_id: str
    recording_id: str
    caller: str = ""
    name: str = ""
    account: str = ""
    """Only where a function's result showed it."""
    intent: str = ""
    sentiment: str = "neutral"
    summary: str = ""
    results: Sequence[Mapping[str, Any]] = field(default_factory=tuple)
    """Functions that ran, with what they answered."""

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON has it."""
        return asdict(self)

    @property
    def fields(self) -> dict[str, str]:
        """Give it as short texts of one line each, for an event of the PBX; ``verified``: the account was checked."""
        values = {name: str(value) for name, value in self.as_dict().items() if name != "results"}
        return {name: " ".join(value.split()) for name, value in values.items()} | {
            "verified": "yes" if self.account else "no"
        }

    @property
    def caller_id(self) -> str:
        """What a phone shows: name and subject, and the number to call back."""
        shown = " - ".join(filter(None, (self.name or self.caller, SUBJECTS.get(self.intent, ""))))
        return f'"{_plain(shown)[:LONGEST_NAME]}" <{re.sub("[^0-9+]", "", self.caller)}>'

    @property
    def variables(self) -> dict[str, str]:
        """Channel variables, inherited by the phone's leg, of which the dialplan makes SIP headers."""
        values = {
            "CALL": self.call_id,
            "CALLER": self.caller,
            "CUSTOMER": " ".join(filter(None, (self.name, self.account))),
            "INTENT": self.intent,
            "SENTIMENT": self.sentiment,
        }
        return {f"__IVR_{name}": _plain(value) for name, value in values.items() if value}


def screen_pop(messages: Sequence[Message], call_id: str, recording_id: str, caller: str, mood: Mood) -> ScreenPop:
    """Gather what the person who takes over needs."""
    summary = summary_of(messages, mood=mood)
    subjects = [wish for wish in (*summary.open, *reversed(summary.wishes)) if wish != _PERSON]
    return ScreenPop(
        call_id,
        recording_id,
        caller,
        summary.name,
        summary.account,
        subjects[0] if subjects else _PERSON,
        mood.level,
        summary.for_people(),
        tuple(
            {"name": message.result.name, "ok": message.result.ok, "data": dict(message.result.data)}
            for message in messages
            if message.result is not None
        ),
    )


def briefing(screen: ScreenPop) -> str:
    """Say it in the person's ear, in 8 to 15 seconds."""
    who = "" if screen.name or screen.account else "Cliente sin identificar."
    verified = "Cuenta comprobada." if screen.account else ""
    feels = "" if "molesto" in screen.summary else _FEELS.get(screen.sentiment, "")
    return " ".join(filter(None, ("Le paso una llamada.", who, screen.summary, verified, feels, KEYS)))


def _plain(text: str) -> str:
    """Write text without accents, and without what has a meaning in a dialplan or in a SIP header."""
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9 _.+-]", "", folded).strip()
