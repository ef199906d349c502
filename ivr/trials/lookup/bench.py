"""Asks written questions of the demo company's documents, by words, by meaning and by both."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import yaml

from ivr.knowledge.ranking import SURE, rank
from ivr.knowledge.terms import Words, in_digits

if TYPE_CHECKING:
    from ivr.knowledge.documents import Passage
    from ivr.knowledge.library import Library
    from ivr.knowledge.ranking import Ranking
    from ivr.knowledge.shelf import Catalogue, SentenceEncoder

Method = Literal["words", "meaning", "both"]
METHODS: tuple[Method, ...] = ("words", "meaning", "both")
FEW = 3


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions with the place of their answer (``document > heading``), and others that nothing answers."""

    answered: tuple[tuple[str, str], ...]
    unanswered: tuple[str, ...]


def load_questions(name: Literal["tuning", "reporting"]) -> QuestionSet:
    """Read one of the two sets."""
    document = yaml.safe_load(Path(__file__).with_name(f"lookup_{name}.yaml").read_text(encoding="utf-8"))
    pairs = tuple((question, place) for place, asked in document["answered"].items() for question in asked)
    return QuestionSet(pairs, tuple(document["unanswered"]))


def is_right(passage: Passage, place: str) -> bool:
    """Whether a passage is the one that answers."""
    source, heading = place.split(" > ")
    return passage.source == source and any(name.startswith(heading) for name in passage.heading)


def measure(library: Library, encoder: SentenceEncoder, questions: QuestionSet) -> dict[str, Any]:
    """Ask all questions; shares are of the answerable questions, but ``made_up``: of those that nothing answers."""
    report: dict[str, Any] = {"questions": len(questions.answered), "unanswerable": len(questions.unanswered)}
    for method in METHODS:
        report[method] = _measure(library.catalogue, encoder, questions, method)
    took = []
    for question, _ in questions.answered:
        began = time.perf_counter()
        library.search(question)
        took.append((time.perf_counter() - began) * 1000)
    report["search_ms"] = {f"p{share}": round(float(np.percentile(took, share)), 1) for share in (50, 99)}
    return report


def _measure(
    catalogue: Catalogue, encoder: SentenceEncoder, questions: QuestionSet, method: Method
) -> dict[str, float]:
    if method == "meaning":  # an index of no words: they add nothing to the order
        catalogue = replace(catalogue, words=Words([""] * len(catalogue.passages)))
    first = few = told = wrong = 0
    for question, place in questions.answered:
        ranking = _rank(catalogue, encoder, question, method)
        right = [is_right(catalogue.passages[hit.row], place) for hit in ranking.hits[:FEW]]
        first += right[:1] == [True]
        few += any(right)
        told += ranking.chance >= SURE and right[0]
        wrong += ranking.chance >= SURE and not right[0]
    made_up = sum(_rank(catalogue, encoder, question, method).chance >= SURE for question in questions.unanswered)
    count = len(questions.answered)
    shares = {"top_1": first, "top_3": few, "answered_right": told, "answered_wrong": wrong}
    shares["refused"] = count - told - wrong
    return {name: round(value / count, 3) for name, value in shares.items()} | {
        "made_up": round(made_up / len(questions.unanswered), 3)
    }


def _rank(catalogue: Catalogue, encoder: SentenceEncoder, question: str, method: Method) -> Ranking:
    question = in_digits(question)
    near = None
    if method != "words" and catalogue.meaning is not None:
        near = catalogue.meaning.near(encoder.question(question))
    return rank(question, catalogue.passages, catalogue.words, near)
