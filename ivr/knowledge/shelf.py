"""The folder as it is now, cut, indexed and kept on disk: a document is read again only when its content changed."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import numpy as np

from ivr.errors import ConfigError, UnreadableDocument
from ivr.files import sha256_of
from ivr.knowledge.documents import Passage, passages_of
from ivr.knowledge.ranking import Meaning
from ivr.knowledge.reading import LARGEST, files_of, read_document
from ivr.knowledge.terms import Words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from ivr.knowledge.ranking import NewIndex

FORMAT = 1
"""Counts the ways of reading and cutting: what an older one kept is made anew."""

log = logging.getLogger(__name__)


class SentenceEncoder(Protocol):
    """Gives sentences vectors of unit length that point the same way where they mean the same."""

    name: str
    """Of the model, as it is kept beside its vectors."""
    dimensions: int

    def passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode what is searched, (texts, dimensions)."""
        ...

    def question(self, text: str) -> NDArray[np.float32]:
        """Encode a question, (dimensions,)."""
        ...


Stamps = dict[str, tuple[int, int]]
"""File -> (size, time of its last change in ns)."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything that is known of the folder at one moment; ``meaning`` None: nothing encodes sentences here."""

    passages: tuple[Passage, ...]
    words: Words
    meaning: Meaning | None
    rows: dict[int, slice]
    """Passage -> where the vectors of its sentences are."""
    faults: tuple[str, ...] = ()
    """What could not be read, and the mend."""
    files: int = 0
    fresh: int = 0
    """Files that were read and encoded for this, not taken from the cache."""
    stamps: Stamps = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Document:
    passages: tuple[Passage, ...]
    whole: NDArray[np.float32]
    parts: NDArray[np.float32]


def stamps_of(folder: Path) -> Stamps:
    """Look at the folder's files; ConfigError where there is no folder."""
    if not folder.is_dir():
        raise ConfigError(f"KNOWLEDGE={folder} is no folder; create it, name another one, or set KNOWLEDGE=none")
    stamps: Stamps = {}
    for path in files_of(folder):
        try:
            status = path.stat()
        except OSError:  # gone since it was listed
            continue
        stamps[str(path.relative_to(folder))] = (status.st_size, status.st_mtime_ns)
    return stamps


class Shelf:
    """Reads a folder; what it made of each file is kept under ``cache``; without ``index`` all vectors are compared."""

    def __init__(
        self, folder: Path, cache: Path, encoder: SentenceEncoder | None = None, index: NewIndex | None = None
    ) -> None:
        self.folder = folder
        self.encoder = encoder
        self._index = index
        self._cache = cache

    def unread(self) -> Catalogue:
        """Know nothing yet. ConfigError where there is no folder."""
        stamps_of(self.folder)
        return _catalogue((), None, (), (0, 0, {}))

    def take_stock(self) -> Catalogue:
        """Read what is new, load the rest; slow only for what is new. ConfigError where there is no folder."""
        stamps = stamps_of(self.folder)
        documents, faults, used, fresh = [], [], set(), 0
        for name in stamps:
            try:
                kept = self._kept(name)
                document = self._load(kept)
                if document is None:
                    document = self._make(name)
                    self._keep(kept, document)
                    fresh += 1
            except UnreadableDocument as error:
                log.warning("knowledge: %s", error)
                faults.append(str(error))
                continue
            used.add(kept.name)
            documents.append(document)
        self._forget(used)
        encoded = self.encoder is not None and any(document.passages for document in documents)
        meaning = _meaning(documents, self._index) if encoded else None
        return _catalogue(documents, meaning, tuple(faults), (len(stamps), fresh, stamps))

    def _kept(self, name: str) -> Path:
        path = self.folder / name
        try:  # a file that is too large is not even hashed: reading it refuses it
            content = sha256_of(path) if path.stat().st_size <= LARGEST else "large"
        except OSError as error:
            raise UnreadableDocument(f"{path}: cannot be read ({error.strerror}); check its permissions") from None
        encoder = self.encoder.name if self.encoder else "words"
        key = hashlib.sha256(f"{FORMAT} {encoder} {name} {content}".encode()).hexdigest()[:32]
        return self._cache / f"{key}.npz"

    def _make(self, name: str) -> _Document:
        passages = tuple(passages_of(name, read_document(self.folder / name)))
        empty = np.zeros((0, 0), np.float32)
        if self.encoder is None:
            return _Document(passages, empty, empty)
        titles = [passage.heading[-1] if passage.heading else "" for passage in passages]
        whole = [f"{title}. {passage.text}" for title, passage in zip(titles, passages, strict=True)]
        parts = [
            f"{title}: {sentence}"
            for title, passage in zip(titles, passages, strict=True)
            for sentence in passage.sentences
        ]
        return _Document(passages, self.encoder.passages(whole), self.encoder.passages(parts))

    def _keep(self, path: Path, document: _Document) -> None:
        told = [[p.key, p.source, list(p.heading), p.page, list(p.sentences)] for p in document.passages]
        fresh = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            self._cache.mkdir(parents=True, exist_ok=True)
            with fresh.open("wb") as file:
                np.savez(file, passages=np.array(json.dumps(told)), whole=document.whole, parts=document.parts)
            fresh.replace(path)
        except OSError as error:
            log.warning("knowledge: %s cannot be kept (%s); it is made again at each start", path, error.strerror)

    @staticmethod
    def _load(path: Path) -> _Document | None:
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
                told = json.loads(str(kept["passages"]))
                passages = tuple(Passage(key, source, tuple(h), page, tuple(s)) for key, source, h, page, s in told)
                return _Document(passages, kept["whole"], kept["parts"])
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
            log.warning("knowledge: %s is damaged (%s); its document is read again", path, error)
            return None

    def _forget(self, used: set[str]) -> None:
        for path in self._cache.glob("*.npz") if self._cache.is_dir() else ():
            if path.name not in used:
                path.unlink(missing_ok=True)


def _meaning(documents: Sequence[_Document], index: NewIndex | None) -> Meaning:
    counts = [len(passage.sentences) for document in documents for passage in document.passages]
    whole = np.concatenate([document.whole for document in documents])
    parts = np.concatenate([document.parts for document in documents])
    return Meaning(whole, parts, np.repeat(np.arange(len(counts)), counts), index)


def _catalogue(
    documents: Sequence[_Document],
    meaning: Meaning | None,
    faults: tuple[str, ...],
    seen: tuple[int, int, Stamps],
) -> Catalogue:
    passages = tuple(passage for document in documents for passage in document.passages)
    counts = [len(passage.sentences) for passage in passages]
    ends = np.cumsum([0, *counts])
    rows = {place: slice(int(ends[place]), int(ends[place + 1])) for place in range(len(passages))}
    words = Words([passage.whole for passage in passages])
    files, fresh, stamps = seen
    return Catalogue(passages, words, meaning, rows, faults, files, fresh, stamps)
