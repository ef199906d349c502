from __future__ import annotations

import numpy as np
import pytest
import yaml

from ivr.dialogue.completeness import Ending
from ivr.dialogue.conversation import Expectation
from ivr.trials.speech.turn_evidence import Silence
from ivr.trials.speech.turn_fit import fit, heard_ending, scores, written
from ivr.trials.speech.turn_metric import MOMENTS
from ivr.trials.speech.turn_set import Line

LINE = Line(("",), Expectation.ANY, 0)


def silence(text: str, judged: float, seconds: float, *, is_end: bool) -> Silence:
    return Silence(0, 0, LINE, seconds, is_end, judged, text)


@pytest.fixture(scope="module")
def silences() -> list[Silence]:
    """Make ends and holds whose words and model mostly tell, with exceptions."""
    random = np.random.default_rng(7)
    found = []
    for _ in range(150):
        pause = float(random.exponential(0.4) + 0.2)
        found.append(
            silence(random.choice(["Quiero el", "La factura."]), float(random.beta(2, 3)), pause, is_end=False)
        )
        found.append(silence(random.choice(["Gracias.", "La factura."]), float(random.beta(3, 2)), 3.0, is_end=True))
    return found


def test_words_the_model_and_time_all_count_as_they_should(silences: list[Silence]) -> None:
    weights = fit(silences)
    assert weights.endings[Ending.CLOSES] > weights.endings[Ending.STATES] > weights.endings[Ending.HANGS]
    assert weights.judged > 0
    assert 0.2 < weights.patience < 0.8


def test_an_ending_never_seen_is_no_certainty(silences: list[Silence]) -> None:
    assert abs(fit(silences).endings[Ending.ASKS]) < 3


def test_probabilities_are_calibrated_on_what_was_fitted(silences: list[Silence]) -> None:
    weights = fit(silences)
    likely, truth = [], []
    for one in silences:
        chances = scores(one, weights)
        known = one.seconds >= MOMENTS
        likely += chances[known].tolist()
        truth += [one.is_end] * int(known.sum())
    assert np.mean(likely) == pytest.approx(np.mean(truth), abs=0.03)


def test_before_the_words_come_they_do_not_count(silences: list[Silence]) -> None:
    weights = fit(silences)
    one, other = silence("Quiero el", 0.5, 3, is_end=False), silence("Gracias.", 0.5, 3, is_end=True)
    early = MOMENTS < 0.5 - 1e-9
    assert scores(one, weights)[early] == pytest.approx(scores(other, weights)[early])
    assert (scores(one, weights)[~early] < scores(other, weights)[~early]).all()
    assert (scores(one, weights, words_after=0) < scores(other, weights, words_after=0)).all()


def test_what_is_written_can_be_read_again(silences: list[Silence]) -> None:
    weights = fit(silences)
    document = yaml.safe_load(written(weights, silences))
    assert document["judged"] == pytest.approx(weights.judged, abs=0.001)
    assert {Ending(name) for name in document["endings"]} == set(Ending)


def test_the_ending_is_that_of_the_words_recognised() -> None:
    assert heard_ending(silence("Quiero cancelar el", 0.9, 1, is_end=False)) is Ending.HANGS
