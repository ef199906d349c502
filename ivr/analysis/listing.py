"""A list of recordings as a file for other programs: CSV, JSON or Excel, written while it is read."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import xlsxwriter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ivr.db.search import FoundRecording

ListFormat = Literal["csv", "json", "xlsx"]
MEDIA_TYPES: dict[ListFormat, str] = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
COLUMNS = (
    "recording_id",
    "conversation_id",
    "started_at",
    "duration",
    "direction",
    "caller",
    "called",
    "outcome",
    "processed",
    "sentiment",
    "intent",
    "topics",
    "turns",
    "interruptions",
    "avg_latency_ms",
    "summary",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""First characters that spreadsheets take for a formula (OWASP, CSV injection)."""
_PIECE = 1 << 16


def as_file(found: Iterable[FoundRecording], kind: ListFormat) -> Iterator[bytes]:
    """Give the file's content piece by piece; memory does not grow with the list."""
    match kind:
        case "csv":
            return _as_csv(found)
        case "json":
            return _as_json(found)
        case "xlsx":
            return _as_xlsx(found)


def _as_csv(found: Iterable[FoundRecording]) -> Iterator[bytes]:
    """Write UTF-8 with its mark, which Excel needs; text that looks like a formula gets an apostrophe before it."""
    line = io.StringIO()
    writer = csv.writer(line)
    writer.writerow(COLUMNS)
    yield b"\xef\xbb\xbf" + _taken(line)
    for item in found:
        writer.writerow([_harmless(cell) for cell in _cells(item)])
        yield _taken(line)


def _taken(line: io.StringIO) -> bytes:
    content = line.getvalue().encode()
    line.seek(0)
    line.truncate()
    return content


def _as_json(found: Iterable[FoundRecording]) -> Iterator[bytes]:
    begin = "["
    for item in found:
        row = {name: value for name, value in asdict(item).items() if name in COLUMNS}
        yield f"{begin}\n{json.dumps(row, ensure_ascii=False, default=_plain)}".encode()
        begin = ","
    yield b"[]\n" if begin == "[" else b"\n]\n"


def _as_xlsx(found: Iterable[FoundRecording]) -> Iterator[bytes]:
    """Write rows to disk as they come; text is text there, whatever it begins with."""
    with tempfile.TemporaryDirectory(prefix="ivr-export-") as folder:
        path = Path(folder) / "recordings.xlsx"
        book = xlsxwriter.Workbook(path, {"constant_memory": True, "tmpdir": folder})
        sheet, text = book.add_worksheet("recordings"), book.add_format({"quote_prefix": True})
        for place, name in enumerate(COLUMNS):
            sheet.write_string(0, place, name)
        for row, item in enumerate(found, 1):
            for place, cell in enumerate(_cells(item)):
                if isinstance(cell, str):
                    sheet.write_string(row, place, cell, text)
                else:
                    sheet.write(row, place, cell)
        book.close()
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece


def _cells(item: FoundRecording) -> list[str | float | bool | None]:
    values = asdict(item)
    return [_cell(values[name]) for name in COLUMNS]


def _cell(value: Any) -> str | float | bool | None:
    if value is None or isinstance(value, bool | int | float):
        return value
    return ", ".join(value) if isinstance(value, list) else _plain(value)


def _plain(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _harmless(cell: str | float | bool | None) -> str | float | bool | None:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
