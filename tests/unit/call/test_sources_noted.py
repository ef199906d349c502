"""A turn that was answered from documents tells from which."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.dialogue.conversation import Speech
from ivr.dialogue.tools import SEARCH, Tool, ToolCall, ToolResult
from ivr.ports import HangUp

if TYPE_CHECKING:
    from ivr.ports import CallContext
    from tests.unit.call.conftest import FakeCall

SOURCE = {"file": "roaming.md", "heading": "Roaming > Suiza", "page": None, "passage": "ab12", "score": 9.1}


class Documents:
    tools = (Tool(SEARCH, "searches", {}),)

    async def run(self, call: ToolCall, context: CallContext) -> ToolResult:
        del context
        return ToolResult(call.call_id, call.name, ok=True, data={"answer": "9 € al día.", "sources": [SOURCE]})


async def test_the_turn_after_a_search_lists_its_sources_and_no_other_turn_does(call: FakeCall) -> None:
    call._offer(replace(call.kit, tools=Documents()))
    await call.start()
    await call.ticks(1)
    await call.say("Roaming en Suiza.", [ToolCall(SEARCH, {"question": "roaming"}, "k1")], [Speech("9 € al día.")])
    await call.ticks(2)
    await call.say("Gracias.", [Speech("De nada.")])
    await call.ticks(2)
    call.session.leave(HangUp())
    await call.ticks(0.2)
    await call.over()
    assert call.book.metadata is not None
    turns = [turn for turn in call.book.metadata.turns if turn.who == "agent"]
    assert [turn.sources for turn in turns] == [[], [SOURCE], []]
