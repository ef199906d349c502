from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.dialogue.sentences import LONGEST, ClauseSplitter, clauses

WORDS = st.sampled_from(
    [
        "Hola",
        "muy",
        "bien,",
        "Sr.",
        "45,50",
        "euros.",
        "¿Qué",
        "tal?",
        "ana@x.es",
        "3.º",
        "etc.",
        "D.",
        "no.",
        "y;",
        "vale:",
        "1.234",
        "¡Sí!",
        "...",
        "casa\n",
    ]
)


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("Muy bien, ya lo tengo. Son 45,50 euros, hoy.", ["Muy bien,", "ya lo tengo.", "Son 45,50 euros, hoy."]),
        ("Vale, lo miro.", ["Vale, lo miro."]),
        ("El Sr. López vive en la Avda. Goya 3. Adiós.", ["El Sr. López vive en la Avda. Goya 3.", "Adiós."]),
        ("Es el 3.º piso de D. Juan. Sí.", ["Es el 3.º piso de D. Juan.", "Sí."]),
        ("Escriba a ana.p@x.es. Gracias.", ["Escriba a ana.p@x.es.", "Gracias."]),
        ("No. Eso no. ¿Por qué?", ["No.", "Eso no.", "¿Por qué?"]),
        ("Son 1.234,50 euros. ¿Algo más?", ["Son 1.234,50 euros.", "¿Algo más?"]),
        ("¡Hasta luego!", ["¡Hasta luego!"]),
        ("", []),
    ],
)
def test_a_text_is_cut_where_a_speaker_breathes(text: str, cut: list[str]) -> None:
    assert clauses(text) == cut


def test_the_first_clause_comes_before_the_sentence_ends() -> None:
    splitter = ClauseSplitter()
    assert splitter.feed("Claro que sí, ahora ") == ["Claro que sí,"]
    assert splitter.feed("mismo lo miro. Son cuarenta") == ["ahora mismo lo miro."]
    assert splitter.flush() == ["Son cuarenta"]


def test_a_text_that_goes_on_is_not_cut_at_its_first_comma() -> None:
    splitter = ClauseSplitter(begins_reply=False)
    assert splitter.feed("Muy bien, ya está. ") == ["Muy bien, ya está."]


def test_an_endless_sentence_is_cut() -> None:
    splitter = ClauseSplitter()
    assert max(map(len, [*splitter.feed("palabra " * 100), *splitter.flush()])) <= LONGEST


@given(st.lists(WORDS, max_size=30), st.integers(1, 9))
def test_joined_clauses_are_the_text_however_it_arrives(words: list[str], size: int) -> None:
    text = " ".join(words)
    splitter = ClauseSplitter()
    found = [clause for at in range(0, len(text), size) for clause in splitter.feed(text[at : at + size])]
    found += splitter.flush()
    assert " ".join(found).split() == text.split()


@given(st.text(), st.integers(1, 9))
def test_the_pieces_do_not_change_the_clauses(text: str, size: int) -> None:
    splitter = ClauseSplitter()
    found = [clause for at in range(0, len(text), size) for clause in splitter.feed(text[at : at + size])]
    found += splitter.flush()
    assert " ".join(found).split() == text.split()
