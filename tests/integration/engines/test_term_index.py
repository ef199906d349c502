from __future__ import annotations

import builtins
import sys
from typing import Any

import numpy as np
import pytest

from ivr.engines.term_index import FaissIndex
from ivr.errors import ConfigError
from ivr.language.correction.bank import full_bank
from ivr.language.correction.bank_file import first_entries, first_terms
from ivr.language.correction.values import HeardWord
from ivr.language.correction.vectors import DIMENSIONS, ExactIndex, VectorLevel


def test_faiss_finds_the_same_terms_as_the_exact_search() -> None:
    random = np.random.default_rng(3)
    rows = random.normal(size=(500, DIMENSIONS)).astype(np.float32)
    query = random.normal(size=(7, DIMENSIONS)).astype(np.float32)
    faiss_scores, faiss_rows = FaissIndex(rows).search(query, 6)
    scores, found = ExactIndex(rows).search(query, 6)
    assert (faiss_rows == found).all()
    assert np.allclose(faiss_scores, scores, atol=1e-3)


def test_no_more_is_found_than_there_is() -> None:
    scores, rows = FaissIndex(np.eye(2, DIMENSIONS, dtype=np.float32)).search(np.ones((1, DIMENSIONS), np.float32), 6)
    assert scores.shape == rows.shape == (1, 2)
    assert VectorLevel([], index=FaissIndex).nearest("saldo", frozenset(), frozenset()) is None


def test_the_whole_bank_corrects_alike_on_either_index() -> None:
    words = [HeardWord(word, 0.3) for word in ["la", "domisiliasion", "de", "mi", "portavilida", "y", "el", "guifi"]]
    by_faiss = full_bank(first_entries(), first_terms(), FaissIndex).correct(words)
    assert by_faiss.text == "la domiciliación de mi portabilidad y el wifi"
    assert by_faiss.text == full_bank(first_entries(), first_terms()).correct(words).text


def test_a_missing_faiss_is_told_with_its_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without_faiss(name: str, *more: Any, **named: Any) -> Any:
        if name == "faiss":
            raise ImportError(name)
        return real(name, *more, **named)

    monkeypatch.delitem(sys.modules, "faiss", raising=False)
    monkeypatch.setattr(builtins, "__import__", without_faiss)
    with pytest.raises(ConfigError, match="pip install 'ivr"):
        FaissIndex(np.eye(2, DIMENSIONS, dtype=np.float32))
