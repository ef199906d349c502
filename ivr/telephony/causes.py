"""Why a call ended: Q.850 cause and SIP status to one ``Outcome``.

ARI's ``dialstatus`` is not asked: 404, 403, 603 and 488 all say NOANSWER, and our own time-out looks like a real 480.
The table was measured on Asterisk 22.10.1 with a phone that answered each status.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ivr.dialogue.outcome import Outcome


@dataclass(frozen=True, slots=True)
class LineEnd:
    """How a line ended. ``rang`` and ``timed_out`` (our own timer) tell a ringing phone from a silent carrier."""

    cause: int = 0
    sip: int = 0
    answered: bool = False
    by: Literal["caller", "agent", "pbx"] = "caller"
    rang: bool = False
    timed_out: bool = False


_BY_SIP = {
    486: Outcome.BUSY,
    600: Outcome.BUSY,
    480: Outcome.UNREACHABLE,
    408: Outcome.UNREACHABLE,
    404: Outcome.INVALID_NUMBER,
    410: Outcome.INVALID_NUMBER,
    484: Outcome.INVALID_NUMBER,
    604: Outcome.INVALID_NUMBER,
    403: Outcome.CONGESTION,
    603: Outcome.REJECTED,
    488: Outcome.INCOMPATIBLE_MEDIA,
    606: Outcome.INCOMPATIBLE_MEDIA,
    500: Outcome.CONGESTION,
    502: Outcome.CONGESTION,
    503: Outcome.CONGESTION,
    504: Outcome.CONGESTION,
}
"""403 is the carrier's refusal of our trunk, not the person's; it must not cost the contact an attempt."""

_BY_CAUSE = {
    1: Outcome.INVALID_NUMBER,
    2: Outcome.UNREACHABLE,
    3: Outcome.UNREACHABLE,
    17: Outcome.BUSY,
    18: Outcome.UNREACHABLE,
    19: Outcome.NO_ANSWER,
    20: Outcome.UNREACHABLE,
    21: Outcome.REJECTED,
    22: Outcome.INVALID_NUMBER,
    27: Outcome.UNREACHABLE,
    28: Outcome.INVALID_NUMBER,
    34: Outcome.CONGESTION,
    38: Outcome.CONGESTION,
    41: Outcome.CONGESTION,
    42: Outcome.CONGESTION,
    44: Outcome.CONGESTION,
    58: Outcome.INCOMPATIBLE_MEDIA,
    65: Outcome.INCOMPATIBLE_MEDIA,
    79: Outcome.INCOMPATIBLE_MEDIA,
    88: Outcome.INCOMPATIBLE_MEDIA,
}


def outcome_of(end: LineEnd) -> Outcome:
    """Say what a line's end makes of the call."""
    if end.answered:
        return {
            "caller": Outcome.CALLER_HUNG_UP,
            "agent": Outcome.COMPLETED,
            "pbx": Outcome.PBX_FAILED,
        }[end.by]
    if end.timed_out:
        return Outcome.NO_ANSWER if end.rang else Outcome.CONGESTION
    if end.by == "caller":
        return Outcome.CALLER_HUNG_UP
    return _BY_SIP.get(end.sip) or _BY_CAUSE.get(end.cause, Outcome.UNREACHABLE)
