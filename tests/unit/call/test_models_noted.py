"""What hosted models did is written down with the agent's turns."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.call.attempt import Bridge
from ivr.call.relay import Relay
from ivr.call.thinking import Provider, Thinking
from ivr.dialogue.chat_model import Usage
from ivr.dialogue.conversation import Message, Speech
from ivr.errors import EngineUnavailable
from ivr.ports import HangUp

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Sequence

    from ivr.dialogue.tools import Tool, ToolCall
    from tests.unit.call.conftest import FakeCall


class Down:
    provider, model = "openai", "big"

    async def reply(
        self, messages: Sequence[Message], tools: Sequence[Tool]
    ) -> AsyncGenerator[Speech | ToolCall | Usage, None]:
        assert messages
        assert tools
        yield Usage(5, 0, 0)
        raise EngineUnavailable("down", "openai")

    async def warm(self, messages: Sequence[Message], tools: Sequence[Tool]) -> None: ...

    async def check(self) -> None: ...

    async def aclose(self) -> None: ...


class Up(Down):
    provider, model = "anthropic", "quick"

    async def reply(
        self, messages: Sequence[Message], tools: Sequence[Tool]
    ) -> AsyncGenerator[Speech | ToolCall | Usage, None]:
        assert messages[-1] == Message("user", "Mi saldo.")
        assert tools
        for word in ["Claro,", "ahora", "mismo."]:
            yield Speech(word)
        yield Usage(100, 80, 9)


async def test_the_models_that_were_asked_are_told_with_the_turn(call: FakeCall) -> None:
    thinking = Thinking([Provider(Down()), Provider(Up())])
    bridge = Bridge(("Un momento.",))
    call._offer(replace(call.kit, new_model=lambda: Relay(thinking, call.model, "Eres Laura.", bridge)))
    await call.start()
    await call.ticks(1)
    await call.say("Mi saldo.", [])
    await call.ticks(1)
    call.session.leave(HangUp(16))
    await call.ticks(0.1)
    await call.over()
    assert call.book.metadata is not None
    greeting, _, answer = call.book.metadata.turns
    assert greeting.models == []
    assert answer.heard == "Claro, ahora mismo."
    assert [(record.provider, record.outcome, record.tokens_in) for record in answer.models] == [
        ("openai", "failed", 5),
        ("anthropic", "answered", 100),
    ]
    assert answer.latencies_ms["first_token"] >= 0
    assert thinking.facts(0.0)["anthropic"]["tokens_out"] == 9
