"""The doctor has hosted voices say a word, over a real HTTP server."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from ivr.bootstrap_variants import read_experiment
from ivr.db.experiment_book import ExperimentBook
from ivr.db.migrate import migrate
from ivr.db.session import open_database
from ivr.settings import Settings
from ivr.supervision.speaking import check_voices

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.supervision.findings import Finding
    from tests.integration.voices.conftest import VoiceServer

TRIAL = "name: voces\nvariants:\n  igual: {}\n  otra: {voice: nova}\n"


@pytest.fixture
def settings(server: VoiceServer, tmp_path: Path) -> Settings:
    own = {
        "ivr_home": tmp_path,
        "ivr_cache": tmp_path,
        "llm_provider": "local",
        "database_url": f"sqlite:///{tmp_path}/ivr.sqlite",
        "tts_provider": "openai",
        "tts_base_url": f"{server.url}/v1",
        "tts_voice": "coral",
        "openai_api_key": SecretStr("sk-verysecret"),
    }
    return Settings().model_copy(update=own)


async def examined(settings: Settings) -> list[Finding]:
    return await asyncio.to_thread(lambda: list(check_voices(settings)))


async def test_a_voice_that_speaks_is_well_each_time_it_is_asked(server: VoiceServer, settings: Settings) -> None:
    server.speaks()
    for times in (1, 2):
        (finding,) = await examined(settings)
        assert (finding.name, finding.state) == ("voice openai coral", "ok")
        assert len(server.requests) == times


async def test_a_voice_that_is_refused_tells_whose_key_and_no_key_itself(
    server: VoiceServer, settings: Settings
) -> None:
    server.refuses(401)
    (finding,) = await examined(settings)
    assert finding.state == "warn"
    assert "OPENAI_API_KEY" in finding.detail
    assert "verysecret" not in finding.model_dump_json()
    assert "a voice of this machine speaks" in finding.mend


async def test_a_server_that_is_down_is_told(settings: Settings) -> None:
    (finding,) = await examined(settings.model_copy(update={"tts_base_url": "http://127.0.0.1:9"}))
    assert finding.state == "warn"
    assert "TTS_BASE_URL" in finding.detail


async def test_the_voices_of_running_experiments_are_asked_too(
    server: VoiceServer, settings: Settings, tmp_path: Path
) -> None:
    server.speaks()
    server.refuses(400, {"error": {"message": "no voice nova"}})
    database = open_database(settings.database)
    migrate(database)
    book = ExperimentBook(database, settings.tenant)
    book.create(read_experiment(settings, TRIAL, "ab.yaml", tmp_path), start=True)
    usual, other = await examined(settings)
    assert [usual.state, other.state] == ["ok", "warn"]
    assert other.name == "voice openai nova"
    assert [asked["voice"] for asked in server.requests] == ["coral", "nova"]


async def test_a_voice_without_its_key_cannot_be_had(settings: Settings) -> None:
    without = {"tts_base_url": "", "openai_api_key": SecretStr("")}
    (finding,) = await examined(settings.model_copy(update=without))
    assert finding.state == "fail"
    assert "OPENAI_API_KEY" in finding.detail


async def test_a_voice_of_this_machine_is_not_asked(settings: Settings) -> None:
    (finding,) = await examined(settings.model_copy(update={"tts_provider": "kokoro"}))
    assert finding.state == "ok"
