"""The adapters against a real HTTP server: what is asked, what comes back, what each fault is called."""

from __future__ import annotations

import json
import socket
from contextlib import aclosing
from typing import TYPE_CHECKING

import pytest

from ivr.db.crm_tools import TOOLS
from ivr.dialogue.chat_model import Usage
from ivr.dialogue.conversation import Message, Speech
from ivr.dialogue.tools import ToolCall
from ivr.engines.anthropic_messages import AnthropicMessages, anthropic_service
from ivr.engines.openai_chat import OpenAiChat, openai_service
from ivr.errors import EngineBusy, EngineError, EngineRefused, EngineUnavailable, UnusableAnswer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from ivr.engines.spoken_stream import Piece
    from tests.integration.llm.conftest import FaultyServer

KEY = "sk-verysecret"
ASKED = [Message("system", "Eres Laura."), Message("user", "Quiero saber mi saldo.")]


@pytest.fixture
async def model(server: FaultyServer) -> AsyncIterator[OpenAiChat]:
    chat = OpenAiChat(openai_service("openai", server.url, KEY), "small")
    yield chat
    await chat.aclose()


async def pieces_of(model: OpenAiChat | AnthropicMessages) -> list[Piece]:
    return [piece async for piece in model.reply(ASKED, TOOLS) if piece != Speech("")]


async def test_words_and_usage_come_from_the_stream(server: FaultyServer, model: OpenAiChat) -> None:
    server.says("Claro. ¿Me dice su número de cuenta?")
    *words, usage = await pieces_of(model)
    assert (
        " ".join(piece.text for piece in words if isinstance(piece, Speech)) == "Claro. ¿Me dice su número de cuenta?"
    )
    assert usage == Usage(1200, 1000, 30)
    assert server.headers[0]["Authorization"] == f"Bearer {KEY}"
    assert server.requests[0]["model"] == "small"
    assert server.requests[0]["messages"][-1] == {"role": "user", "content": "Quiero saber mi saldo."}
    assert {tool["function"]["name"] for tool in server.requests[0]["tools"]} == {tool.name for tool in TOOLS}


async def test_a_call_comes_from_the_stream(server: FaultyServer, model: OpenAiChat) -> None:
    server.calls("get_account_balance", '{"account_id": "123456"}', "Un momento.")
    *_, call = await pieces_of(model)
    assert isinstance(call, ToolCall)
    assert call.arguments == {"account_id": "123456"}


async def test_a_connection_is_used_again(server: FaultyServer, model: OpenAiChat) -> None:
    for _ in range(3):
        server.says("Claro.")
        await pieces_of(model)
    session = model._stream._session
    assert session is not None
    assert session.connector is not None
    assert sum(map(len, session.connector._conns.values())) == 1


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, EngineRefused), (404, EngineRefused), (429, EngineBusy), (500, EngineUnavailable), (302, EngineRefused)],
)
async def test_a_refusal_is_one_of_our_errors_and_never_holds_the_key(
    server: FaultyServer, model: OpenAiChat, status: int, kind: type[EngineError]
) -> None:
    server.refuses(status, f"bad key {KEY}", "3")
    with pytest.raises(kind) as raised:
        await pieces_of(model)
    assert KEY not in str(raised.value)


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (b"data: <html>\n\n", UnusableAnswer),
        (b'data: {"choices": ["x"]}\n\n', UnusableAnswer),
        (b'data: {"choices": [{"delta": "x"}]}\n\n', UnusableAnswer),
        (b'data: {"choices": [{"delta": {"tool_calls": ["x"]}}]}\n\n', UnusableAnswer),
        (b'data: {"choices": [{"delta": {"content": 7}}]}\n\n', UnusableAnswer),
        (b"data: " + b"x" * (2 << 20), UnusableAnswer),
        (b"", EngineUnavailable),
        (b"<html>welcome</html>", EngineUnavailable),
        (b'data: {"error": {"message": "boom"}}\n\n', EngineUnavailable),
    ],
)
async def test_nonsense_is_one_of_our_errors(
    server: FaultyServer, model: OpenAiChat, raw: bytes, kind: type[EngineError]
) -> None:
    server.streams(raw)
    with pytest.raises(kind):
        await pieces_of(model)


async def test_an_answer_that_is_cut_is_told_after_the_words_that_came(server: FaultyServer, model: OpenAiChat) -> None:
    for cut in (server.breaks_off, server.ends_early):
        cut("Su saldo pendiente es")
        with pytest.raises(EngineUnavailable):
            await pieces_of(model)


async def test_nobody_at_the_address_is_told_with_the_setting() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    model = OpenAiChat(openai_service("lm_studio", f"http://127.0.0.1:{port}/v1", "", "LM_STUDIO_URL"), "small")
    with pytest.raises(EngineUnavailable, match="LM_STUDIO_URL"):
        await pieces_of(model)
    with pytest.raises(EngineUnavailable, match="LM_STUDIO_URL"):
        await model.check()
    await model.aclose()


async def test_closing_the_stream_ends_the_request(server: FaultyServer, model: OpenAiChat) -> None:
    server.stalls("Claro, ahora mismo ")
    async with aclosing(model.reply(ASKED, TOOLS)) as pieces:
        assert await anext(pieces) == Speech("Claro, ahora mismo")
    assert await server.left(1)


async def test_anthropics_events_come_from_the_stream(server: FaultyServer) -> None:
    start = {"type": "message_start", "message": {"usage": {"input_tokens": 12, "cache_read_input_tokens": 900}}}
    delta = {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Claro."}}
    ended = {"type": "message_delta", "usage": {"output_tokens": 2}}
    events = [start, delta, ended, {"type": "message_stop"}]
    server.streams(b"".join(b"event: x\ndata: " + json.dumps(event).encode() + b"\n\n" for event in events))
    model = AnthropicMessages(anthropic_service(server.url.removesuffix("/v1"), KEY), "quick")
    assert await pieces_of(model) == [Speech("Claro."), Usage(912, 900, 2)]
    await model.aclose()
    assert server.headers[0]["x-api-key"] == KEY
    assert server.requests[0]["system"][0]["text"] == "Eres Laura."
