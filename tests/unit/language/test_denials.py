from __future__ import annotations

import pytest

from ivr.language.answers import Answer, answer, answer_to_readback
from ivr.language.denials import corrects_part, denies

WRONG = [
    "No, está mal.",
    "perfecto no",
    "ese no es mi número",
    "esa no es",
    "error",
    "mal",
    "no, eso no es",
    "está equivocado",
    "se ha confundido",
    "no exactamente",
]
PARTS = [
    "sí pero el final es un nueve",
    "falta un número",
    "acaba en nueve, no en ocho",
    "sobra un seis",
    "la última cifra está mal",
    "en vez de un cinco es un seis",
]


@pytest.mark.parametrize("said", [*WRONG, *PARTS])
def test_what_is_read_back_is_denied_in_many_ways(said: str) -> None:
    assert answer_to_readback(said) is not Answer.YES


@pytest.mark.parametrize("said", WRONG[2:4] + WRONG[4:6])
def test_a_denial_of_the_whole_is_one_without_a_no(said: str) -> None:
    assert denies(said)


@pytest.mark.parametrize("said", PARTS)
def test_a_correction_names_a_part(said: str) -> None:
    assert corrects_part(said)


@pytest.mark.parametrize("said", ["no pasa nada", "no hay problema", "sin problema", "sí, es correcto", "no está mal"])
def test_what_only_sounds_like_a_denial_is_none(said: str) -> None:
    assert not denies(said)
    assert not corrects_part(said)


def test_the_comma_makes_the_difference_where_nothing_was_read_back() -> None:
    assert answer("No, está mal.") is Answer.NO
    assert answer("No está mal.") is Answer.YES
    assert answer_to_readback("No está mal.") is Answer.NO
