from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.language.told_letters import near_example, told_apart

TOLD = "ese de Sevilla, a de Alicante, te de Toledo, "


@pytest.mark.parametrize(
    ("heard", "apart"),
    [
        ("gede gato", "ge de gato"),
        ("odioviedo", "o de oviedo"),
        ("Udeuña", "u de una"),
        ("gregato", "g de gato"),
        ("y de Gisla", "y de isla"),
        ("hache de vuelva", "hache de huelva"),
        ("ese de Cácer", "ese de caceres"),
        ("eñe de", "eñe de"),
        ("romero", "romero"),
    ],
)
def test_a_letters_name_and_its_word_are_taken_apart(heard: str, apart: str) -> None:
    assert told_apart(TOLD + heard).endswith(f", {apart}")


def test_nothing_is_touched_where_no_letters_are_told() -> None:
    assert told_apart("Enrique de León, odioviedo, gede gato") == "Enrique de León, odioviedo, gede gato"


def test_a_word_near_two_letters_words_tells_none() -> None:
    assert near_example("gato") == "gato"
    assert near_example("gata") == "gato"
    assert not near_example("cato")
    assert not near_example("de")


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    assert isinstance(told_apart(TOLD + text), str)
