"""The demo company's documents with the real sentence vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from ivr.bootstrap import build_models
from ivr.engines.sentence_vectors import E5
from ivr.engines.term_index import FaissIndex
from ivr.knowledge.library import Library
from ivr.knowledge.shelf import Shelf
from ivr.settings import DEMO_DOCUMENTS, load_settings

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("knowledge")


@pytest.fixture(scope="module")
def library(cache: Path) -> Library:
    return Library(Shelf(DEMO_DOCUMENTS, cache, E5(build_models(load_settings()))))


def test_the_demo_company_has_a_dozen_documents_without_faults(library: Library) -> None:
    catalogue = library.catalogue
    assert catalogue.files >= 12
    assert len(catalogue.passages) >= 80
    assert catalogue.faults == ()


@pytest.mark.parametrize(
    ("question", "answer", "source"),
    [
        ("cuánto cuesta el roaming en estados unidos", "9 € al día", "roaming.md"),
        ("hay alguna tienda en valencia", "Valencia", "oficinas-y-contacto.md"),
        ("cómo quito el buzón de voz", "002", "tarifas-movil.md"),
    ],
)
def test_callers_questions_are_answered_from_the_right_document(
    library: Library, question: str, answer: str, source: str
) -> None:
    findings = library.search(question)
    assert answer in findings.answer
    assert findings.data()["sources"][0]["file"] == source


@pytest.mark.parametrize("question", ["venden lavadoras", "cómo se hace una tortilla", "qué tiempo hará mañana"])
def test_what_the_documents_do_not_say_is_not_answered(library: Library, question: str) -> None:
    assert library.search(question).answer == ""


QUESTIONS = (
    "cuánto cuesta el roaming",
    "qué es la portabilidad",
    "dónde hay tiendas",
    "cómo pongo el wifi",
    "venden pan",
)


def test_faiss_finds_the_same(library: Library, cache: Path) -> None:
    by_faiss = Library(Shelf(DEMO_DOCUMENTS, cache, E5(build_models(load_settings())), FaissIndex))
    for question in QUESTIONS:
        assert by_faiss.search(question) == library.search(question)


def test_vectors_have_unit_length_and_know_what_means_the_same() -> None:
    encoder = E5(build_models(load_settings()))
    vectors = encoder.passages(["Cambiar la contraseña del wifi", "Horario de las tiendas"])
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1], abs=1e-3)
    near = vectors @ encoder.question("poner otra clave al wifi")
    assert near[0] > near[1]
