from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.supervision.logtail import follow, last_lines

if TYPE_CHECKING:
    from pathlib import Path


def test_lines_of_several_parts_come_in_the_order_of_their_times(tmp_path: Path) -> None:
    api, calls = tmp_path / "api.log", tmp_path / "calls.log"
    api.write_text("2026-01-01T00:00:01.000Z INFO api\n2026-01-01T00:00:03.000Z INFO api\n")
    calls.write_text('{"time": "2026-01-01T00:00:02.000Z", "part": "calls"}\n')
    assert ["calls" in line for line in last_lines([api, calls], 3)] == [False, True, False]
    assert len(last_lines([api, calls], 2)) == 2


def test_a_traceback_stays_behind_its_line(tmp_path: Path) -> None:
    api, calls = tmp_path / "api.log", tmp_path / "calls.log"
    api.write_text("2026-01-01T00:00:01.000Z ERROR broken\nTraceback\n  File\n")
    calls.write_text("2026-01-01T00:00:02.000Z INFO later\n")
    assert last_lines([calls, api], 9)[1:3] == ["Traceback", "  File"]


def test_a_missing_log_has_no_lines(tmp_path: Path) -> None:
    assert last_lines([tmp_path / "none"], 5) == []


def test_following_gives_what_is_added_even_after_a_rotation(tmp_path: Path) -> None:
    path = tmp_path / "api.log"
    path.write_text("old line that was there before\n")
    lines = follow([path])
    with path.open("a") as file:
        file.write("half")
    path.write_text("new\n")
    assert next(lines) == "new"
    with path.open("a") as file:
        file.write("next\n")
    assert next(lines) == "next"
