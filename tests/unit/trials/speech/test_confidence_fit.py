from __future__ import annotations

import numpy as np
import pytest
import yaml

from ivr.engines.word_confidence import ConfidenceWeights, calibrated
from ivr.trials.speech.confidence_fit import Rated, fit, written

TRUE = ConfidenceWeights(-0.5, 0.8, 0.3, 0.2, 0.1)


def made_up(utterances: int) -> list[Rated]:
    """Draw words whose chance of being right is known."""
    random = np.random.default_rng(4)
    rated = []
    for _ in range(utterances):
        probabilities = random.uniform(0.05, 0.99, 10).tolist()
        rights = random.random(10) < np.array(calibrated(probabilities, TRUE))
        rated.append((probabilities, rights.tolist()))
    return rated


def test_the_weights_that_made_the_data_are_found_again() -> None:
    found = fit(made_up(3000))
    for name in ConfidenceWeights.__slots__:
        assert getattr(found, name) == pytest.approx(getattr(TRUE, name), abs=0.1), name


def test_the_document_holds_the_weights_and_what_they_were_fitted_on() -> None:
    rated = made_up(300)
    document = written("whisper-base", TRUE, rated)
    assert "Fitted on 3000 words" in document
    read = yaml.safe_load(document)
    assert ConfidenceWeights(**read["weights"]) == TRUE
    assert read["model"] == "whisper-base"
