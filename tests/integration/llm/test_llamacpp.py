"""A real llama.cpp with a real model: it answers, calls functions, and is killed in the middle of a reply."""

from __future__ import annotations

import datetime as dt
import json
import time
from contextlib import aclosing
from typing import TYPE_CHECKING

import pytest

from ivr.bootstrap import build_script
from ivr.db.crm_tools import TOOLS
from ivr.dialogue.conversation import Message, Speech
from ivr.dialogue.prompt import fixed_part, system_prompt
from ivr.settings import Settings
from tests.integration.llm.served import MODEL, serving

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
    from pathlib import Path

    from ivr.dialogue.chat_model import Usage
    from ivr.dialogue.tools import Tool, ToolCall
    from tests.integration.llm.conftest import Talk
    from tests.integration.llm.served import Served

pytestmark = [pytest.mark.engine, pytest.mark.slow]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with serving(tmp_path) as server:
        yield server


async def warmed(talk: Talk) -> float:
    script = build_script(Settings().model_copy(update={"persona": "es"}))
    brief = Message("system", fixed_part(system_prompt(script, dt.datetime.now())))  # noqa: DTZ005 - local time
    began = time.monotonic()
    await talk.thinking.providers[0].model.warm([brief], TOOLS)
    return time.monotonic() - began


def own(served: Served) -> dict[str, object]:
    """Ask the server of the test, with patience for a machine that is busy with other tests."""
    address = {
        "llm_provider": "llamacpp",
        "llm_turns": "all",
        "llm_model": MODEL,
        "llm_base_url": "",
        "llm_port": served.port,
    }
    return address | {"llm_first_token_timeout": 60.0, "llm_token_timeout": 30.0}


async def converse(talk: Talk, measured: Callable[[str], None]) -> None:
    """Hold a conversation in which a function is wanted."""
    await talk.say("")
    for text in ("Buenos días, ¿qué horario tienen?", "Quiero saber mi saldo.", "Mi número de cuenta es el 654321."):
        heard = await talk.say(text)
        assert heard
        assert not any(sign in heard for sign in "{}<>")
        record = talk.records[-1]
        measured(
            f"llama.cpp: {text!r} -> {heard!r}; {record.provider} {record.outcome} {record.reason}, "
            f"first token {record.ttft_ms} ms, first clause {talk.first_sound:.2f} s, read {record.tokens_in}"
            f" ({record.tokens_cached} cached), written {record.tokens_out}, ran {json.dumps(talk.ran)}"
        )
    assert any(record.outcome == "answered" and record.provider == "llamacpp" for record in talk.records)


def kill_at_the_first_words(served: Served, talk: Talk) -> None:
    model = talk.thinking.providers[0].model
    reply = model.reply

    async def dying(
        messages: Sequence[Message], tools: Sequence[Tool]
    ) -> AsyncGenerator[Speech | ToolCall | Usage, None]:
        async with aclosing(reply(messages, tools)) as pieces:
            async for piece in pieces:
                yield piece
                if isinstance(piece, Speech) and piece.text:
                    served.kill()

    model.reply = dying  # type: ignore[method-assign]


async def test_a_real_model_answers_and_when_it_is_killed_in_a_reply_the_call_goes_on(
    served: Served, begin: Callable[..., Talk], measured: Callable[[str], None]
) -> None:
    loaded = await served.ready()
    talk = begin(**own(served))
    measured(f"llama.cpp: loaded in {loaded:.1f} s, instructions read in {await warmed(talk):.1f} s")
    await converse(talk, measured)
    talk = begin(**own(served))
    await talk.say("")
    kill_at_the_first_words(served, talk)
    heard = await talk.say("Dígame el horario y las formas de pago, por favor.")
    gaps = [later[0] - earlier[0] for earlier, later in zip(talk.voice.spoken, talk.voice.spoken[1:], strict=False)]
    measured(f"llama.cpp killed in a reply: {heard!r}, {talk.outcomes}, longest gap {max(gaps, default=0):.2f} s")
    assert heard
    assert talk.records[0].ttft_ms is not None, "it was killed before it said anything"
    assert talk.outcomes == ["llamacpp failed", "local answered"]
    await talk.say("Quiero hablar con una persona.")
    assert talk.records[-1].provider == "local"
    assert talk.first_sound < 1.0
    assert talk.ran[-1] == "transfer_to_agent"
