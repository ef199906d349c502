from __future__ import annotations

from ivr.trials.speech.report import Section, cell, markdown


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
