from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.dialogue.conversation import Speech
from ivr.dialogue.tools import Tool, ToolCall
from ivr.ports import HangUp

if TYPE_CHECKING:
    from tests.unit.call.conftest import FakeCall


async def test_what_proves_who_calls_is_not_written_down_with_the_function(call: FakeCall) -> None:
    call.functions.tools = (Tool("read", "reads", {}, proofs=("code",)), *call.functions.tools[1:])
    await call.start()
    await call.ticks(1)
    asked = ToolCall("read", {"order": "5512", "code": "28013"}, "k1")
    await call.say("Mi saldo.", [Speech("Un momento."), asked], [Speech("Ya está.")])
    await call.ticks(2)
    call.session.leave(HangUp(16))
    await call.ticks(0.1)
    await call.over()
    assert call.book.metadata is not None
    (ran,) = call.book.metadata.tools
    assert ran.arguments == {"order": "5512", "code": "***"}
