"""The commands around the supervised set, as a user runs them."""

from __future__ import annotations

import json
import signal
import socket
import sys
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from rich.console import Console

from ivr.cli import line
from ivr.cli.line import ASIDE, open_line
from ivr.cli.root import ivr
from ivr.settings import load_settings
from ivr.supervision import control
from ivr.supervision.installation import prepare, registration
from ivr.supervision.parts import Part, Plan
from ivr.supervision.persona import check_persona
from ivr.supervision.state import read_status
from ivr.yaml_text import FileRefused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from click.testing import Result


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("IVR_HOME", str(tmp_path))
    yield tmp_path
    control.stop(tmp_path, now=True)


def run(*words: str) -> Result:
    return CliRunner().invoke(ivr, words)


def small_set(home: Path, told: dict[str, object] | None = None) -> Plan:
    code = "import sys, time; print('a word', file=sys.stderr, flush=True); time.sleep(600)"
    api = Part(name="api", argv=(sys.executable, "-c", code), grace=1.0)
    return Plan(home=home, parts=(api,), registration=told or {})


def start_small_set(home: Path, told: dict[str, object] | None = None) -> None:
    control.start(small_set(home, told))


def test_status_tells_programs_the_parts_and_the_sip_accounts(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHONE_PASSWORD", "a-long-base")
    monkeypatch.setenv("ARI_PASSWORD", "another-long-one")
    monkeypatch.setenv("SIP_HOST", "127.0.0.1")
    monkeypatch.setenv("SIP_PORT", "15999")
    start_small_set(home)
    answer = run("status", "--json")
    document = json.loads(answer.output)
    assert answer.exit_code == 0
    assert document["sip"]["host"] == "127.0.0.1"
    assert document["sip"]["port"] == 15999
    assert {"user", "password"} == document["sip"]["users"][0].keys()
    assert document["parts"]["api"]["state"] == "ready"
    assert "ticks" not in document["parts"]["api"]


def test_status_tells_the_ports_of_the_set_that_runs_not_of_todays_environment(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SIP_PORT", "15999")
    start_small_set(home, registration(load_settings()).model_dump())
    monkeypatch.setenv("SIP_PORT", "15111")
    assert json.loads(run("status", "--json").output)["sip"]["port"] == 15999
    assert (home / "run" / "registration.json").stat().st_mode & 0o777 == 0o600
    control.stop(home)
    assert json.loads(run("status", "--json").output)["sip"]["port"] == 15111


def test_phones_dial_the_ports_of_the_set_that_runs(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHONE_PASSWORD", "a-long-base")
    monkeypatch.setenv("ARI_PASSWORD", "another-long-one")
    monkeypatch.setenv("SIP_PORT", "15999")
    start_small_set(home, registration(load_settings()).model_dump())
    monkeypatch.setenv("SIP_PORT", "15111")
    assert open_line(load_settings()).port == 15999
    assert open_line(load_settings(), port=5080).port == 5080


def test_a_demonstration_that_is_interrupted_while_it_starts_leaves_nothing_running(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = control.start

    def interrupted(plan: Plan, on_change: object) -> None:
        del plan, on_change
        start(small_set(home))
        raise KeyboardInterrupt

    for name, value in ASIDE.items():
        monkeypatch.setenv(name, value)  # so that they are taken back after the test
    monkeypatch.setattr(line, "prepare", load_settings)
    monkeypatch.setattr(control, "start", interrupted)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    with pytest.raises(KeyboardInterrupt), line.running_system(Console(quiet=True)):
        pass
    assert read_status(home).state == "stopped"


@pytest.mark.usefixtures("home")
def test_status_of_nothing_says_how_to_start_it() -> None:
    answer = run("status")
    assert answer.exit_code == 1
    assert "ivr up" in answer.output
    assert json.loads(run("status", "--json").output)["parts"] == {}


def test_down_names_what_it_ended_and_may_be_repeated(home: Path) -> None:
    start_small_set(home)
    assert run("down").output == "ended: api\n"
    assert run("down").output == "nothing was running\n"


def test_logs_show_a_parts_words_and_refuse_unknown_parts(home: Path) -> None:
    start_small_set(home)
    assert "starting api" in run("logs", "supervisor").output
    wrong = run("logs", "nonsense")
    assert wrong.exit_code == 2
    assert "pbx, llm, calls, jobs, api, supervisor" in wrong.output


def test_up_with_a_port_in_use_says_whose_it_is_and_what_to_set(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PBX", "external")
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        monkeypatch.setenv("WEB_PORT", str(listener.getsockname()[1]))
        answer = run("up")
    assert answer.exit_code == 1
    assert "WEB_PORT" in str(answer.exception)
    assert (home / "secrets.env").stat().st_mode & 0o777 == 0o600


@pytest.mark.usefixtures("home")
def test_up_without_models_says_how_to_get_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PBX", "external")
    monkeypatch.setenv("IVR_CACHE", str(tmp_path / "empty"))
    answer = run("up")
    assert answer.exit_code == 1
    assert "ivr models pull" in str(answer.exception)


@pytest.mark.usefixtures("home")
def test_doctor_tells_programs_every_finding_and_fails_when_something_needed_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IVR_CACHE", str(tmp_path / "empty"))
    monkeypatch.setenv("PBX", "external")
    monkeypatch.setenv("ARI_URL", "http://127.0.0.1:1/ari")
    answer = run("doctor", "--json")
    document = json.loads(answer.output)
    wrong = {finding["name"]: finding["mend"] for finding in document["findings"] if finding["state"] == "fail"}
    assert answer.exit_code == 1
    assert not document["ok"]
    assert "ivr models pull whisper-base" in wrong["model whisper-base"]
    assert "ARI_URL" in wrong["ARI"]
    assert all(wrong.values())


def test_a_broken_persona_starts_nothing(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    persona = tmp_path / "mine.yaml"
    persona.write_text("extends: es\nphrases:\n  balance: Debe {importe}.\n", encoding="utf-8")
    monkeypatch.setenv("PERSONA", str(persona))
    with pytest.raises(FileRefused, match=r"mine\.yaml, line 3, column 3, phrases\.balance: unknown slot \{importe\}"):
        prepare()
    assert read_status(home).state != "running"
    told = [finding for finding in check_persona(load_settings()) if finding.state == "fail"]
    assert "write {amount} instead" in told[0].detail
