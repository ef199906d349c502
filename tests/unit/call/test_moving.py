"""A move that somebody else wants: what is finished first, what the caller hears, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.dialogue.conversation import Speech
from ivr.dialogue.tools import ToolCall
from ivr.errors import TransferRefused
from ivr.handover_ports import CallerMoved, HandoverFailed, PersonAnswered, PersonPressed

if TYPE_CHECKING:
    from tests.unit.call.conftest import FakeCall

ANNOUNCED = "[transfer_to_agent]"


def said(call: FakeCall) -> list[str]:
    return [turn.heard for turn in call.session._book.metadata.turns if turn.who == "agent"]


def moved(call: FakeCall) -> bool:
    return "transfer 1002" in call.control.did


async def test_a_move_is_announced_and_then_made_the_way_it_was_wanted(call: FakeCall) -> None:
    await call.start()
    await call.ticks(1)
    call.session.move("1002", "blind")
    await call.ticks(0.5)
    assert said(call)[-1] == ANNOUNCED
    order = call.control.person.order
    assert (order.target, order.mode) == ("1002", "blind")
    assert call.session._book.metadata.handover is not None


async def test_what_is_being_said_is_said_first(call: FakeCall) -> None:
    await call.start(Speech("Uno dos tres cuatro cinco seis siete ocho nueve diez."))
    await call.ticks(0.3)
    call.session.move("1002", "warm")
    await call.ticks(0.5)
    assert not moved(call)
    await call.ticks(1.5)
    assert said(call) == ["Uno dos tres cuatro cinco seis siete ocho nueve diez.", ANNOUNCED]
    assert moved(call)


async def test_a_function_that_runs_is_finished_and_its_result_told_first(call: FakeCall) -> None:
    await call.start()
    await call.ticks(1)
    call.functions.gate.clear()
    await call.say("Mi saldo.", [ToolCall("read", {}, "k1")], [Speech("Son diez euros.")])
    call.session.move("1002", "warm")
    await call.ticks(0.5)
    assert not moved(call)
    call.functions.gate.set()
    await call.ticks(2)
    assert call.functions.ran == ["read"]
    assert said(call)[-2:] == ["Son diez euros.", ANNOUNCED]
    assert moved(call)


async def test_what_the_caller_is_saying_is_heard_to_its_end_and_told_to_the_person(call: FakeCall) -> None:
    await call.start()
    await call.ticks(1)
    call.ear.texts.append("Mi factura está mal.")
    call.model.replies.append([Speech("Se la miro.")])
    call.line.queue.extend([b"\x10\x20" * 160] * 25)
    await call.ticks(0.2)
    call.session.move("1002", "warm")
    await call.ticks(0.2)
    assert said(call)[-1] != ANNOUNCED
    await call.ticks(2)
    assert said(call)[-1] == ANNOUNCED
    assert "Se la miro." not in said(call)
    assert any(message.text == "Mi factura está mal." for message in call.session._agent.messages)
    assert moved(call)


async def test_a_goodbye_that_is_being_said_does_not_end_a_call_that_is_to_be_moved(call: FakeCall) -> None:
    await call.start()
    await call.ticks(1)
    await call.say("Adiós.", [Speech("Hasta luego, que tenga un buen día."), ToolCall("end_call", {}, "k1")])
    call.session.move("1002", "warm")
    await call.ticks(2)
    assert said(call)[-1] == ANNOUNCED
    assert moved(call)


async def test_only_one_move_at_a_time(call: FakeCall) -> None:
    await call.start()
    await call.ticks(1)
    call.session.move("1002", "warm")
    with pytest.raises(TransferRefused, match="being moved already"):
        call.session.move("2000", "warm")
    await call.ticks(1)
    with pytest.raises(TransferRefused, match="being moved already"):
        call.session.move("2000", "warm")
    call.control.person.tell(PersonAnswered(), PersonPressed("1"), CallerMoved())
    await call.ticks(0.1)
    with pytest.raises(TransferRefused, match="with a person already"):
        call.session.move("2000", "warm")


async def test_a_caller_whom_nobody_takes_is_told_and_can_be_moved_again(call: FakeCall) -> None:
    await call.start()
    await call.ticks(1)
    call.session.move("1002", "warm")
    await call.ticks(1)
    call.model.replies.append([Speech("No contesta nadie.")])
    call.control.person.tell(HandoverFailed("busy"))
    await call.ticks(1)
    assert said(call)[-1] == "No contesta nadie."
    call.session.move("2000", "warm")
    await call.ticks(1)
    assert call.control.person.order.target == "2000"
    record = call.session._book.metadata.handover
    assert record is not None
    assert record.attempt == 2


async def test_a_caller_of_an_agent_that_cannot_speak_is_moved_all_the_same(call: FakeCall) -> None:
    await call.start()
    await call.ticks(1)
    call.voice.fails = True
    call.session.move("1002", "warm")
    await call.ticks(2)
    assert moved(call)
