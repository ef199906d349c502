"""Markdown and plain text -> sections. Of Markdown: what people write in handbooks; the rest stays as it stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ivr.knowledge.documents import Section

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*#*$")
_UNDERLINE = re.compile(r"^(=+|-+)$")
_FENCE = re.compile(r"^(?:```|~~~)")
_ITEM = re.compile(r"^\s*(?:[-*+•]|\d{1,3}[.)])\s+(?:\[[ xX]\]\s+)?")
_ROW = re.compile(r"^\|?(.+\|.*?)\|?$")
_RULE = re.compile(r"^\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?$")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_FRONT = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_LONGEST_TITLE = 70
_INLINE = (
    (re.compile(r"!\[([^\]]*)\]\([^)]*\)"), r"\1"),
    (re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\[[^\]]*\])"), r"\1"),
    (re.compile(r"<(https?://|mailto:)?([^<>\s]+@?[^<>\s]*)>"), r"\2"),
    (re.compile(r"</?[a-zA-Z][^<>]*>"), " "),
    (re.compile(r"`([^`]*)`"), r"\1"),
    (re.compile(r"(\*\*|__|~~)(?=\S)(.+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![\w*])\*(?=\S)([^*]+?)(?<=\S)\*(?![\w*])|(?<![\w_])_(?=\S)([^_]+?)(?<=\S)_(?![\w_])"), r"\1\2"),
    (re.compile(r"\\([\\`*_{}\[\]()#+.!|>~-])"), r"\1"),
)


class _Sections:
    """Gathers lines into paragraphs, paragraphs into sections."""

    def __init__(self) -> None:
        self.done: list[Section] = []
        self._path: list[tuple[int, str]] = []
        self._paragraphs: list[str] = []
        self._lines: list[str] = []

    def line(self, text: str) -> None:
        self._lines.append(text)

    def take_line(self) -> str | None:
        """Take the last line back when it is a paragraph so far: its underline makes it a heading."""
        return self._lines.pop() if len(self._lines) == 1 else None

    def paragraph(self, text: str = "") -> None:
        """End the paragraph; ``text`` is a further one."""
        for found in (" ".join(self._lines), text):
            if found.strip():
                self._paragraphs.append(found.strip())
        self._lines = []

    def heading(self, level: int, title: str) -> None:
        self.close()
        self._path = [(depth, name) for depth, name in self._path if depth < level] + [(level, title)]

    def close(self) -> list[Section]:
        self.paragraph()
        if self._paragraphs:
            self.done.append(Section(tuple(name for _, name in self._path), tuple(self._paragraphs)))
        self._paragraphs = []
        return self.done


def markdown_sections(text: str) -> list[Section]:
    """Read Markdown: headings are kept as paths, a table's row becomes a sentence, marks of emphasis go."""
    found = _Sections()
    lines = iter(_COMMENT.sub("", _FRONT.sub("", text.replace("\r\n", "\n"))).split("\n"))
    header: list[str] | None = None
    for raw in lines:
        line = raw.strip()
        if _FENCE.match(line):
            found.paragraph("\n".join(_until_fence(lines)))
            continue
        row = _cells(line)
        if row is None or _RULE.match(line):
            header = header if row is not None else None
        if _RULE.match(line) and row is not None:
            continue
        if row is not None:
            header = _take_row(found, header, row)
        else:
            _take_line(found, line)
    return found.close()


def _take_line(found: _Sections, line: str) -> None:
    heading = _HEADING.match(line)
    title = found.take_line() if _UNDERLINE.match(line) else None
    if heading:
        found.heading(len(heading[1]), _bare(heading[2]))
    elif title is not None:
        found.heading(1 if line.startswith("=") else 2, title)
    elif not line or _UNDERLINE.match(line):
        found.paragraph()
    elif _ITEM.match(line):
        found.paragraph()
        found.line(_ended(_bare(_ITEM.sub("", line))))
    else:
        found.line(_bare(line.lstrip("> ")))


def _until_fence(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        if _FENCE.match(line.strip()):
            return
        yield line


def _cells(line: str) -> list[str] | None:
    match = _ROW.match(line)
    if match is None or not (line.startswith("|") or line.count("|") > 1):
        return None
    return [_bare(cell.strip()) for cell in re.split(r"(?<!\\)\|", match[1])]


def _take_row(found: _Sections, header: list[str] | None, row: list[str]) -> list[str]:
    """Take the first row as the header of the others; each of these is told with the header's words."""
    if header is None:
        found.paragraph()
        return row
    first, *others = row
    named = header[0] and not first.lower().startswith(header[0].lower())
    told = [f"{header[0]} {first}" if named else first]
    pairs = zip(header[1:], others, strict=False)
    told += ["; ".join(f"{_lowered(name)}, {cell}" if name else cell for name, cell in pairs if cell)]
    found.paragraph(_ended(": ".join(part for part in told if part)))
    return header


def _lowered(name: str) -> str:
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def _ended(sentence: str) -> str:
    return sentence if not sentence or sentence[-1] in ".!?…:;" else sentence + "."


def _bare(text: str) -> str:
    for pattern, kept in _INLINE:
        text = pattern.sub(kept, text)
    return re.sub(r"\s+", " ", text).strip()


def text_sections(text: str, page: int | None = None) -> list[Section]:
    """Read plain text: a short line without a full stop, alone or over its paragraph, is a heading."""
    title, heading, sections = "", "", []
    paragraphs: list[str] = []

    def close() -> None:
        if paragraphs:
            path = tuple(name for name in (title, heading) if name)
            sections.append(Section(path, tuple(paragraphs), page))
            paragraphs.clear()

    for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip()):
        lines = [_bare(line) for line in block.split("\n") if line.strip()]
        if lines and _is_title(lines[0]) and (len(lines) > 1 or not (sections or paragraphs or title)):
            close()
            if not title and len(lines) == 1:
                title = lines[0]
                continue
            heading, lines = lines[0], lines[1:]
        if lines:
            paragraphs.append("\n".join(lines) if _is_listing(lines) else " ".join(lines))
    close()
    return sections


def _is_title(line: str) -> bool:
    return 0 < len(line) <= _LONGEST_TITLE and line[-1] not in ".,;:…)" and line[:1].isupper()


def _is_listing(lines: list[str]) -> bool:
    """Whether lines are entries by themselves (a table's rows, a list), not wrapped prose."""
    return len(lines) > 1 and sum(line[:1].isupper() or line[:1].isdigit() for line in lines) == len(lines)
