"""A reply is made ready while it is still doubtful whether the caller has finished; it sounds only if so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.dialogue.conversation import Expectation, Message, Speech
from ivr.dialogue.tools import ToolCall
from ivr.dialogue.turn_events import DropReply, Reply
from ivr.ports import HangUp

if TYPE_CHECKING:
    from tests.unit.call.conftest import FakeCall

VOICE = b"\x10\x20" * 160
DOUBTFUL = "Quiero cambiar la"
WHOLE = "Quiero cambiar la tarifa, por favor."


async def prepare(call: FakeCall, *after_tool: list[Speech | ToolCall], reply: list[Speech | ToolCall]) -> None:
    """Let the caller stop in the middle of a phrase for so long that an answer is prepared, and not given yet."""
    await call.start()
    await call.ticks(1)
    call.ear.texts.append(DOUBTFUL)
    call.model.replies.append(reply)
    call.model.replies.extend(after_tool)
    call.line.queue.extend([VOICE] * 25)
    for _ in range(150):
        await call.ticks(0.02)
        if call.session._prepared is not None:
            return
    raise AssertionError("nothing was prepared")


async def hang_up(call: FakeCall) -> None:
    call.session.leave(HangUp(16))
    await call.ticks(0.1)
    await call.over()
    assert call.book.metadata is not None


async def test_a_prepared_reply_is_not_heard_before_the_turn_is_over(call: FakeCall) -> None:
    await prepare(call, reply=[Speech("Claro que sí.")])
    assert call.model.asked[-1][-1] == Message("user", DOUBTFUL)
    assert not call.sounding(0.4)


async def test_it_is_heard_at_once_when_the_turn_is_over(call: FakeCall) -> None:
    await prepare(call, reply=[Speech("Claro que sí.")])
    await call.ticks(3)
    await hang_up(call)
    assert call.book.metadata is not None
    assert [turn.heard for turn in call.book.metadata.turns] == ["Hola.", DOUBTFUL, "Claro que sí."]
    assert len(call.model.asked) == 2
    answered = call.book.metadata.turns[-1].latencies_ms
    assert answered["total"] - answered["endpoint"] <= 40
    assert answered["llm"] >= 0


async def test_it_is_dropped_unheard_when_the_caller_goes_on(call: FakeCall) -> None:
    await prepare(call, reply=[Speech("Claro que sí.")])
    await call.say(WHOLE, [Speech("Ahora mismo.")])
    await call.ticks(1)
    await hang_up(call)
    assert call.book.metadata is not None
    assert [turn.heard for turn in call.book.metadata.turns] == ["Hola.", WHOLE, "Ahora mismo."]
    assert call.model.asked[-1] == (Message("assistant", "Hola."), Message("user", WHOLE))


async def test_no_function_runs_before_the_turn_is_over(call: FakeCall) -> None:
    await prepare(call, [Speech("Son diez euros.")], reply=[Speech("Un momento."), ToolCall("read", {}, "k1")])
    assert call.functions.ran == []
    await call.ticks(3)
    assert call.functions.ran == ["read"]
    await hang_up(call)


async def test_no_function_runs_for_a_turn_that_was_not_over(call: FakeCall) -> None:
    await prepare(call, reply=[Speech("Un momento."), ToolCall("read", {}, "k1")])
    await call.say(WHOLE, [Speech("Ahora mismo.")])
    await call.ticks(1)
    await hang_up(call)
    assert call.functions.ran == []


async def test_what_the_agent_asked_for_outlives_a_dropped_reply(call: FakeCall) -> None:
    await prepare(call, reply=[Speech("¿Cuál es su teléfono?")])
    before = call.session._turns.expects
    call.line.queue.extend([VOICE] * 10)
    await call.ticks(0.2)
    assert call.session._prepared is None
    assert call.session._turns.expects is before
    call.ear.texts.append(WHOLE)
    call.model.replies.append([Speech("Claro.")])
    await call.ticks(1)
    await hang_up(call)


async def test_hanging_up_during_preparation_ends_the_call(call: FakeCall) -> None:
    await prepare(call, reply=[Speech("Claro que sí.")])
    await hang_up(call)
    assert call.book.metadata is not None
    assert [turn.heard for turn in call.book.metadata.turns if turn.who == "agent"] == ["Hola."]


async def test_a_number_taken_for_whole_too_early_is_still_the_number_asked_for(call: FakeCall) -> None:
    await call.start(Speech("Dígame su teléfono.", expects=Expectation.DIGITS, digits=9))
    await call.ticks(1)
    call.model.replies.append([Speech("Un momento.")])
    call.session._obey((Reply("654", 1.0, 1.5),))
    await call.settle()
    call.session._obey((DropReply(retract=True),))
    assert (call.session._turns.expects, call.session._turns.digits) == (Expectation.DIGITS, 9)
    await hang_up(call)
