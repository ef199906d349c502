from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from ivr.cli.bench import bench
from ivr.trials.lookup.bench import load_questions


@pytest.mark.engine
def test_the_answers_are_as_good_as_the_handbook_says() -> None:
    result = CliRunner().invoke(bench, ["knowledge", "--json"])
    report = json.loads(result.output)
    both = report["both"]
    assert both["top_1"] >= 0.78
    assert both["top_3"] >= 0.88
    assert both["answered_right"] >= 0.55
    assert both["answered_wrong"] <= 0.05
    assert both["made_up"] <= 0.10
    assert both["top_1"] > report["words"]["top_1"]


def test_no_question_is_tuned_on_and_reported_on() -> None:
    tuning, reporting = load_questions("tuning"), load_questions("reporting")
    asked = {question for question, _ in tuning.answered} | set(tuning.unanswered)
    assert not asked & ({question for question, _ in reporting.answered} | set(reporting.unanswered))
    assert min(len(tuning.answered), len(reporting.answered), len(reporting.unanswered)) >= 60
