"""How far two transcripts are from each other."""

from __future__ import annotations

import pytest

from ivr.analysis.agreement import disagreement, live_disagreement
from ivr.metadata import Segment, TurnRecord


@pytest.mark.parametrize(
    ("live", "offline", "expected"),
    [
        ("Quiero saber mi saldo.", "quiero saber mi saldo", 0.0),
        ("el seis cinco cuatro", "el 654", 0.0),
        ("quiero saber saldo", "quiero saber mi saldo", 0.25),
        ("", "hola", 1.0),
        ("hola", "", 1.0),
        ("", "", None),
    ],
)
def test_words_that_differ_are_counted(live: str, offline: str, expected: float | None) -> None:
    assert disagreement(live, offline) == expected


def test_keyed_digits_and_the_agent_do_not_count() -> None:
    turns = [
        TurnRecord(who="caller", start=0, end=1, text="hola", heard="hola"),
        TurnRecord(who="caller", start=2, end=3, text="123", heard="123", by_keys=True),
        TurnRecord(who="agent", start=4, end=5, text="Diga.", heard="Diga."),
    ]
    segments = [
        Segment(who="caller", start=0, end=1, raw="Hola", text="Hola"),
        Segment(who="agent", start=4, end=5, raw="Diga", text="Diga."),
    ]
    assert live_disagreement(turns, segments) == 0.0
