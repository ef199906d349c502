"""Calls under experiments: a session on a scripted line with the real desk, the real database and the real personas."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, cast

import pytest
from pydantic import SecretStr

from ivr.bootstrap import build_new_model, build_script
from ivr.bootstrap_variants import build_variant_kit, read_experiment
from ivr.db.experiment_book import ExperimentBook
from ivr.db.migrate import migrate
from ivr.db.session import open_database
from ivr.errors import ExperimentRefused
from ivr.experiments.definition import Change
from ivr.ports import CallOffer, HangUp
from ivr.settings import Settings
from ivr.supervision.variants import Variants
from ivr.supervision.worker import Desk
from tests.unit.call.conftest import FakeCall

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.call.recorder import RecordingWriter
    from ivr.call.session import CallSession

TEXT = """
name: saludo
variants:
  igual: {}
  ana:
    persona: {agent: Ana, phrases: {greeting: "Buenas, soy {agent}, asistente virtual."}}
    voice: em_alex
    speed: 1.2
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings().model_copy(update={"ivr_home": tmp_path, "llm_provider": "local"})


@pytest.fixture
def book(tmp_path: Path) -> ExperimentBook:
    database = open_database(f"sqlite:///{tmp_path}/ivr.sqlite")
    migrate(database)
    return ExperimentBook(database, "default")


@pytest.fixture
def call(settings: Settings) -> FakeCall:
    found = FakeCall()
    script = build_script(settings)
    found.kit = replace(found.kit, lines=script, new_model=build_new_model(settings, script))
    return found


def refused(settings: Settings, text: str, tmp_path: Path) -> str:
    with pytest.raises(ExperimentRefused) as caught:
        read_experiment(settings, text, "ab.yaml", tmp_path)
    return str(caught.value)


def offer(number: int) -> CallOffer:
    return CallOffer("c1", "ch1", "inbound", f"60011{number:04}", "100", 0.0)


async def greeted(call: FakeCall, variants: Variants, number: int) -> str:
    """Hold a call as the worker does until it has greeted; answers what the caller heard."""
    call.line.queue.clear()
    desk = Desk(variants, call.conductor, cast("RecordingWriter", call.tapes), call.book)
    session = cast("CallSession", desk(offer(number), call.line, call.control))
    running = asyncio.ensure_future(session.run())
    await call.settle()
    await call.ticks(4)
    session.leave(HangUp(16))
    await call.ticks(0.1)
    await asyncio.wait_for(running, 1)
    assert call.book.metadata is not None
    return call.book.metadata.turns[0].heard


async def test_a_call_with_another_variant_greets_with_its_line_and_its_metadata_says_so(
    call: FakeCall, settings: Settings, book: ExperimentBook, tmp_path: Path
) -> None:
    book.create(read_experiment(settings, TEXT + "by: caller\n", "ab.yaml", tmp_path), start=True)
    variants = Variants(settings, call.kit, book)
    assert (await greeted(call, variants, 1)).startswith("Hola, soy Laura")
    await variants.look()
    heard = {}
    for number in range(8):
        greeting = await greeted(call, variants, number)
        assert call.book.metadata is not None
        heard[call.book.metadata.call.variants["saludo"]] = greeting
    assert heard["ana"] == "Buenas, soy Ana, asistente virtual."
    assert heard["igual"].startswith("Hola, soy Laura")
    book.stop("saludo")
    await variants.look()
    for number in range(4):
        assert (await greeted(call, variants, number)).startswith("Hola, soy Laura")
        assert call.book.metadata is not None
        assert call.book.metadata.call.variants == {}


async def test_a_variant_shares_every_engine(call: FakeCall, settings: Settings) -> None:
    kit = build_variant_kit(settings, call.kit, Change(voice="em_alex", speed=1.2))
    assert (kit.style.voice, kit.style.speed) == ("em_alex", 1.2)
    same: list[str] = [
        "detector",
        "turn_detector",
        "transcriber",
        "tools",
        "synthesizer",
        "policy",
        "voice",
        "thinking",
    ]
    assert all(getattr(kit, name) is getattr(call.kit, name) for name in same)
    assert build_variant_kit(settings, call.kit, Change()) is call.kit


async def test_a_variant_that_cannot_be_made_here_leaves_its_experiment_out(
    call: FakeCall, settings: Settings, book: ExperimentBook, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    able = settings.model_copy(update={"openai_api_key": SecretStr("sk-x")})
    text = "name: modelo\nvariants:\n  igual: {}\n  otro: {model: 'openai:gpt-x'}\n"
    book.create(read_experiment(able, text, "ab.yaml", tmp_path), start=True)
    variants = Variants(settings, call.kit, book)
    await variants.look()
    assert variants.of(offer(1)) == (call.kit, {})
    assert "experiment modelo takes no calls here: openai needs OPENAI_API_KEY" in caplog.text


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ("voice: ef_nadie", "variants.b.voice: no voice is called 'ef_nadie'; give one of"),
        ("model: 'gpt'", "variants.b.model: nobody is called 'gpt'; give PROVIDER or PROVIDER:MODEL"),
        ("model: 'anthropic:claude-x'", "variants.b.model: anthropic needs ANTHROPIC_API_KEY"),
        ("model: 'llamacpp:other'", "put llamacpp:other in LLM_PROVIDER or LLM_FALLBACKS"),
        ("persona: {language: en}", "compare personas of one language"),
    ],
)
def test_what_this_installation_cannot_hold_is_refused_at_once(
    change: str, complaint: str, settings: Settings, tmp_path: Path
) -> None:
    text = f"name: x\nvariants:\n  a: {{}}\n  b: {{{change}}}\n"
    assert complaint in refused(settings, text, tmp_path)


async def test_the_heartbeat_tells_of_models_that_only_a_variant_uses(
    call: FakeCall, settings: Settings, book: ExperimentBook, tmp_path: Path
) -> None:
    able = settings.model_copy(update={"openai_api_key": SecretStr("sk-x")})
    text = "name: modelo\nvariants:\n  igual: {}\n  otro: {model: 'openai:gpt-x'}\n"
    book.create(read_experiment(able, text, "ab.yaml", tmp_path), start=True)
    variants = Variants(able, call.kit, book)
    assert variants.facts(0.0) == {}
    await variants.look()
    told = variants.facts(0.0)
    assert [name.partition(" > ")[0] for name in told] == ["openai:gpt-x"]
    assert all(figures["open"] == 0 for figures in told.values())
    await variants.aclose()
