"""Callers in text, the built-in engine, the shipped example file and a real HTTP server, all together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.settings import Settings
from ivr.trials.evaluation.run import run
from ivr.trials.evaluation.suite import parse_suite
from ivr.trials.evaluation.text_mode import TextMode
from tests.integration.functions.conftest import EXAMPLE

if TYPE_CHECKING:
    from pathlib import Path

    from tests.integration.functions.conftest import Shop

SUITE = EXAMPLE.with_name("functions-eval.yaml")


@pytest.mark.slow
async def test_the_example_s_suite_passes_against_a_real_server(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_URL", shop.url)
    monkeypatch.setenv("SHOP_KEY", "secret")
    suite = parse_suite(SUITE.read_text(encoding="utf-8"), SUITE.name)
    mode = TextMode(Settings(_env_file=None, functions=EXAMPLE, languages=""), tmp_path)
    scores = [score async for score in run(mode, [(suite, scenario) for scenario in suite.scenarios], 2, 0)]
    await mode.aclose()
    assert [[trial.problems for trial in score.trials] for score in scores if not score.passed] == []
    assert [len(score.trials) for score in scores] == [2, 2, 2, 2]
    assert shop.cancelled == {"7788": 2}
    assert len(shop.keys) == 2
