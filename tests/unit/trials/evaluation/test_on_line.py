from __future__ import annotations

from pathlib import Path
from typing import Any

from ivr.dialogue.outcome import Outcome
from ivr.metadata import CallRecord as CallMetadata
from ivr.metadata import RecordingMetadata, ToolRecord, TurnRecord
from ivr.telephony.phone_values import Answer
from ivr.trials.caller import CallReport, Deed
from ivr.trials.evaluation.on_line import MOVES_WITHIN, as_lived, record_of
from ivr.trials.evaluation.suite import Suite, parse_suite
from ivr.trials.measure import Span
from ivr.trials.scenario import HangUp, Over, Press, Say, Silence, Wait, WaitHangUp

SUITE = """
voice: em_santa
scenarios:
  - name: all
    steps:
      - expect: hola
      - say: [uno, dos]
      - silence: 9
      - dtmf: "123"
        interrupt_after: 500
      - say: tres
        interrupt_after: 1500
    ends: completed
"""


def suite(ends: str = "completed") -> Suite:
    return parse_suite(SUITE.replace("completed", ends), "x.yaml")


def test_a_scenario_is_lived_step_by_step() -> None:
    read = suite()
    lived = as_lived(read, read.scenarios[0], 1)
    assert lived.steps == (
        Wait(1.2, rejoin=True),
        Say("dos"),
        Wait(1.2, rejoin=True),
        Silence(9),
        Press("123", 0.5),
        Over("tres", 1.5),
        Wait(1.2, rejoin=True),
        WaitHangUp(),
    )
    assert lived.voice == "em_santa"


def test_who_hangs_up_depends_on_how_the_call_is_to_end() -> None:
    transferred, open_ended = suite("transferred"), suite("caller_hung_up")
    assert as_lived(transferred, transferred.scenarios[0], 0).steps[-2:] == (Silence(MOVES_WITHIN), HangUp())
    assert as_lived(open_ended, open_ended.scenarios[0], 0).steps[-2:] == (Wait(1.2, rejoin=True), HangUp())


def turn(who: Any, start: float, text: str, **more: Any) -> TurnRecord:
    return TurnRecord(who=who, start=start, end=start + 1, text=text, heard=text, **more)


TURNS = [
    turn("agent", 0.5, "hola"),
    turn("caller", 3.2, "un", latencies_ms={}),
    turn("agent", 5.0, "respuesta", latencies_ms={"total": 700.0}),
    turn("agent", 12.0, "sigue ahí"),
    turn("agent", 20.0, "otra vez", interrupted=True),
    turn("caller", 20.3, "123", by_keys=True),
    turn("agent", 22.0, "el saldo", interrupted=True, latencies_ms={"total": 400.0}),
    turn("agent", 27.0, "adiós", latencies_ms={"total": 300.0}),
]
DEEDS = [
    Deed(Say("dos"), "dos", Span(3.0, 4.0)),
    Deed(Press("123"), "123", Span(20.5, 21.1)),
    Deed(Over("tres"), "tres", Span(25.0, 26.0)),
]


def record(turns: list[TurnRecord], deeds: list[Deed], failure: str = "") -> Any:
    read = suite()
    lived = CallReport(as_lived(read, read.scenarios[0], 1), Path("x.wav"), Answer(True, 200, "OK"), deeds=deeds)
    lived.failure = failure
    tools = [ToolRecord(name="get_account_balance", at=21.6), ToolRecord(name="end_call", at=28.0)]
    metadata = RecordingMetadata(
        recording_id="x", conversation_id="x", call=CallMetadata(outcome=Outcome.COMPLETED), turns=turns, tools=tools
    )
    return record_of(read.scenarios[0], lived, metadata, [0.65, None, None][: len(deeds)])


def test_turns_and_functions_are_put_beside_the_steps() -> None:
    found = record(TURNS, DEEDS)
    assert [(one.said, one.heard, one.answer, one.ms, one.cut) for one in found.exchanges] == [
        ("", "", "hola", None, False),
        ("dos", "un", "respuesta", 650.0, False),
        ("", "", "sigue ahí otra vez", None, False),
        ("123", "123", "el saldo", 400.0, True),
        ("tres", "", "adiós", 300.0, False),
    ]
    assert [[call.name for call in one.calls] for one in found.exchanges] == [
        [],
        [],
        [],
        ["get_account_balance"],
        ["end_call"],
    ]
    assert (found.outcome, found.failure) == ("completed", "")


def test_steps_after_the_agents_hang_up_are_missing_and_no_failure() -> None:
    found = record(TURNS[:3], DEEDS[:1], "step 5 (Press): the agent hung up")
    assert [one.answer for one in found.exchanges] == ["hola", "respuesta", ""]
    assert found.failure == ""
    assert record(TURNS, DEEDS, "step 2 (Wait): the agent was not done within 25 s").failure.startswith("step 2")


def test_what_is_asked_again_belongs_to_the_step_before_it() -> None:
    again = Deed(Say("Sí, es correcto.", label="clarification"), "Sí, es correcto.", Span(7.0, 8.0))
    read = suite()
    turns = [*TURNS[:3], turn("caller", 7.1, "si es correcto"), turn("agent", 9.0, "gracias")]
    lived = CallReport(
        as_lived(read, read.scenarios[0], 1), Path("x.wav"), Answer(True, 200, "OK"), deeds=[DEEDS[0], again]
    )
    metadata = RecordingMetadata(recording_id="x", conversation_id="x", call=CallMetadata(), turns=turns)
    found = record_of(read.scenarios[0], lived, metadata, [0.65, 0.7])
    step = found.exchanges[1]
    assert (step.said, step.answer, step.ms) == ("dos", "respuesta", 650.0)
    assert [(one.asked, one.answered, one.heard) for one in step.clarified] == [
        ("respuesta", "Sí, es correcto.", "si es correcto")
    ]
    assert found.clarifications == 1
    assert step.as_dict()["clarifications"][0]["asked"] == "respuesta"
