"""The doctor asks the models of running experiments too, over a real HTTP server."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from aiohttp import web
from pydantic import SecretStr

from ivr.bootstrap_variants import read_experiment
from ivr.db.experiment_book import ExperimentBook
from ivr.db.migrate import migrate
from ivr.db.session import open_database
from ivr.settings import Settings
from ivr.supervision.thinking import check_thinking

if TYPE_CHECKING:
    from pathlib import Path

TRIAL = "name: modelos\nvariants:\n  igual: {}\n  otro: {model: 'lm_studio:qwen'}\n"


async def test_the_models_of_running_experiments_are_asked_too(tmp_path: Path) -> None:
    async def models(request: web.Request) -> web.Response:
        assert request.path
        return web.json_response({"data": []})

    app = web.Application()
    app.router.add_get("/v1/models", models)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    own = {
        "ivr_home": tmp_path,
        "database_url": f"sqlite:///{tmp_path}/ivr.sqlite",
        "llm_provider": "openai",
        "llm_base_url": f"http://127.0.0.1:{runner.addresses[0][1]}/v1",
        "openai_api_key": SecretStr("sk-x"),
        "lm_studio_url": "http://127.0.0.1:9/v1",
    }
    settings = Settings().model_copy(update=own)
    database = open_database(settings.database)
    migrate(database)
    book = ExperimentBook(database, settings.tenant)
    book.create(read_experiment(settings, TRIAL, "ab.yaml", tmp_path), start=True)
    usual, other = await asyncio.to_thread(lambda: list(check_thinking(settings)))
    await runner.cleanup()
    assert (usual.state, other.state) == ("ok", "warn")
    assert "lm_studio" in other.name
    assert "LM_STUDIO_URL" in other.detail
