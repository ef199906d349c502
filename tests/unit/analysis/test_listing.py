"""Lists of recordings as files."""

from __future__ import annotations

import csv
import io
import json
import re
import tracemalloc
import zipfile
from typing import TYPE_CHECKING

import pytest

from ivr.analysis.listing import COLUMNS, as_file
from ivr.db.search import line_of
from ivr.trials.stored import stored_call

if TYPE_CHECKING:
    from ivr.db.search import FoundRecording

EVIL = ('=HYPERLINK("http://x")', "+34600111222", "-1+1", "@SUM(A1)", "\t=1", "\r=1")


def lines(*summaries: str) -> list[FoundRecording]:
    calls = [stored_call(number) for number in range(len(summaries))]
    for call, summary in zip(calls, summaries, strict=True):
        call.analysis.summary = summary
    return [line_of(call) for call in calls]


def test_csv_has_a_row_for_each_and_no_formula() -> None:
    content = b"".join(as_file(lines("Pidió el saldo, ¿vale?", *EVIL), "csv"))
    header, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    assert tuple(header) == COLUMNS
    told = [row[COLUMNS.index("summary")] for row in rows]
    assert told == ["Pidió el saldo, ¿vale?", *(f"'{text}" for text in EVIL)]


def test_excel_has_text_as_text_and_no_formula() -> None:
    content = b"".join(as_file(lines(*EVIL), "xlsx"))
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert len(re.findall("<row ", sheet)) == len(EVIL) + 1
    assert '=HYPERLINK("http://x")' in sheet.replace("&quot;", '"')


@pytest.mark.parametrize("count", [0, 1, 3])
def test_json_is_a_list_of_objects(count: int) -> None:
    rows = json.loads(b"".join(as_file(lines(*["ok"] * count), "json")))
    assert [row["recording_id"] for row in rows] == [f"rec_{number:06}" for number in range(count)]
    assert all(set(row) == set(COLUMNS) for row in rows)


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_memory_does_not_grow_with_the_list(kind: str) -> None:
    line = lines("x" * 1000)[0]
    tracemalloc.start()
    for _ in as_file((line for _ in range(5000)), kind):  # type: ignore[arg-type]
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1_000_000
