"""Handing a caller over, tick by tick: what each side hears, how each ending is told and written down."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from ivr.call.handover import DECIDE
from ivr.dialogue.conversation import Speech
from ivr.dialogue.outcome import Outcome
from ivr.dialogue.tools import ToolCall
from ivr.handover_ports import CallerMoved, HandoverFailed, PersonAnswered, PersonPressed
from ivr.ports import HangUp

if TYPE_CHECKING:
    from ivr.metadata import HandoverRecord, RecordingMetadata
    from tests.unit.call.conftest import FakeCall, Line, Person

VOICE = b"\x10\x20" * 160


async def ask_for_a_person(call: FakeCall) -> Person:
    await call.start()
    await call.ticks(1)
    await call.say("Con una persona.", [Speech("Le paso."), ToolCall("transfer", {}, "k1")])
    await call.ticks(1)
    return call.control.person


def record_of(call: FakeCall) -> HandoverRecord:
    record = call.session._book.metadata.handover
    assert record is not None
    return record


def second_line(person: Person) -> Line:
    assert person.link is not None
    return person.link


async def end(call: FakeCall) -> RecordingMetadata:
    call.session.leave(HangUp(by="person", outcome=Outcome.TRANSFERRED))
    await call.ticks(0.1)
    await call.over()
    assert call.book.metadata is not None
    return call.book.metadata


async def test_the_caller_hears_ringing_while_the_persons_phone_rings(call: FakeCall) -> None:
    person = await ask_for_a_person(call)
    ringing = call.line.sent[-25:]
    assert all(any(frame) for frame in ringing)
    assert person.order.target == "2000"
    assert person.order.mode == "warm"
    assert 0 < person.order.wait <= 180
    assert not any(any(frame) for frame in second_line(person).sent)


async def test_only_the_person_hears_the_briefing_and_a_key_joins_both_before_its_end(call: FakeCall) -> None:
    person = await ask_for_a_person(call)
    before = len(call.line.sent)
    person.tell(PersonAnswered())
    await call.ticks(0.5)
    assert any(any(frame) for frame in second_line(person).sent[-20:])
    assert len(call.line.sent) == before + 25
    person.tell(PersonPressed("9"), PersonPressed("1"))
    await call.ticks(0.1)
    assert person.did == ["join"]
    person.tell(CallerMoved())
    await call.ticks(0.1)
    record = record_of(call)
    assert record.outcome == "taken"
    assert "Pulse uno" in record.briefing
    metadata = await end(call)
    assert metadata.call.outcome is Outcome.TRANSFERRED
    assert metadata.handover is not None
    assert metadata.handover.waited_seconds is not None


async def test_after_the_move_both_are_recorded_and_written_down_and_an_alert_goes_on(call: FakeCall) -> None:
    person = await ask_for_a_person(call)
    person.tell(PersonAnswered(), PersonPressed("1"), CallerMoved())
    await call.ticks(0.1)
    call.ear.texts.extend(["esto es una vergüenza, estoy harto", "le entiendo perfectamente"])
    call.line.queue.extend([VOICE] * 25)
    await call.ticks(1.6)
    second_line(person).queue.extend([VOICE] * 25)
    await call.ticks(1.6)
    tape = call.tapes.tape.ticks[-160:]
    assert sum(any(heard) for heard, _ in tape) == 25
    assert sum(any(said) for _, said in tape) == 25
    metadata = await end(call)
    assert [(turn.who, turn.heard) for turn in metadata.turns[-2:]] == [
        ("caller", "esto es una vergüenza, estoy harto"),
        ("person", "le entiendo perfectamente"),
    ]
    assert metadata.turns[-1].start > metadata.turns[-2].end
    assert metadata.turns[-2].sentiment is not None
    assert metadata.turns[-2].sentiment < 0


@pytest.mark.parametrize("reason", ["no_answer", "busy", "unreachable", "hung_up", "failed"])
async def test_a_caller_whom_nobody_takes_is_told_and_the_agent_goes_on(call: FakeCall, reason: str) -> None:
    person = await ask_for_a_person(call)
    call.model.replies.append([Speech("No contesta nadie.")])
    person.tell(HandoverFailed(reason))  # type: ignore[arg-type]  # parametrized
    await call.ticks(1)
    last = call.model.asked[-1][-1]
    assert last.result is not None
    assert not last.result.ok
    assert record_of(call).outcome == reason
    await call.say("Pues mi saldo.", [Speech("Son diez euros.")])
    await call.ticks(1)
    metadata = await end(call)
    assert [turn.heard for turn in metadata.turns if turn.who == "agent"][-2:] == [
        "No contesta nadie.",
        "Son diez euros.",
    ]


async def test_a_person_who_declines_is_let_go_at_once(call: FakeCall) -> None:
    person = await ask_for_a_person(call)
    person.tell(PersonAnswered(), PersonPressed("2"))
    await call.ticks(0.1)
    assert person.did == ["dismiss"]
    call.model.replies.append([Speech("No contesta nadie.")])
    person.tell(HandoverFailed("hung_up"))
    await call.ticks(0.5)
    assert record_of(call).outcome == "declined"


async def test_a_person_who_presses_nothing_is_let_go(call: FakeCall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ivr.call.handover.DECIDE", 0.01)
    assert DECIDE > 5
    person = await ask_for_a_person(call)
    person.tell(PersonAnswered())
    await call.ticks(5)
    for _ in range(30):
        if person.did:
            break
        await call.ticks(0.1)
        await asyncio.sleep(0.02)
    assert person.did == ["dismiss"]


async def test_a_caller_who_hangs_up_while_waiting_ends_the_call(call: FakeCall) -> None:
    await ask_for_a_person(call)
    call.session.leave(HangUp())
    await call.ticks(0.1)
    await call.over()
    assert call.book.metadata is not None
    assert call.book.metadata.call.outcome is Outcome.CALLER_HUNG_UP
    assert record_of(call).outcome == "caller_hung_up"
    assert len(call.conductor._calls) == 0


async def test_a_limit_that_nobody_kept_is_an_alarm(call: FakeCall, caplog: pytest.LogCaptureFixture) -> None:
    person = await ask_for_a_person(call)
    await call.ticks(180)
    call.model.replies.append([Speech("No contesta nadie.")])
    person.tell(HandoverFailed("no_answer"))
    await call.ticks(0.5)
    assert record_of(call).late
    assert "handover_alarm" in caplog.text
    assert call.kit.handovers.figures()["late"] == 1


async def test_whoever_looks_sees_the_hand_over_and_what_is_known(call: FakeCall) -> None:
    await ask_for_a_person(call)
    assert "changed" in call.book.events
    screen = record_of(call).screen
    assert screen["call_id"] == "c1"
    assert screen["recording_id"] == "rec_c1"
    assert screen["caller"] == "600111222"


async def test_screens_are_told_while_the_phone_rings_when_it_is_answered_and_how_it_came_out(call: FakeCall) -> None:
    person = await ask_for_a_person(call)
    assert [event["state"] for event in call.control.told] == ["ringing"]
    person.tell(PersonAnswered(), PersonPressed("1"), CallerMoved())
    await call.ticks(0.1)
    await end(call)
    assert [event["state"] for event in call.control.told] == ["ringing", "answered", "taken"]
    event = call.control.told[-1]
    assert event["event"] == "IvrScreenPop"
    assert (event["target"], event["mode"], event["call_id"]) == ("2000", "warm", "c1")
    assert (event["caller"], event["verified"], event["intent"]) == ("600111222", "no", "transfer_to_agent")


async def test_a_hand_over_goes_on_when_nobody_can_be_told_of_it(
    call: FakeCall, caplog: pytest.LogCaptureFixture
) -> None:
    call.control.refuses_events = True
    person = await ask_for_a_person(call)
    person.tell(PersonAnswered(), PersonPressed("1"), CallerMoved())
    await call.ticks(0.1)
    assert record_of(call).outcome == "taken"
    assert "listeners are not told" in caplog.text
