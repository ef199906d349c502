from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ivr.heartbeat import beat_path, read_beat, write_beat
from ivr.supervision.parts import BeatProbe

if TYPE_CHECKING:
    from pathlib import Path


def test_a_beat_tells_its_writer_state_and_facts(tmp_path: Path) -> None:
    path = beat_path(tmp_path, "calls")
    write_beat(path, active_calls=2)
    beat = read_beat(path)
    assert beat is not None
    assert beat.fresh
    assert (beat.pid, beat.state, beat.facts) == (os.getpid(), "healthy", {"active_calls": 2})
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_a_worker_that_says_what_is_wrong_is_not_ready(tmp_path: Path) -> None:
    path = beat_path(tmp_path, "calls")
    probe = BeatProbe(path=path)
    assert probe.complaint() == "it gives no sign of life"
    write_beat(path, "the PBX does not answer")
    assert probe.complaint() == "the PBX does not answer"
    assert probe.silence() is None
    write_beat(path)
    assert probe.complaint() is None


def test_a_file_that_is_no_heartbeat_counts_as_none(tmp_path: Path) -> None:
    path = tmp_path / "broken"
    for text in ("", "[]", '{"at": "x"}', "{"):
        path.write_text(text)
        assert read_beat(path) is None
