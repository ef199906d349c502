"""Files -> sections: Markdown, plain text, PDF. What cannot be read is told with the file's name and the mend."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from ivr.errors import UnreadableDocument
from ivr.knowledge.markup import markdown_sections, text_sections

if TYPE_CHECKING:
    from pathlib import Path

    from ivr.knowledge.documents import Section

SUFFIXES = frozenset({".md", ".markdown", ".txt", ".pdf"})
LARGEST = 50 * 2**20
"""Bytes of a file; handbooks have some megabytes at most."""
MOST_PAGES = 2000
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def files_of(folder: Path) -> list[Path]:
    """List the documents of a folder and of those in it, in a fixed order; hidden ones and others are passed over."""
    found = (path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())
    return sorted(path for path in found if not any(part.startswith(".") for part in path.relative_to(folder).parts))


def read_document(path: Path) -> list[Section]:
    """Read a file; UnreadableDocument says what is wrong with it."""
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise UnreadableDocument(
                f"{path}: {size / 2**20:.0f} MB is more than {LARGEST / 2**20:.0f}; split it, or keep only its text"
            )
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableDocument(f"{path}: cannot be read ({error.strerror}); check its permissions") from None
    match path.suffix.lower():
        case ".pdf":
            sections = _pdf_sections(path)
        case ".txt":
            sections = text_sections(_text(path, content))
        case _:
            sections = markdown_sections(_text(path, content))
    if not sections:
        raise UnreadableDocument(f"{path}: there is no text in it; fill it, or take it out of the folder")
    return sections


def _text(path: Path, content: bytes) -> str:
    """Decode as UTF-8, by its mark as UTF-16, or as what Windows wrote before that."""
    encoding = next((name for mark, name in _BOMS if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if "\0" in text:
        raise UnreadableDocument(f"{path}: is no text; save it as text in UTF-8, or as PDF")
    return text


def _pdf_sections(path: Path) -> list[Section]:
    try:
        from pypdf import PdfReader
        from pypdf.errors import PyPdfError
    except ImportError:
        raise UnreadableDocument(f"{path}: pypdf is not installed; run: pip install pypdf") from None
    logging.getLogger("pypdf").setLevel(logging.ERROR)
    try:
        reader = PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnreadableDocument(f"{path}: is protected by a password; save it without one")
        if len(reader.pages) > MOST_PAGES:
            raise UnreadableDocument(f"{path}: has more than {MOST_PAGES} pages; split it")
        pages = [page.extract_text() for page in reader.pages]
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OSError) as error:
        # pypdf lets all of these out of broken files
        raise UnreadableDocument(f"{path}: is no whole PDF ({error}); save it anew") from None
    if not any(text.strip() for text in pages):
        raise UnreadableDocument(f"{path}: holds pictures of pages and no text; run it through OCR (ocrmypdf)")
    return [section for number, text in enumerate(pages, 1) for section in text_sections(text, number)]
