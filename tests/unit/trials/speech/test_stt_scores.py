from __future__ import annotations

import pytest

from ivr.trials.speech.stt_scores import Score, difference, rate_cell, recalled, score, word_rights
from ivr.trials.speech.stt_words import area_under_curve, brier_score, calibration_error


@pytest.mark.parametrize(
    ("said", "heard", "expected"),
    [
        ("Quiero pagar la factura.", "quiero pagar la factura", Score(4, 0, 0, 0)),
        ("Quiero pagar la factura.", "quiero cagar la factura", Score(4, 1, 0, 0)),
        ("Quiero pagar la factura.", "quiero la factura", Score(4, 0, 1, 0)),
        ("Quiero pagar.", "quiero ya pagar", Score(2, 0, 0, 1)),
        ("Termina en ocho cuatro.", "termina en 84", Score(4, 0, 0, 0)),
        ("Sí.", "", Score(1, 0, 1, 0)),
    ],
)
def test_errors_are_counted_by_kind(said: str, heard: str, expected: Score) -> None:
    assert score(said, heard) == expected


def test_each_heard_word_is_right_or_wrong() -> None:
    heard = ["Termina", "en", "85", "o", "así."]
    assert word_rights("Termina en ocho cuatro así", heard) == [True, True, False, False, True]


def test_names_are_found_whole_and_without_their_accents() -> None:
    assert recalled(("Guzmán el Bueno", "Iñarra"), "en guzman el bueno") == [True, False]
    assert recalled(("Ana",), "mañana") == [False]


def test_cells_carry_their_interval_and_differences_are_paired() -> None:
    scores = [Score(10, 1, 0, 0), Score(10, 0, 0, 0)] * 20
    assert rate_cell(scores, 1).startswith("5.0 [")
    assert difference(scores, scores, 1) == (0, 0, 0)
    worse = [Score(10, 2, 0, 0)] * 40
    more, low, high = difference(worse, scores, 1)
    assert more == pytest.approx(15)
    assert 10 < low < more < high < 20


def test_a_confidence_that_means_what_it_says_has_no_calibration_error() -> None:
    sure = [0.25] * 400 + [0.75] * 400
    rights = ([True] + [False] * 3) * 100 + ([True] * 3 + [False]) * 100
    assert calibration_error(sure, rights) == pytest.approx(0, abs=0.02)
    assert calibration_error([0.99] * 800, rights) == pytest.approx(0.49, abs=0.02)


def test_the_brier_score_is_the_squared_distance_from_the_truth() -> None:
    assert brier_score([1.0, 0.0], [True, False]) == 0
    assert brier_score([0.5, 0.5], [True, False]) == 0.25


def test_the_area_under_the_curve_is_half_where_confidence_says_nothing() -> None:
    assert area_under_curve([0.5, 0.5, 0.5], [True, False, True]) == 0.5
    assert area_under_curve([0.9, 0.1], [True, False]) == 1
