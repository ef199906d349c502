"""Whole conversations while the model's server misbehaves: what the caller hears, when, and what ran."""

from __future__ import annotations

import asyncio
import datetime as dt
import socket
import time
from typing import TYPE_CHECKING, cast

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from ivr.audio.frame import AudioFrame
from ivr.bootstrap import build_new_model, build_script
from ivr.bootstrap_llm import build_thinking
from ivr.call.agent import Agent
from ivr.call.kit import AgentKit
from ivr.call.playout import Playout
from ivr.call.thinking import NOTE
from ivr.db.base import Base
from ivr.db.crm import CrmTools
from ivr.db.crm_seed import seed
from ivr.db.crm_tables import Cancellation
from ivr.dialogue.conversation import Expectation
from ivr.ports import CallContext
from ivr.settings import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
    from pathlib import Path

    from sqlalchemy import Engine

    from ivr.metadata import ModelRecord
    from ivr.ports import Transcriber, TurnDetector, VoiceDetector, VoiceStyle
    from tests.integration.llm.conftest import FaultyServer

FILLED_BY = 1.5
"""Seconds within which the caller hears something, whatever the server does."""
FILLERS = build_script(Settings().model_copy(update={"persona": "es"})).lines_of("please_wait")


class Clock:
    """Speaks nothing aloud, and notes when each clause was ready to be spoken."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.spoken: list[tuple[float, str]] = []

    async def speak(self, text: str, style: VoiceStyle) -> AsyncGenerator[AudioFrame, None]:
        assert style.language == "es"
        self.spoken.append((time.monotonic() - self.began, text))
        yield AudioFrame(bytes(160), 8000)

    async def prepare(self, texts: Sequence[str], style: VoiceStyle) -> None: ...


class Talk:
    """A call in text, with a real agent, real functions and a model on the server."""

    def __init__(self, database: Engine, settings: Settings, tasks: asyncio.TaskGroup) -> None:
        self.records: list[ModelRecord] = []
        NOTE.set(self.records.append)
        script = build_script(settings)
        self.thinking = build_thinking(settings)
        self.voice, self.playout = Clock(), Playout(8000)
        kit = AgentKit(
            detector=cast("VoiceDetector", None),
            turn_detector=cast("TurnDetector", None),
            transcriber=cast("Transcriber", None),
            new_model=build_new_model(settings, script, self.thinking),
            tools=CrmTools(database),
            synthesizer=self.voice,
            lines=script,
        )
        self.agent = Agent(kit, CallContext("c1", "600111222"), self.playout, tasks)
        self.ran: list[str] = []
        self.agent.on_tool = lambda record: self.ran.append(record.name)

    async def say(self, text: str) -> str:
        """Let the caller say something; answers what the agent said, all of it heard."""
        if text:
            self.agent.hear(text)
        self.agent.begin()
        self.playout.begin()
        self.voice.began, self.voice.spoken = time.monotonic(), []
        await self.agent.reply()
        while self.playout.next(0.0) is not None:
            pass
        spoken = self.playout.close(0.0)
        assert spoken is not None
        self.agent.said(spoken)
        return spoken.heard

    @property
    def first_sound(self) -> float:
        return self.voice.spoken[0][0]

    @property
    def outcomes(self) -> list[str]:
        return [f"{record.provider} {record.outcome}" for record in self.records]


@pytest.fixture
def database(tmp_path: Path) -> Engine:
    engine = create_engine(f"sqlite:///{tmp_path / 'crm.sqlite'}")
    Base.metadata.create_all(engine)
    seed(engine, dt.date.today())  # noqa: DTZ011 - as the product seeds it
    return engine


@pytest.fixture
async def begin(server: FaultyServer, database: Engine) -> AsyncIterator[Callable[..., Talk]]:
    """Give what begins a call whose model is on the server."""
    async with asyncio.TaskGroup() as tasks:
        talks = []

        def new(**changes: object) -> Talk:
            own = {
                "persona": "es",
                "llm_provider": "openai",
                "llm_base_url": server.url,
                "llm_first_token_timeout": 2.0,
                "llm_token_timeout": 0.5,
                "enable_clarification": False,
            }
            talks.append(Talk(database, Settings().model_copy(update=own | changes), tasks))
            return talks[-1]

        yield new
        for talk in talks:
            await talk.thinking.aclose()
    database.dispose()


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
