from __future__ import annotations

import jiwer
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.language.word_errors import WordErrors, normalise, total, word_errors


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("Buenos días, quería consultar mi saldo.", "buenos días quería consultar mi saldo"),
        ("Es el seis cinco cuatro, tres dos uno.", "Es el 654 321"),
        ("Son treinta y siete euros", "Son 37 euros."),
        ("¿Y cuándo vence?", "y cuándo vence"),
    ],
)
def test_case_punctuation_and_the_way_numbers_are_written_are_no_errors(said: str, heard: str) -> None:
    assert word_errors(said, heard).errors == 0


def test_numbers_are_compared_digit_by_digit() -> None:
    assert normalise("La cuenta 1234 por favor") == ["la", "cuenta", "1", "2", "3", "4", "por", "favor"]
    assert word_errors("uno dos tres cuatro", "1235") == WordErrors(1, 4)


def test_accents_count_only_when_that_is_asked_for() -> None:
    assert word_errors("¿Y cuándo?", "y cuando").errors == 0
    assert word_errors("¿Y cuándo?", "y cuando", accents=True).errors == 1


def test_of_nothing_said_any_word_heard_is_wrong() -> None:
    assert word_errors("", "").rate == 0.0
    assert word_errors("", "gracias").rate == 1.0


def test_long_turns_weigh_more() -> None:
    assert total([WordErrors(1, 2), WordErrors(0, 8)]).rate == pytest.approx(0.1)


WORDS = st.lists(st.sampled_from(["hola", "quiero", "saldo", "factura", "gracias"]), min_size=1, max_size=12)


@given(WORDS, WORDS)
def test_the_rate_is_jiwers(said: list[str], heard: list[str]) -> None:
    assert word_errors(" ".join(said), " ".join(heard)).rate == pytest.approx(
        jiwer.wer(" ".join(said), " ".join(heard))
    )
