"""``ivr functions``: list, check, run, and what each says when something is wrong."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from ivr.cli.functions import functions
from ivr.errors import ConfigError
from tests.integration.functions.conftest import EXAMPLE

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IVR_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FUNCTIONS", str(EXAMPLE))
    monkeypatch.setenv("SHOP_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("SHOP_KEY", "secret")


def test_every_function_is_listed() -> None:
    told = CliRunner().invoke(functions, ["list", "--json"])
    rows = {row["name"]: row for row in json.loads(told.output)}
    assert rows["track_order"]["effect"] == "read"
    assert rows["cancel_service"]["identity"] is True
    assert "book_table" in rows


def test_a_sound_file_is_told_to_be_one() -> None:
    told = CliRunner().invoke(functions, ["check", str(EXAMPLE)])
    assert told.exit_code == 0
    assert "all is well" in told.output


def test_a_broken_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "f.yaml").write_text("functions: 3\n")
    told = CliRunner().invoke(functions, ["check", str(tmp_path / "f.yaml")])
    assert isinstance(told.exception, ConfigError)
    assert "line 1" in str(told.exception)


def test_a_python_function_runs_after_a_yes() -> None:
    given = ["run", "book_table", "--arg", "people=2", "--arg", "day=2026-12-01", "--arg", "hour=21:00"]
    assert CliRunner().invoke(functions, given, input="n\n").exit_code == 1
    told = CliRunner().invoke(functions, [*given, "--yes", "--json"])
    answer = json.loads(told.output)
    assert answer["ok"] is True
    assert len(answer["data"]["code"]) == 4


def test_a_failure_is_exit_1_with_its_sentence() -> None:
    told = CliRunner().invoke(functions, ["run", "track_order", "--arg", "order=5512"])
    assert told.exit_code == 1
    assert "unavailable" in told.output


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["run", "nothing"], "there are: track_order"),
        (["run", "track_order", "--arg", "order"], "NAME=VALUE"),
        (["run", "track_order", "--arg", "order=1"], "order: "),
    ],
)
def test_wrong_usage_is_exit_2(given: list[str], told: str) -> None:
    result = CliRunner().invoke(functions, given)
    assert result.exit_code == 2
    assert told in result.output
