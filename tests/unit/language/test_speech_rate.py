from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.language.speech_rate import MARGIN, PACE, fell_short, pieces, seconds_of, unspoken

TEXT = "Le confirmo que hemos registrado la avería, y mañana le llamará un técnico."


def test_nothing_heard_leaves_everything() -> None:
    assert unspoken(TEXT, 0.0) == TEXT


def test_all_heard_leaves_nothing() -> None:
    assert unspoken(TEXT, seconds_of(TEXT) + MARGIN) == ""


def test_the_word_in_which_a_voice_broke_off_is_said_again() -> None:
    heard = seconds_of("Le confirmo que hemos") + PACE * 5 + MARGIN  # five letters into "registrado"
    assert unspoken(TEXT, heard).startswith("registrado la")


def test_the_pause_at_a_comma_belongs_to_what_was_said() -> None:
    heard = seconds_of("Le confirmo que hemos registrado la avería") + MARGIN + 0.02
    assert unspoken(TEXT, heard).startswith("y mañana")


@pytest.mark.parametrize("pace", [0.045, 0.058, 0.075])
def test_a_slower_voice_has_come_less_far(pace: float) -> None:
    heard = seconds_of("Le confirmo que hemos", pace) + 2 * pace + MARGIN
    assert unspoken(TEXT, heard, pace).startswith("registrado la")


@given(st.lists(st.sampled_from(["uno", "dos,", "avería", "y", "mañana."]), min_size=1), st.floats(0, 10))
def test_what_is_left_is_always_the_texts_end(words: list[str], heard: float) -> None:
    text = " ".join(words)
    assert text.endswith(unspoken(text, heard))
    assert len(unspoken(text, heard + 0.5)) <= len(unspoken(text, heard))


def test_a_sound_that_cannot_hold_its_text_fell_short() -> None:
    assert fell_short(TEXT, 1.0)
    assert not fell_short(TEXT, seconds_of(TEXT) * 0.6)
    assert not fell_short("Sí.", 0.05)


@given(st.lists(st.sampled_from(["uno", "dos,", "averiguaciones", "y", "mañana."]), min_size=1, max_size=60))
def test_pieces_joined_are_the_text(words: list[str]) -> None:
    text = " ".join(words)
    assert " ".join(pieces(text)) == text


def test_pieces_begin_short_and_grow() -> None:
    lengths = [seconds_of(piece) for piece in pieces("Mañana por la mañana le llamará un técnico " * 4)]
    assert lengths[0] < 1.5
    assert all(after < 4 * before for before, after in itertools.pairwise(lengths))
    assert len(lengths) > 2
