from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.language.letters import LETTER_NAMES, letter_words, sounds_like
from ivr.language.readback import spelled_words
from ivr.language.spelling import pieces, spelled


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("be de Barcelona, u, erre", "bur"),
        ("B de Barcelona, U, R", "bur"),
        ("B-U-R-55", "bur55"),
        ("B.U.R.", "bur"),
        ("uve doble, a, eme de María", "wam"),
        ("ge a erre ce i a", "garcia"),
        ("doble ele a be larga", "llab"),
        ("ele a eñe o", "laño"),
        ("es o ele", "sol"),
        ("eme a guion bajo doble cinco jota", "ma_55j"),
        ("ka de kilo, cu de queso, i griega de yate", "kqy"),
        ("te de Dinamarca, a, te de Toledo", "dat"),
        ("be de vaca, a, be de burro", "vab"),
        ("bube de Valencia, y de isla, 7 de Saragosa, de Alicante", "viza"),
        ("ene u eñe e zeta arroba", "nuñez@"),
        ("hola, buenos días", ""),
        ("sí, es correcto", ""),
        ("", ""),
    ],
)
def test_a_spelled_value_is_put_together(said: str, value: str) -> None:
    assert spelled(said) == value


def test_a_letter_stuck_to_the_word_letter_is_read() -> None:
    assert [piece.text for piece in pieces("12, letrate")] == ["1", "2", "t"]


def test_words_that_are_said_whole_stay_whole() -> None:
    assert [(piece.text, piece.spelled) for piece in pieces("a, ene, a, punto garcia")] == [
        ("a", True),
        ("n", True),
        ("a", True),
        (".", True),
        ("garcia", False),
    ]


@given(st.text("".join(LETTER_NAMES) + "0123456789", min_size=3, max_size=12))
def test_what_is_spelled_aloud_comes_back(value: str) -> None:
    assert spelled(spelled_words(value)) == value


@given(st.text("".join(letter for letter in LETTER_NAMES if letter != "ñ"), min_size=3, max_size=8))
def test_letters_told_apart_by_words_come_back(value: str) -> None:
    assert spelled(", ".join(letter_words(letter) for letter in value)) == value


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    assert all(piece.text for piece in pieces(text))


def test_letters_whose_names_share_a_vowel_sound_alike() -> None:
    assert sounds_like("b", "t")
    assert sounds_like("m", "n")
    assert not sounds_like("b", "m")


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("pe e erre e zeta con zeta", "perez"),
        ("ge o eme e zeta con zeta", "gomez"),
        ("uve a ele con uve", "val"),
    ],
)
def test_the_letter_a_name_is_written_with_is_no_further_letter(said: str, name: str) -> None:
    assert spelled(said) == name
