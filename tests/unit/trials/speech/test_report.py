from __future__ import annotations

import json

from ivr.trials.speech.report import Section, cell, markdown, record


def test_fractions_are_written_with_three_digits_and_nothing_as_a_dash() -> None:
    assert [cell(value) for value in (None, 0.123456, 12.345, 1234.5, 7, "a")] == [
        "-",
        "0.123",
        "12.3",
        "1234",
        "7",
        "a",
    ]


def test_a_section_becomes_a_markdown_table_with_its_notes() -> None:
    page = markdown(Section("stt", ("row", "WER | %"), [("phone", 8.25)], notes=("40 sentences.",)))
    assert page == "## stt\n\n| row | WER \\| % |\n| --- | --- |\n| phone | 8.25 |\n\n40 sentences.\n"


def test_what_could_not_be_measured_is_null_for_programs() -> None:
    section = Section("stt", ("what", "%"), [("noise", float("nan"))], {"area": float("nan"), "wer": 8.5})
    told = json.loads(json.dumps(record(section), allow_nan=False))
    assert told["rows"] == [["noise", None]]
    assert told["figures"] == {"area": None, "wer": 8.5}
