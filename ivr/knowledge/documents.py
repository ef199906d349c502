"""Documents cut into passages: short enough to be one answer, with the way to where they stand."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LONGEST = 120
"""Words of a passage; a sentence that is longer by itself is cut."""
FEWEST = 60
"""Words from which on a passage is full enough to end where a paragraph does."""
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"»”')\]]*\s+(?=[\"«“'(\[¿¡]*[A-ZÁÉÍÓÚÑÜ0-9])|\n+")
_ABBREVIATED = re.compile(
    r"(?:^|[\s(])(?:sr|sra|dr|dra|d|da|ud|uds|avda|av|c|núm|num|n|nº|tel|tfno|p|pág|págs|ej|art|aprox|máx|mín|vs|[A-Z])\.$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Section:
    """Text under one heading. ``heading`` is the path from the document's title down; ``page`` counts from 1."""

    heading: tuple[str, ...]
    paragraphs: tuple[str, ...]
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a document. ``key`` stays the same as long as place and words do; ``source`` is the file's name."""

    key: str
    source: str
    heading: tuple[str, ...]
    page: int | None
    sentences: tuple[str, ...]

    @property
    def text(self) -> str:
        """The words, without the heading."""
        return " ".join(self.sentences)

    @property
    def whole(self) -> str:
        """Heading and words: what is searched."""
        return ". ".join([*self.heading, self.text])

    @property
    def place(self) -> str:
        """Where it stands, for people."""
        where = " > ".join([self.source, *self.heading])
        return f"{where}, page {self.page}" if self.page else where


def passages_of(source: str, sections: Iterable[Section]) -> list[Passage]:
    """Cut a document by headings, then paragraphs, then sentences.

    Nothing is joined over a heading. Where a paragraph had to be cut, the next passage begins with the sentence that
    the last one ended with.
    """
    found: dict[str, Passage] = {}
    for section in sections:
        for sentences in _pieces(section.paragraphs):
            name = "\n".join([source, *section.heading, str(section.page or ""), *sentences])
            key = hashlib.sha256(name.encode()).hexdigest()[:12]
            found.setdefault(key, Passage(key, source, section.heading, section.page, tuple(sentences)))
    return list(found.values())


def _pieces(paragraphs: Iterable[str]) -> Iterator[list[str]]:
    piece: list[str] = []
    for paragraph in paragraphs:
        sentences = sentences_of(paragraph)
        if piece and (_length(piece) >= FEWEST or _length(piece) + _length(sentences) > LONGEST):
            yield piece
            piece = []
        for sentence in sentences:
            if piece and _length(piece) + _length([sentence]) > LONGEST:
                yield piece
                last = piece[-1:]
                piece = last if _length(last) + _length([sentence]) <= LONGEST else []
            piece = [*piece, sentence]
    if piece:
        yield piece


def _length(sentences: Iterable[str]) -> int:
    return sum(len(sentence.split()) for sentence in sentences)


def sentences_of(text: str) -> list[str]:
    """Part a text where sentences and lines end; what goes on for too long is cut between words."""
    sentences: list[str] = []
    for part in (part.strip() for part in _SENTENCE_END.split(text)):
        if not part:
            continue
        if sentences and _ABBREVIATED.search(sentences[-1]):
            sentences[-1] += " " + part
        else:
            sentences.append(part)
    return [piece for sentence in sentences for piece in _cut(sentence.split())]


def _cut(words: list[str]) -> Iterator[str]:
    for at in range(0, len(words), LONGEST):
        yield " ".join(words[at : at + LONGEST])
