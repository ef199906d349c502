"""A real llama.cpp with a real model: it answers, calls functions, and is killed in the middle of a reply."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp
import pytest

from ivr.bootstrap import build_script
from ivr.db.crm_tools import TOOLS
from ivr.dialogue.conversation import Message
from ivr.dialogue.prompt import fixed_part, system_prompt
from ivr.engines.store import ModelStore
from ivr.settings import LLAMACPP_MODEL, Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.integration.llm.conftest import Talk

pytestmark = [pytest.mark.engine, pytest.mark.slow]
CACHE = Path(os.environ.get("IVR_CACHE", "~/.cache/ivr")).expanduser()
LOADED_WITHIN = 300


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Served:
    """``ivr serve llm`` as a process of its own."""

    def __init__(self, home: Path) -> None:
        self.port = free_port()
        environment = os.environ | {"IVR_HOME": str(home), "LLM_PROVIDER": "llamacpp", "LLM_PORT": str(self.port)}
        self.log = home / "llm.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "ivr", "serve", "llm"], env=environment, stdout=log, stderr=log
            )

    async def ready(self) -> float:
        """Wait until it is healthy; answers how long that took."""
        began = time.monotonic()
        async with aiohttp.ClientSession() as session:
            while time.monotonic() - began < LOADED_WITHIN:
                assert self.process.poll() is None, self.log.read_text(errors="replace")[-2000:]
                try:
                    async with session.get(f"http://127.0.0.1:{self.port}/health") as answer:
                        if answer.status == 200 and (await answer.json())["status"] == "healthy":
                            return time.monotonic() - began
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(0.2)
        raise AssertionError(self.log.read_text(errors="replace")[-2000:])

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    pytest.importorskip("xllamacpp", reason="llama.cpp is not installed here: pip install 'ivr[llamacpp]'")
    if ModelStore(CACHE).missing([LLAMACPP_MODEL]):
        pytest.skip(f"the model is not here: ivr models pull {LLAMACPP_MODEL}")
    server = Served(tmp_path)
    yield server
    if server.process.poll() is None:
        server.process.terminate()
        try:
            server.process.wait(30)
        except subprocess.TimeoutExpired:
            server.kill()


async def warmed(talk: Talk) -> float:
    script = build_script(Settings().model_copy(update={"persona": "es"}))
    brief = Message("system", fixed_part(system_prompt(script, dt.datetime.now())))  # noqa: DTZ005 - local time
    began = time.monotonic()
    await talk.thinking.providers[0].model.warm([brief], TOOLS)
    return time.monotonic() - began


def own(served: Served) -> dict[str, object]:
    """Ask the server of the test, with patience for a machine that is busy with other tests."""
    address = {"llm_provider": "llamacpp", "llm_base_url": "", "llm_port": served.port}
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


async def test_a_real_model_answers_and_when_it_is_killed_in_a_reply_the_call_goes_on(
    served: Served, begin: Callable[..., Talk], measured: Callable[[str], None]
) -> None:
    loaded = await served.ready()
    talk = begin(**own(served))
    measured(f"llama.cpp: loaded in {loaded:.1f} s, instructions read in {await warmed(talk):.1f} s")
    await converse(talk, measured)
    talk = begin(**own(served))
    await talk.say("")
    fillers = build_script(Settings().model_copy(update={"persona": "es"})).lines_of("please_wait")

    def kill_at_the_first_words() -> None:
        if not any(filler.startswith(talk.voice.spoken[-1][1]) for filler in fillers):
            served.kill()

    talk.voice.on_clause = kill_at_the_first_words
    heard = await talk.say("¿Qué tarifas de fibra tienen y cuánto cuesta cada una? Cuéntemelo todo, por favor.")
    gaps = [later[0] - earlier[0] for earlier, later in zip(talk.voice.spoken, talk.voice.spoken[1:], strict=False)]
    measured(f"llama.cpp killed in a reply: {heard!r}, {talk.outcomes}, longest gap {max(gaps, default=0):.2f} s")
    assert heard
    assert talk.records[0].ttft_ms is not None, "it was killed before it said anything"
    assert talk.outcomes == ["llamacpp failed", "local answered"]
    talk.voice.on_clause = lambda: None
    await talk.say("Quiero hablar con una persona.")
    assert talk.records[-1].provider == "local"
    assert talk.first_sound < 1.0
    assert talk.ran[-1] == "transfer_to_agent"
