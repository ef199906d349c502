from __future__ import annotations

import pytest

from ivr.dialogue.outcome import Outcome
from ivr.telephony.causes import LineEnd, outcome_of

MEASURED = [
    (486, 17, Outcome.BUSY),
    (600, 17, Outcome.BUSY),
    (480, 19, Outcome.UNREACHABLE),
    (408, 18, Outcome.UNREACHABLE),
    (404, 1, Outcome.INVALID_NUMBER),
    (484, 28, Outcome.INVALID_NUMBER),
    (403, 21, Outcome.CONGESTION),
    (603, 21, Outcome.REJECTED),
    (488, 58, Outcome.INCOMPATIBLE_MEDIA),
    (503, 34, Outcome.CONGESTION),
]


@pytest.mark.parametrize(("sip", "cause", "outcome"), MEASURED)
def test_each_measured_refusal_has_its_outcome(sip: int, cause: int, outcome: Outcome) -> None:
    assert outcome_of(LineEnd(cause, sip, by="pbx")) is outcome


@pytest.mark.parametrize(
    ("cause", "outcome"),
    [
        (17, Outcome.BUSY),
        (19, Outcome.NO_ANSWER),
        (1, Outcome.INVALID_NUMBER),
        (21, Outcome.REJECTED),
        (34, Outcome.CONGESTION),
        (58, Outcome.INCOMPATIBLE_MEDIA),
        (0, Outcome.UNREACHABLE),
        (127, Outcome.UNREACHABLE),
    ],
)
def test_the_cause_alone_decides_where_asterisk_tells_no_sip_status(cause: int, outcome: Outcome) -> None:
    assert outcome_of(LineEnd(cause, by="pbx")) is outcome


def test_our_own_time_out_on_a_ringing_phone_is_no_answer_although_it_looks_like_480() -> None:
    assert outcome_of(LineEnd(19, 480, by="pbx", rang=True, timed_out=True)) is Outcome.NO_ANSWER


def test_our_own_time_out_on_a_silent_carrier_is_not_the_contacts_fault() -> None:
    assert outcome_of(LineEnd(19, 480, by="pbx", timed_out=True)) is Outcome.CONGESTION


@pytest.mark.parametrize(
    ("by", "outcome"),
    [("caller", Outcome.CALLER_HUNG_UP), ("agent", Outcome.COMPLETED), ("pbx", Outcome.PBX_FAILED)],
)
def test_after_the_answer_it_matters_who_ended_the_call_and_not_the_cause(by: str, outcome: Outcome) -> None:
    assert outcome_of(LineEnd(17, 486, answered=True, by=by)) is outcome  # type: ignore[arg-type]


def test_a_caller_who_gives_up_before_the_answer_has_hung_up() -> None:
    assert outcome_of(LineEnd(0, 487)) is Outcome.CALLER_HUNG_UP
