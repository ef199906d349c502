"""The product's own suites, in text with the built-in engine; every way to say something is tried."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ivr.settings import load_settings
from ivr.trials.evaluation.judging import judge
from ivr.trials.evaluation.suite import Suite, parse_suite
from ivr.trials.evaluation.text_mode import TextMode

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[3]
SUITES = [parse_suite(path.read_text(), str(path)) for path in sorted((ROOT / "evals").glob("*.yaml"))]
WITHIN = 60.0


@pytest.fixture(scope="module")
def text_mode(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TextMode]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LLM_PROVIDER", "local")
        yield TextMode(load_settings(), tmp_path_factory.mktemp("evals"))


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: Path(suite.name).stem)
async def test_every_caller_gets_what_is_expected(text_mode: TextMode, suite: Suite) -> None:
    wrong = []
    for scenario in suite.scenarios:
        for variant in range(scenario.variants):
            findings = judge(scenario, await text_mode.hold(suite, scenario, variant))
            wrong += [
                f"{suite.name}:{suite.line(scenario, *one.place)} ({scenario.name}, {variant}) {one.problem}"
                for one in findings
                if one.problem
            ]
    assert not wrong, "\n".join(wrong)


def test_the_suites_cover_many_callers() -> None:
    assert sum(len(suite.scenarios) for suite in SUITES) >= 30


def ivr_eval(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ivr", "eval", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


def test_the_command_tells_a_program_how_it_went() -> None:
    began = time.monotonic()
    done = ivr_eval("--json", "--provider", "local")
    told = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert time.monotonic() - began < WITHIN
    assert (told["ok"], told["passed"], told["score"]) == (True, told["total"], 1.0)
    assert told["scenarios"][0]["trials"][0]["turns"][1]["answer"]


FAILING = """
scenarios:
  - name: a wrong hope
    steps:
      - say: "¿A qué hora abren los sábados?"
        expect: "nunca"
"""


def test_what_failed_is_told_with_its_line_and_the_talk(tmp_path: Path) -> None:
    path = tmp_path / "hope.yaml"
    path.write_text(FAILING)
    done = ivr_eval(str(path), "--repeat", "2")
    assert done.returncode == 1, done.stderr
    assert f"{path}:6 not said: nunca; the agent said:" in done.stdout
    assert "0 of 1 scenarios passed" in done.stdout
    assert "pass^2 0%" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "text", "complaint"),
    [
        (
            ("{}",),
            "scenarios: [{name: x, steps: [{sya: hola}]}]",
            "line 1, column 32, scenarios.1.steps.1.sya: no key is called 'sya' here",
        ),
        (("{}", "--only", "nobody"), FAILING, "no scenario is called like nobody"),
        (("{}", "nowhere.yaml"), FAILING, "nowhere.yaml: no such suite"),
        (("{}", "--provider", "oracle"), FAILING, "'oracle' is not one of 'local', 'openai'"),
    ],
)
def test_wrong_usage_leaves_with_2_and_says_what_is_right(
    tmp_path: Path, arguments: tuple[str, ...], text: str, complaint: str
) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text(text)
    done = ivr_eval(*(argument.format(path) for argument in arguments))
    assert done.returncode == 2
    assert complaint in " ".join(done.stderr.split())
