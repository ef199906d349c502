"""Whole conversations while the model's server misbehaves: what the caller hears, when, and what ran."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ivr.bootstrap import build_script
from ivr.db.crm_tables import Cancellation
from ivr.dialogue.conversation import Expectation
from ivr.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

    from tests.integration.llm.conftest import FaultyServer, Talk

FILLED_BY = 1.5
"""Seconds within which the caller hears something, whatever the server does."""
FILLERS = build_script(Settings().model_copy(update={"persona": "es"})).lines_of("please_wait")


async def test_a_whole_conversation_with_a_model_that_works(server: FaultyServer, begin: Callable[..., Talk]) -> None:
    talk = begin()
    assert "Laura" in await talk.say("")
    assert server.requests == []
    server.says("Claro que sí. ¿Me dice su número de cuenta, por favor?")
    assert await talk.say("Quiero saber mi saldo.") == "Claro que sí. ¿Me dice su número de cuenta, por favor?"
    assert talk.agent.expects is Expectation.DIGITS
    assert talk.first_sound < 0.5
    server.calls("get_account_balance", '{"account_id": "654321"}', "Un momento.")
    server.says("Su saldo pendiente es de treinta y siete con ochenta euros. ¿Algo más?")
    assert (await talk.say("654321")).startswith("Un momento. Su saldo pendiente es de treinta y siete con")
    assert talk.ran == ["get_account_balance"]
    result = server.requests[-1]["messages"][-1]
    assert result["role"] == "tool"
    assert "37.80" in result["content"]
    assert [message["role"] for message in server.requests[-1]["messages"]].count("tool") == 1
    assert talk.outcomes == ["openai answered"] * 3
    assert talk.records[0].tokens_in == 1200


FAULTS: dict[str, Callable[[FaultyServer], None]] = {
    "a slow first token": lambda server: server.says("Demasiado tarde.", after=20),
    "a stall before the first word": lambda server: server.stalls(),
    "a stall in the middle of a clause": lambda server: server.stalls("Su saldo"),
    "an error of the server": lambda server: server.refuses(500),
    "too many requests": lambda server: server.refuses(429, retry_after="1"),
    "a wrong key": lambda server: server.refuses(401),
    "an answer cut in the middle": lambda server: server.breaks_off("Su saldo pendiente"),
    "an answer without its end": lambda server: server.ends_early("Su saldo pendiente"),
    "a function that does not exist": lambda server: server.calls("borrar_cuenta", "{}"),
    "arguments that do not fit": lambda server: server.calls("get_account_balance", '{"cuenta": 1}'),
    "arguments that are no JSON": lambda server: server.calls("get_account_balance", '{"account_id": '),
    "a leaked call": lambda server: server.says('{"name": "get_account_balance", "arguments": {}}'),
    "leaked markup": lambda server: server.says("<think>El cliente quiere su saldo</think>"),
    "an empty answer": lambda server: server.says(""),
    "a page instead of a stream": lambda server: server.streams(b"<html>welcome</html>"),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_the_built_in_engine_takes_the_turn_and_the_caller_is_not_left_in_silence(
    fault: str, server: FaultyServer, begin: Callable[..., Talk], measured: Callable[[str], None]
) -> None:
    talk = begin()
    await talk.say("")
    FAULTS[fault](server)
    heard = await talk.say("Quiero saber mi saldo.")
    assert "número de cuenta" in heard
    assert talk.agent.expects is Expectation.DIGITS
    assert not any(sign in heard for sign in "{<_")
    assert talk.first_sound < FILLED_BY
    assert talk.outcomes == ["openai failed", "local answered"]
    measured(
        f"{fault}: something heard after {talk.first_sound:.2f} s, the answer after {talk.voice.spoken[-1][0]:.2f} s"
    )
    heard = await talk.say("654321") if fault == "too many requests" else ""
    assert not heard or "treinta y siete" in heard or "37" in heard


async def test_a_filler_bridges_a_slow_model_that_answers_in_time(
    server: FaultyServer, begin: Callable[..., Talk]
) -> None:
    talk = begin()
    server.says("Claro que sí.", after=1.6)
    heard = await talk.say("Quiero saber mi saldo.")
    filler = next(text for text in FILLERS if heard.startswith(text))
    assert heard == f"{filler} Claro que sí."
    assert 1.1 < talk.first_sound < FILLED_BY
    server.says("Dígame.")
    await talk.say("¿Hola?")
    assert {"role": "assistant", "content": "Claro que sí."} in server.requests[-1]["messages"]


async def test_the_next_provider_takes_the_turn(server: FaultyServer, begin: Callable[..., Talk]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    talk = begin(llm_base_url=nobody, llm_fallbacks="lm_studio", lm_studio_url=server.url)
    server.says("Claro que sí.")
    assert await talk.say("Quiero saber mi saldo.") == "Claro que sí."
    assert talk.first_sound < FILLED_BY
    assert talk.outcomes == ["openai failed", "lm_studio answered"]


async def test_the_next_provider_goes_on_from_what_was_said(server: FaultyServer, begin: Callable[..., Talk]) -> None:
    talk = begin(llm_fallbacks="lm_studio", lm_studio_url=server.url)
    server.stalls("Claro que sí. Su saldo ")
    server.says("Claro que sí. ¿Me dice su número de cuenta?")
    assert await talk.say("Quiero saber mi saldo.") == "Claro que sí. ¿Me dice su número de cuenta?"
    assert server.requests[-1]["messages"][-2] == {"role": "assistant", "content": "Claro que sí."}


async def test_a_server_that_keeps_failing_is_left_alone_and_calls_do_not_wait_for_it(
    server: FaultyServer, begin: Callable[..., Talk]
) -> None:
    talk = begin(llm_first_token_timeout=0.3)
    for _ in range(3):
        server.stalls()
        await talk.say("Quiero saber mi saldo.")
    await talk.say("Quiero saber mi saldo.")
    assert talk.first_sound < 0.2
    assert len(server.requests) == 3
    assert await server.left(3)


async def test_nothing_is_cancelled_without_the_callers_yes(
    server: FaultyServer, begin: Callable[..., Talk], database: Engine
) -> None:
    talk = begin()
    await talk.say("")
    for text in ("Quiero dar de baja mi línea.", "654321", "Es muy caro."):
        server.calls("cancel_service", '{"account_id": "654321", "reason": "caro"}', "Ya está.")
        await talk.say(text)
    with Session(database) as session:
        assert session.scalar(select(func.count()).select_from(Cancellation)) == 0
    assert "cancel_service" not in talk.ran


async def test_a_write_runs_once_though_its_answer_is_lost_and_another_model_asks_for_it_again(
    server: FaultyServer, begin: Callable[..., Talk], database: Engine
) -> None:
    talk = begin(llm_fallbacks="lm_studio", lm_studio_url=server.url)
    server.says("La baja no se puede deshacer. ¿Confirma que quiere cancelar la cuenta 654321?")
    await talk.say("Quiero dar de baja la cuenta 654321.")
    server.calls("cancel_service", '{"account_id": "654321"}')
    server.refuses(500)
    server.calls("cancel_service", '{"account_id": "654321"}')
    await talk.say("Sí, lo confirmo.")
    with Session(database) as session:
        assert session.scalar(select(func.count()).select_from(Cancellation)) == 1
