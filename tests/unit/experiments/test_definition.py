from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ivr.experiments.definition import Change, Experiment, Variant, parse_experiment
from ivr.yaml_text import FileRefused

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "name: saludo\nvariants:\n  igual: {}\n  corto:\n"


def parse(text: str, folder: Path) -> Experiment:
    return parse_experiment(text, "ab.yaml", folder, "es")


def complaints(text: str, folder: Path) -> list[str]:
    with pytest.raises(FileRefused) as caught:
        parse(text, folder)
    return str(caught.value).splitlines()


def test_a_persona_written_in_place_builds_on_the_usual_one(tmp_path: Path) -> None:
    found = parse(HEAD + '    persona: {phrases: {greeting: "Hola, asistente virtual. Dígame."}}\n', tmp_path)
    persona = found.variants["corto"].persona
    assert persona is not None
    assert persona.phrases["greeting"] == ["Hola, asistente virtual. Dígame."]
    assert persona.company == "Telenova"
    assert found.fields == {"persona"}
    assert Experiment.model_validate(found.model_dump(mode="json")) == found


def test_a_persona_file_is_looked_for_beside_the_experiment(tmp_path: Path) -> None:
    (tmp_path / "corto.yaml").write_text("extends: es\nagent: Ana\n", encoding="utf-8")
    found = parse(HEAD + "    persona: ./corto.yaml\n    speed: 1.2\n    weight: 3\n", tmp_path)
    assert found.variants["corto"].described() == "persona Ana of Telenova, speed 1.2"
    assert found.variants["corto"].weight == 3


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (
            HEAD + "    vos: x\n",
            "line 5, column 5, variants.corto.vos: no key is called 'vos' here; did you mean 'voice'?",
        ),
        (HEAD + "    speed: 3\n", "variants.corto.speed: 3 is out of range; give at most 2"),
        (HEAD + "    persona: ./nada.yaml\n", "line 5, column 5, variants.corto.persona: persona './nada.yaml'"),
        (HEAD + "    persona: 7\n", "name a persona, or write what changes, indented"),
        (
            HEAD + "    persona:\n      phrases:\n        balance: Son {importe}.\n",
            "line 7, column 9, variants.corto.persona.phrases.balance: unknown slot {importe}",
        ),
        (HEAD.replace("  corto:\n", ""), "variants: 1 entries are too few; give at least 2"),
        (
            HEAD.replace("corto:\n", "corto: {}\n"),
            "igual and corto are the same; change persona, voice, speed or model",
        ),
        (HEAD.replace("saludo", "Saludo Corto") + "    speed: 1.2\n", "name: only small letters"),
        ("share: 1.5\n" + HEAD + "    speed: 1.2\n", "share: 1.5 is out of range; give at most 1"),
        ("by: numero\n" + HEAD + "    speed: 1.2\n", "by: 'numero' is unknown; give one of 'call' or 'caller'"),
        ("- x", "an experiment is a mapping"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_mend(text: str, complaint: str, tmp_path: Path) -> None:
    assert complaint in "\n".join(complaints(text, tmp_path))


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    text = "share: 2\n" + HEAD + "    speed: 9\n    persona:\n      vos: x\n"
    assert [line.split(", ")[1] for line in complaints(text, tmp_path)] == ["line 1", "line 6", "line 8"]


def test_mistakes_in_a_persona_file_keep_their_own_lines(tmp_path: Path) -> None:
    (tmp_path / "corto.yaml").write_text("extends: es\nagnt: Ana\n", encoding="utf-8")
    (told,) = complaints(HEAD + "    persona: ./corto.yaml\n", tmp_path)
    assert "line 5, column 5, variants.corto.persona" in told
    assert "corto.yaml, line 2, column 1, agnt: no key is called 'agnt' here; did you mean 'agent'?" in told


def test_changes_are_put_over_one_another() -> None:
    whole = Change(voice="em_alex").over(Variant(speed=1.2, voice="ef_dora"))
    assert (whole.voice, whole.speed, whole.model) == ("em_alex", 1.2, None)
