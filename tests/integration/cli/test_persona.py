"""``ivr persona`` on real files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from ivr.audio.wav import read_wav
from ivr.cli.persona import persona
from ivr.dialogue.script import load_script

if TYPE_CHECKING:
    from click.testing import Result


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PERSONA", raising=False)


def run(*words: str) -> Result:
    return CliRunner().invoke(persona, words)


def test_a_new_persona_is_sound_as_it_is_written_and_never_written_over() -> None:
    assert run("new", "mine.yaml", "--company", 'La "Buena" S.A.', "--agent", "Ana").exit_code == 0
    assert run("check", "./mine.yaml").output.startswith('./mine.yaml is sound: Ana of La "Buena" S.A., ')
    assert "{company}" in Path("mine.yaml").read_text(encoding="utf-8")
    assert "Soy Ana" in load_script("./mine.yaml").line("greeting").text.replace("soy", "Soy")
    again = run("new", "mine.yaml")
    assert (again.exit_code, "is there already" in again.output) == (2, True)


def test_every_mistake_is_told_to_people_and_to_programs() -> None:
    Path("mine.yaml").write_text("extends: es\nvos: x\nphrases: {balance: Son.}\n", encoding="utf-8")
    told = run("check", "./mine.yaml")
    assert (told.exit_code, len(told.output.splitlines())) == (1, 2)
    found = json.loads(run("check", "./mine.yaml", "--json").output)
    assert [(one["line"], one["key"]) for one in found["faults"]] == [(2, "vos"), (3, "phrases.balance")]
    assert run("check", "./nothing.yaml").exit_code == 1


def test_doubts_are_told_and_do_not_count() -> None:
    Path("mine.yaml").write_text("extends: es\naccount_digits: 8\n", encoding="utf-8")
    told = run("check", "./mine.yaml")
    assert told.exit_code == 0
    assert "doubt: phrases.ask_account: it says 6, but account_digits is 8" in told.output


def test_a_persona_is_shown_whole() -> None:
    told = " ".join(run("show", "es").output.split())
    assert "greeting Hola, soy {agent}," in told
    assert "balance amount Ya lo tengo." in told
    assert json.loads(run("show", "es", "--json").output)["company"] == "Telenova"


def test_a_line_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TTS_PROVIDER", "espeak")
    told = run("say", "opening_hours", "--persona", "es", "--out", "hours.wav")
    assert "de lunes a viernes" in told.output
    (sound,) = read_wav(Path("hours.wav"))
    assert sound.samples / sound.rate > 2
    assert run("say", "nothing", "--persona", "es").exit_code == 2
