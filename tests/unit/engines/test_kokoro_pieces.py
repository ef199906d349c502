from __future__ import annotations

import itertools

import pytest

from ivr.engines.kokoro import FIRST_MOST, GROWTH, LONGEST, SYMBOLS, cut_early, tokens_of

SENTENCE = (
    "Le confirmo que hemos registrado la avería del router, y un técnico le llamará mañana por la tarde para verlo. "
)


@pytest.mark.parametrize("times", [1, 3, 12])
def test_a_long_clause_begins_with_a_piece_that_is_soon_made(times: int) -> None:
    tokens = tokens_of(SENTENCE * times, "es")
    first, *rest = cut_early(tokens)
    assert len(first) <= FIRST_MOST
    assert first[-1] == SYMBOLS[","]
    assert all(len(piece) <= LONGEST for piece in rest)
    assert all(len(after) <= GROWTH * len(before) + 1 for before, after in itertools.pairwise((first, *rest)))
    assert [token for piece in (first, *rest) for token in piece] == tokens


def test_without_a_mark_it_is_cut_between_words() -> None:
    first, *_ = cut_early(tokens_of("hemos registrado la avería del router principal " * 4, "es"))
    assert first[-1] == SYMBOLS[" "]


def test_a_short_clause_is_left_whole() -> None:
    tokens = tokens_of("Claro, ahora mismo lo miro.", "es")
    assert cut_early(tokens) == [tokens]
    assert cut_early([]) == []
