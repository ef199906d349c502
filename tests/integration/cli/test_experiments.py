"""``ivr experiments`` on a real database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from ivr.bootstrap import open_db
from ivr.cli.experiments import experiments
from ivr.db.queries import Worker, write_call
from ivr.db.session import writing
from ivr.errors import ExperimentNotFound, IvrError
from ivr.metadata import CallRecord, Outcome, RecordingMetadata
from ivr.settings import load_settings
from ivr.yaml_text import FileRefused

if TYPE_CHECKING:
    from click.testing import Result

TEXT = """
name: saludo
variants:
  igual: {}
  corto: {persona: {phrases: {greeting: "Hola, asistente virtual. Dígame."}}, speed: 1.1}
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "TENANT", "PERSONA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("IVR_HOME", str(tmp_path / "var"))
    Path("ab.yaml").write_text(TEXT, encoding="utf-8")


def run(*words: str) -> Result:
    result = CliRunner().invoke(experiments, words)
    if isinstance(result.exception, IvrError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


def test_an_experiment_is_created_listed_and_stopped() -> None:
    assert (
        "saludo is running: igual (nothing), corto (persona Laura of Telenova, speed 1.1)"
        in run("create", "ab.yaml").output
    )
    assert "saludo" in run("list").output
    (listed,) = json.loads(run("list", "--json").output)
    assert (listed["state"], listed["weights"]) == ("running", {"igual": 1.0, "corto": 1.0})
    assert "saludo is stopped" in run("stop", "saludo").output
    assert "saludo is running" in run("start", "saludo").output


def test_the_report_compares_what_came_of_calls() -> None:
    run("create", "ab.yaml", "--draft")
    with writing(open_db(load_settings())) as session:
        for number in range(70):
            variant = ("igual", "corto")[number % 2]
            outcome = Outcome.COMPLETED if variant == "corto" else Outcome.TRANSFERRED
            call = CallRecord(outcome=outcome, variants={"saludo": variant})
            metadata = RecordingMetadata(recording_id=f"rec_{number}", conversation_id=f"c{number}", call=call)
            write_call(session, metadata, Worker(1, "here"), ended=True)
    assert "corto: not enough calls yet (35 of about" in run("report", "saludo").output
    found = json.loads(run("report", "saludo", "--json").output)
    assert found["variants"][1]["against"]["contained"]["value"] == 1.0


def test_a_wrong_file_is_told_by_its_lines() -> None:
    Path("ab.yaml").write_text(TEXT.replace("speed", "sped"), encoding="utf-8")
    with pytest.raises(FileRefused, match=r"ab\.yaml, line 5, column 79, variants\.corto\.sped: .*mean 'speed'"):
        run("create", "ab.yaml")


def test_an_unknown_experiment_is_told() -> None:
    with pytest.raises(ExperimentNotFound, match="ivr experiments list"):
        run("report", "nada")
