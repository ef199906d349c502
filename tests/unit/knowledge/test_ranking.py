from __future__ import annotations

import numpy as np
import pytest

from ivr.knowledge.answering import answer_from
from ivr.knowledge.documents import Passage, Section, passages_of
from ivr.knowledge.ranking import SURE, Meaning, Ranking, rank
from ivr.knowledge.terms import Words, stem, terms_of

TEXTS = {
    "Roaming": "En Estados Unidos el roaming cuesta 9 € al día. Solo paga los días de uso.",
    "Router": "Para cambiar la contraseña del wifi abra 192.168.1.1. Después conecte los aparatos.",
    "Baja": "Puede darse de baja cuando quiera. Tiene que devolver el router.",
    "Fibra": "La fibra de 600 megas cuesta 30 € al mes. La instalación es gratis.",
}


@pytest.fixture
def passages() -> list[Passage]:
    return passages_of("todo.md", [Section((name,), (text,)) for name, text in TEXTS.items()])


@pytest.fixture
def words(passages: list[Passage]) -> Words:
    return Words([passage.whole for passage in passages])


@pytest.mark.parametrize(
    ("one", "other"),
    [("instalar", "instalación"), ("cuánto cuesta", "precio"), ("contraseñas", "clave"), ("pagaría", "pagar")],
)
def test_forms_and_variants_of_a_word_are_one_term(one: str, other: str) -> None:
    assert terms_of(one) == terms_of(other)


def test_numbers_are_one_term_whether_said_or_written() -> None:
    assert "600" in terms_of("fibra de seiscientos")
    assert terms_of("600 megas") == terms_of("seiscientos megas")


def test_a_short_word_keeps_its_letters() -> None:
    assert stem("sim") == "sim"


@pytest.mark.parametrize(
    ("question", "heading"),
    [
        ("cuanto cuesta el roaming", "Roaming"),
        ("como cambio la clave del wifi", "Router"),
        ("fibra seiscientos", "Fibra"),
    ],
)
def test_words_alone_find_what_shares_them(passages: list[Passage], words: Words, question: str, heading: str) -> None:
    ranking = rank(question, passages, words, None)
    assert passages[ranking.hits[0].row].heading == (heading,)


@pytest.mark.parametrize("question", ["", "eh", "venden lavadoras"])
def test_nothing_is_answered_where_nothing_is_shared(passages: list[Passage], words: Words, question: str) -> None:
    assert rank(question, passages, words, None).chance < SURE


def test_an_empty_folder_answers_nothing() -> None:
    assert rank("roaming", [], Words([]), None) == Ranking()


def test_meaning_takes_the_passage_with_the_nearest_sentence() -> None:
    whole = np.eye(2, 3, dtype=np.float32)
    parts = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1]], np.float32)
    near = Meaning(whole, parts, np.array([0, 1, 1])).near(np.array([0, 0.6, 0.8], np.float32))
    assert near == pytest.approx([0.0, 0.7])


def test_the_answer_is_the_sentence_that_fits_and_no_more(passages: list[Passage]) -> None:
    answer = answer_from(passages[0], "cuánto cuesta el roaming", np.array([0.9, 0.8], np.float32))
    assert answer == "En Estados Unidos el roaming cuesta 9 € al día."


def test_a_second_sentence_that_fits_as_well_comes_along_in_its_order(passages: list[Passage]) -> None:
    answer = answer_from(passages[2], "qué más", np.array([0.8, 0.81], np.float32))
    assert answer == "Puede darse de baja cuando quiera. Tiene que devolver el router."
