"""Questions -> passages and an answer, from the folder as it is now."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ivr.errors import ConfigError
from ivr.knowledge.answering import answer_from
from ivr.knowledge.ranking import RELATED, SURE, rank
from ivr.knowledge.shelf import stamps_of
from ivr.knowledge.terms import in_digits

if TYPE_CHECKING:
    from ivr.knowledge.documents import Passage
    from ivr.knowledge.shelf import Catalogue, Shelf

LONGEST_PASSAGE = 600
"""Characters of a passage in what a function answers."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that was found, with its score."""

    passage: Passage
    score: float

    def source(self) -> dict[str, Any]:
        """Cite it."""
        passage = self.passage
        cited = {"file": passage.source, "heading": " > ".join(passage.heading), "page": passage.page}
        return cited | {"passage": passage.key, "score": self.score}


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found for a question; ``answer`` is empty unless it is likely right."""

    question: str
    found: tuple[Found, ...]
    chance: float
    answer: str = ""

    def data(self) -> dict[str, Any]:
        """Tell it as a function's result."""
        shown = self.found if self.chance >= RELATED else ()
        texts: list[dict[str, Any]] = [
            {"text": one.passage.text[:LONGEST_PASSAGE], "heading": " > ".join(one.passage.heading)}
            | {"source": one.passage.source, "page": one.passage.page}
            for one in shown
        ]
        sources = [one.source() for one in (shown[:1] if self.answer else shown)]
        return {"answer": self.answer, "confidence": self.chance, "sources": sources, "passages": texts}


class Library:
    """Searches a shelf. Its methods block (some ms; longer after a change of the files): call them in a thread.

    With ``later`` nothing is read, and so nothing found, before the first ``refresh``.
    """

    def __init__(self, shelf: Shelf, *, later: bool = False) -> None:
        self._shelf = shelf
        self._lock = threading.Lock()
        self._catalogue: Catalogue = shelf.unread() if later else shelf.take_stock()

    @property
    def catalogue(self) -> Catalogue:
        """What the last look at the folder found."""
        return self._catalogue

    def refresh(self) -> bool:
        """Look at the folder; read it again if a file changed. What was known stays where the folder is gone."""
        with self._lock:
            try:
                if stamps_of(self._shelf.folder) == self._catalogue.stamps:
                    return False
                self._catalogue = self._shelf.take_stock()
            except ConfigError as error:
                log.warning("knowledge: %s; the documents known before are used", error)
                return False
            log.info("knowledge: read, %d passages", len(self._catalogue.passages))
            return True

    def search(self, question: str) -> Findings:
        """Find what answers a question."""
        question = in_digits(question)
        catalogue, encoder = self._catalogue, self._shelf.encoder
        vector = encoder.question(question) if encoder is not None and catalogue.meaning is not None else None
        near = None if vector is None or catalogue.meaning is None else catalogue.meaning.near(vector)
        ranking = rank(question, catalogue.passages, catalogue.words, near)
        found = tuple(Found(catalogue.passages[hit.row], hit.score) for hit in ranking.hits)
        if ranking.chance < SURE:
            return Findings(question, found, ranking.chance)
        best = ranking.hits[0].row
        meaning = catalogue.meaning
        parts = None if vector is None or meaning is None else meaning.parts[catalogue.rows[best]] @ vector
        return Findings(question, found, ranking.chance, answer_from(found[0].passage, question, parts))
